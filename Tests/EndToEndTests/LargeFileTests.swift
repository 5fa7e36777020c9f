import SpoolQueue
import SpoolTesting
import Testing

/// Files with holes, 30 GB large, in the place of each file that spool reads whole.
@Suite struct LargeFileTests {
  private static let size = 32_212_254_720

  private static func makeLarge(_ spool: SpoolUnderTest, _ name: String) throws {
    if try !spool.exists(name) { try spool.write(name, "{") }
    try Platform.setSize(spool.path(name), to: size)
  }

  /// Runs it, which must end by itself; returns all that it printed.
  private static func run(
    _ spool: SpoolUnderTest, _ arguments: [String], expecting statuses: ClosedRange<Int32> = 0...5
  ) throws -> String {
    let program = try spool.start(arguments)
    let end = try program.waitForEnd(within: 600)
    #expect(
      statuses.contains(end), "spool \(arguments.joined(separator: " ")): \(end): \(program.output)"
    )
    return program.output
  }

  @Test("A record of 30 GB is told of by its name and size, and keeps nobody from the others")
  func record() throws {
    let spool = try SpoolUnderTest()
    let run = try spool.launch(["--", "true"])
    try spool.drain()
    try Self.makeLarge(spool, "done/large.json")
    func tells(_ text: String) -> Bool {
      text.contains("done/large.json") && text.contains("it has \(Self.size) bytes")
    }
    for arguments in [
      ["show", "large"], ["retry", "large"], ["wait", "large", "--status", "0/1"],
      ["why", "large"],
      ["kill", "large"],
      ["logs", "large"], ["show", "large", "--json"],
    ] {
      let text = try Self.run(spool, arguments)
      if arguments[0] != "kill" { #expect(tells(text), "\(arguments): \(text)") }
    }
    for arguments in [["list"], ["list", "--json"]] {
      let text = try Self.run(spool, arguments, expecting: 0...0)
      #expect(tells(text), "\(arguments): \(text)")
      #expect(text.contains(run))
    }
    #expect(try Self.run(spool, ["list", "--state", "finished"], expecting: 0...0).contains(run))
    #expect(try Self.run(spool, ["stats"], expecting: 0...0).contains("1 finished, 1 crashed"))
    #expect(try Self.run(spool, ["page"], expecting: 0...0).contains(run))
    #expect(tells(try Self.run(spool, ["recover", "--check"], expecting: 1...1)))
    #expect(tells(try Self.run(spool, ["doctor", spool.queue])))
    _ = try Self.run(spool, ["recover"], expecting: 0...0)
    _ = try Self.run(spool, ["prune", "--keep", "1d", "--dry-run"], expecting: 0...0)
    _ = try Self.run(spool, ["prune", "--keep-bytes", "1", "--dry-run"], expecting: 0...0)
    let other = try spool.launch(["--after-any", run, "--", "true"])
    try spool.drain()
    #expect(try spool.record(other).state == .finished)
  }

  @Test("What a run's folder, an agent, a sweep or a job has is not read whole either")
  func others() throws {
    let spool = try SpoolUnderTest()
    try spool.run(["job", "create", "train", "--", "true"])
    let run = try spool.launch(["--", "true"])
    try spool.drain()
    for name in ["progress", "summary.json", "kill", "1/start.json", "1/end.json", "1/on_end.json"]
    {
      try Self.makeLarge(spool, "runs/\(run)/\(name)")
    }
    for name in [
      "agents/h-aaaa.json", "sweeps/s.json", "hooks/\(run).on_end.json", "../jobs/train/v1.json",
      "../jobs/train/prod", "queued/50-20261122T131501.482913Z-waits.json", "queued/dropped.json",
      "running/50-20261122T131501.482913Z-lost@h-aaaa.1.json",
    ] {
      try Self.makeLarge(spool, name)
    }
    for arguments in [
      ["list"], ["stats"], ["page"], ["show", run], ["why", "waits"], ["show", "waits"],
      ["show", "lost"],
      ["sweep", "list"], ["sweep", "show", "s"], ["job", "list"], ["job", "show", "train:v1"],
      ["job", "show", "train:prod"], ["launch", "-j", "train:v1", "--dry-run"], ["retry", run],
      ["queue", "show"], ["recover", "--check"], ["recover"],
    ] {
      _ = try Self.run(spool, arguments)
    }
    let agent = try spool.agent()
    let next = try spool.launch(["--", "true"])
    try spool.waitForRecord(next)
    #expect(try agent.terminate() == 0)
    try Self.makeLarge(spool, "queue.json")
    #expect(try Self.run(spool, ["queue", "show"]).contains("queue.json"))
  }

  @Test("The tail of a line of 10 GB is its last part, and that is said") func tail() throws {
    let spool = try SpoolUnderTest()
    let run = try spool.launch(["--", "echo", "line"])
    try spool.drain()
    let log = spool.path("runs/\(run)/1/out.log")
    try Platform.setSize(log, to: 10 << 30)
    let text = try spool.output(["logs", run, "--tail", "1"])
    #expect(text.utf8.count == 1 << 20)
    let program = try spool.start(["logs", run, "--tail", "1"], output: "/dev/null")
    #expect(try program.waitForEnd() == 0)
    #expect(program.output.contains("only the last 1048576 bytes of a longer line"))
  }
}
