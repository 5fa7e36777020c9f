import SpoolQueue
import Testing

@Suite("The variables that launch takes along")
struct EnvironmentTests {
  private static let shell = [
    "WANDB_API_KEY": "secret", "HF_HOME": "/hf", "http_proxy": "http://p", "OTHER": "x",
    "SPOOL_RUN": "outer", "PWD": "/", "SHLVL": "3",
  ]

  private func environment(
    of arguments: [String], _ spool: SpoolUnderTest
  ) throws -> (names: Set<String>, told: String) {
    let output = spool.path("output-" + RunName.randomPart())
    let launch = try spool.start(
      ["launch", "--hold"] + arguments + ["--", "true"], environment: Self.shell, output: output)
    #expect(try launch.waitForEnd() == 0, "\(launch.output)")
    let run = String(try readText(output).prefix { $0 != "\n" })
    let file = try #require(try spool.names("queued").first { $0.contains(run + ".json") })
    let job = try Job(parsing: Array(try spool.text("queued/" + file).utf8))
    return (Set(job.env?.variables.map(\.name) ?? []), launch.output)
  }

  @Test(
    "those of its list, of env_keep in both places, and all with --env-all; the rest is told of once"
  )
  func kept() throws {
    try withSpool { spool in
      let first = try environment(of: [], spool)
      #expect(first.names == ["PATH"])
      let words = "spool: the run does not get "
      let line = try #require(first.told.split(separator: "\n").first { $0.hasPrefix(words) })
      let named = Set(
        line.dropFirst(words.count).prefix { $0 != ";" }.split(separator: " ").map(String.init))
      #expect(named == ["WANDB_API_KEY", "HF_HOME", "http_proxy"])
      #expect(!line.contains("secret"))
      // The same shell is not told again.
      #expect(try !environment(of: [], spool).told.contains(words))
      try spool.write("queue.json", #"{"env_keep": ["WANDB_*", "?F_HOME"]}"#)
      #expect(try environment(of: [], spool).names == ["PATH", "WANDB_API_KEY", "HF_HOME"])
      let root = try Queue(at: spool.queue).root
      try Configuration(readingIfThere: root + "/none").write(
        to: root + "/.config/spool/config.json")
      var configuration = Configuration()
      configuration.environmentKept = ["*_proxy"]
      try configuration.write(to: root + "/.config/spool/config.json")
      #expect(
        try environment(of: [], spool).names == ["PATH", "WANDB_API_KEY", "HF_HOME", "http_proxy"])
      let all = try environment(of: ["--env-all", "--env", "MORE=1"], spool).names
      #expect(
        all == ["PATH", "HOME", "WANDB_API_KEY", "HF_HOME", "http_proxy", "OTHER", "MORE"])
      try spool.write("queue.json", #"{"env_keep": "WANDB_*"}"#)
      #expect(
        try spool.run(["queue", "show"]).contains("\"env_keep\" must be an array of strings"))
      try spool.write("queue.json", "{}")
    }
  }

  @Test(
    "a configuration with a wrong env_keep is told of with its line, and init keeps a right one")
  func configuration() throws {
    try withSpool { spool in
      let file = try Queue(at: spool.queue).root + "/.config/spool/config.json"
      var configuration = Configuration(root: try Queue(at: spool.queue).root)
      configuration.environmentKept = ["HF_*"]
      try configuration.write(to: file)
      try spool.run(["init", "-e", "lab"])
      #expect(try Configuration(readingIfThere: file).environmentKept == ["HF_*"])
      try System.create(file, .replacing, permissions: 0o600)
        .write(Array("{\n \"env_keep\": [1]\n}".utf8))
      let text = try spool.run(["list"], expecting: 2)
      #expect(
        text.contains("config.json: line 2, column 14: \"env_keep\" must be an array of names"))
      try System.unlink(file)
    }
  }

  @Test(
    "a glob fits a whole name",
    arguments: [
      ("*", "", true), ("*", "a", true), ("a", "a", true), ("a", "ab", false), ("a*", "a", true),
      ("*_KEY", "A_KEY", true), ("*_KEY", "A_KEYS", false), ("a*b*c", "axbxbc", true),
      ("a*b*c", "axbxb", false), ("?", "", false), ("?b", "ab", true), ("**", "x", true),
      ("", "", true),
      ("", "a", false), ("[a]", "a", false), ("[a]", "[a]", true),
    ] as [(String, String, Bool)])
  func globs(pattern: String, name: String, fits: Bool) {
    #expect(Glob(pattern).matches(name) == fits)
  }
}
