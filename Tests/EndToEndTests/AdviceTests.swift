import SpoolQueue
import SpoolTesting
import Testing

@Suite("A command that is advised does, typed in the same shell, what it is advised for")
struct AdviceTests {
  /// A way to say which queue is meant, and a shell in which that is needed.
  struct Naming: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let options: @Sendable (_ root: String) -> [String]
    let environment: [String: String]
  }

  static let namings: [Naming] = [
    Naming(testDescription: "nothing", options: { _ in [] }, environment: [:]),
    Naming(
      testDescription: "-e and -q", options: { _ in ["-e", "lab", "-q", "tests"] },
      environment: ["SPOOL_ENTITY": "me", "SPOOL_QUEUE": "other"]),
    Naming(
      testDescription: "--root", options: { ["--root", $0] },
      environment: ["SPOOL_ROOT": "/nowhere"]),
    Naming(
      testDescription: "a path", options: { ["-q", $0 + "/lab/tests"] },
      environment: ["SPOOL_ROOT": "/nowhere", "SPOOL_ENTITY": "me", "SPOOL_QUEUE": ""]),
  ]

  /// One naming of the queue in one shell.
  private struct Shell {
    let spool: SpoolUnderTest
    let options: [String]
    let environment: [String: String]

    init(_ spool: SpoolUnderTest, _ naming: Naming) throws {
      self.spool = spool
      options = naming.options(try Queue(at: spool.queue).root)
      environment = naming.environment
    }

    /// What a command prints; its options stand behind its name.
    func says(_ name: [String], _ words: String..., status: Int32) throws -> String {
      let program = try spool.start(name + options + words, environment: environment)
      let end = try program.waitForEnd(within: 120)
      #expect(end == status, "\(name) \(words): \(program.output)")
      return program.output
    }

    /// Types the advice that stands in a text from `spool` to `end`, as a shell does.
    @discardableResult
    func follow(
      _ text: String, from verb: String, to end: String, more: [String] = []
    ) throws -> String {
      let beginning = try #require(text.firstRange(of: "spool \(verb)"), "\(text)")
      let rest = text[beginning.lowerBound...]
      let place = try #require(rest.firstRange(of: end), "\(text)")
      let line = rest[..<place.lowerBound].dropFirst("spool ".count)
      let program = try Program(
        ["-c", #""$0" \#(line) "$@""#, BuiltProgram.path] + more,
        environment: [
          "PATH": "/usr/bin:/bin", "HOME": spool.path(""),
          "SPOOL_ROOT": try Queue(at: spool.queue).root,
          "SPOOL_ENTITY": "lab", "SPOOL_QUEUE": "tests",
        ].merging(environment) { $1 }, log: spool.path("advice"), executable: "/bin/sh")
      let status = try program.waitForEnd(within: 120)
      #expect(status == 0, "\(line): \(program.output)")
      return program.output
    }
  }

  @Test("of a run, its queue and its agents", arguments: namings)
  func runs(_ naming: Naming) throws {
    try withSpool { spool in
      let shell = try Shell(spool, naming)
      defer { try? System.unlink(spool.path("advice")) }
      let run = try spool.launch(["--name", "a", "--hold", "--", "true"])
      func file() throws -> String? { try spool.names("queued").first }
      try shell.follow(try shell.says(["why"], run, status: 0), from: "release", to: " lets it go")
      #expect(try file()?.hasSuffix(".json") == true)
      // As an edit that was interrupted leaves it.
      let name = try #require(try file())
      try System.rename(spool.path("queued/" + name), spool.path("queued/\(name).editing"))
      for command in ["hold", "edit"] {
        #expect(
          try shell.says([command], run, status: 1).contains("spool release"), "\(command)")
      }
      try shell.follow(
        try shell.says(["hold"], run, status: 1), from: "release", to: " puts it back")
      #expect(try file() == name)
      let later = try spool.launch(["--name", "b", "--after", run, "--", "true"])
      #expect(
        try shell.follow(
          try shell.says(["why"], later, status: 0), from: "why", to: " tells of the first"
        ).contains("\(run) waits since no live agent"))
      #expect(
        try shell.follow(
          try shell.says(["show"], "nobody", status: 3), from: "list", to: " shows all"
        ).contains(later))
      try shell.follow(
        try shell.says(["sweep", "show"], "nobody", status: 3), from: "sweep list", to: " shows all"
      )
      // queue pause names its queue without a -q.
      try spool.run(["queue", "pause"])
      try shell.follow(
        try shell.says(["why"], run, status: 0), from: "queue resume", to: " goes on")
      #expect(try !spool.exists("paused"))
      try shell.follow(
        try shell.says(["why"], run, status: 0), from: "agent", to: " starts one", more: ["--drain"]
      )
      #expect(
        try shell.follow(
          try shell.says(["why"], later, status: 0), from: "show", to: " tells more"
        ).contains("finished"))
      let retried = try shell.says(["retry"], run, status: 0)
      try shell.follow(retried, from: "agent", to: "\n", more: ["--drain"])
      #expect(try spool.names("queued").isEmpty)
    }
  }

  @Test("of what is missing, and of what crashes left", arguments: namings)
  func missing(_ naming: Naming) throws {
    try withSpool { spool in
      let shell = try Shell(spool, naming)
      defer { try? System.unlink(spool.path("advice")) }
      try System.makeDirectory(spool.path("runs/empty"), permissions: 0o700)
      try Platform.setTimes(spool.path("runs/empty"), to: 1)
      try shell.follow(
        try shell.says(["recover", "--check"], status: 1), from: "recover", to: " removes it")
      #expect(try spool.names("runs").isEmpty)
      let launched = try shell.says(["launch", "-j", "train"], status: 3)
      #expect(launched.contains("there is no job train"), "\(launched)")
      try shell.follow(
        launched, from: "job create", to: " makes one", more: ["train", "--", "true"])
      let root = try Queue(at: spool.queue).root
      #expect(try System.list(root + "/lab/jobs") == ["train"])
    }
  }

  @Test("of a queue that is not there, in another spool, entity or place")
  func queues() throws {
    try withSpool { spool in
      let root = try Queue(at: spool.queue).root
      defer { try? System.unlink(spool.path("advice")) }
      let nowhere = ["SPOOL_ROOT": "/nowhere"]
      let cases: [(name: String, options: [String], environment: [String: String])] = [
        ("one", ["-q", "one"], [:]),
        ("two", ["-q", "two", "-e", "lab"], ["SPOOL_ENTITY": "me"]),
        ("three", ["-q", "lab/three", "--root", root], nowhere),
        ("four", ["-q", root + "/lab/four"], nowhere),
      ]
      for (name, options, environment) in cases {
        let shell = try Shell(
          spool, Naming(testDescription: "", options: { _ in options }, environment: environment))
        let text = try shell.says(["launch"], "--", "true", status: 3)
        try shell.follow(text, from: "queue create", to: " makes it")
        #expect(try Queue(at: root + "/lab/" + name).hasLayout)
      }
    }
  }
}
