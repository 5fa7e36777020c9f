import SpoolQueue
import SpoolTesting
import Testing

/// A queue in a fresh directory, and the program that works on it.
final class SpoolUnderTest {
  /// The queue's directory.
  let queue: String
  private let directory: String
  private var logs = 0

  init() throws {
    directory = try makeTemporaryDirectory()
    queue = directory + "/lab/tests"
    _ = try Queue.create(at: queue)
  }

  deinit {
    // A process that a test has just killed may still be at work in it.
    for _ in 1...3 where (try? removeTree(directory)) != nil { return }
  }

  // MARK: Files

  func path(_ name: String) -> String { queue + "/" + name }

  /// Writes a file of the queue's directory anew.
  func write(_ name: String, _ text: String) throws {
    let file = try System.create(path(name), .replacing, permissions: 0o600)
    try file.write(text.rawBytes)
  }

  /// Puts a file into `queued/` as `cp` does: under its name, then its bytes.
  func drop(_ name: String, _ text: String) throws { try write("queued/" + name, text) }

  func names(_ folder: String) throws -> [String] { try System.list(path(folder)) }

  func text(_ name: String) throws -> String { try readText(path(name)) }

  func exists(_ name: String) throws -> Bool { (try? System.information(path(name))) != nil }

  func makePipe(_ name: String) throws { try Platform.makePipe(path("queued/" + name)) }

  func makeLink(_ name: String, to target: String) throws {
    try Platform.makeLink(path("queued/" + name), to: target)
  }

  // MARK: Runs

  /// The record in `done/`.
  func record(_ run: String) throws -> Run {
    let value = try JSON(parsing: try text("done/\(run).json").rawBytes, dialect: .strict)
    return try #require(value.objectValue.flatMap { Run($0) })
  }

  func log(_ run: String) throws -> String {
    try exists("runs/\(run)/1/out.log") ? text("runs/\(run)/1/out.log") : ""
  }

  func waitForRecord(_ run: String) throws {
    try eventually("the record of \(run)") { try exists("done/\(run).json") }
    // The record comes first; then its file leaves running/.
    try eventually("\(run) to leave running/") {
      try !names("running").contains { $0.contains(run + "@") }
    }
  }

  func killRunner(of run: String, signal: TestSignal = .kill) throws {
    let bytes = Array(try text("runs/\(run)/1/start.json").utf8)
    let start = try JSON(parsing: bytes, dialect: .strict)
    let pid = try #require(start["runner"]?["pid"]?.intValue)
    signal.send(to: Int32(pid))
  }

  // MARK: The program

  /// Starts the program; who wants its end waits for it, or kills it.
  func start(
    _ arguments: [String], environment: [String: String] = [:], output: String? = nil
  ) throws -> Program {
    logs += 1
    return try Program(
      arguments, environment: variables(environment), log: directory + "/log\(logs)",
      output: output)
  }

  /// Starts another program, with what it prints on standard output in a file of its own.
  func start(
    _ executable: String, _ arguments: [String], output: String, input: String = "/dev/null"
  ) throws -> Program {
    logs += 1
    return try Program(
      arguments, environment: variables([:]), log: directory + "/log\(logs)", output: output,
      executable: executable, input: input)
  }

  /// Starts the program on a terminal of its own.
  func startOnTerminal(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> TerminalProgram {
    try TerminalProgram(arguments, environment: variables(environment))
  }

  private func variables(_ more: [String: String]) -> [String: String] {
    [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": directory, "SPOOL_ROOT": directory,
      "SPOOL_ENTITY": "lab", "SPOOL_QUEUE": "tests",
    ].merging(more) { $1 }
  }

  /// Runs the program to its end, which must be a good one; returns what it printed.
  @discardableResult
  func run(_ arguments: [String], expecting status: Int32 = 0) throws -> String {
    let program = try start(arguments)
    let end = try program.waitForEnd(within: 600)
    #expect(end == status, "spool \(arguments.joined(separator: " ")): \(program.output)")
    return program.output
  }

  /// Runs the program; returns its standard output.
  func output(_ arguments: [String], expecting status: Int32 = 0) throws -> String {
    let path = directory + "/output\(logs)"
    let program = try start(arguments, output: path)
    let end = try program.waitForEnd(within: 600)
    #expect(end == status, "spool \(arguments.joined(separator: " ")): \(program.output)")
    return try readText(path)
  }

  /// Launches; returns the run's name.
  func launch(_ arguments: [String]) throws -> String {
    let text = try output(["launch"] + arguments)
    return String(text.prefix { $0 != "\n" })
  }

  /// An agent that serves the queue, with its `serving` line printed.
  func agent(slots: Int = 1, drain: Bool = false) throws -> Program {
    let arguments = ["agent", "--slots", "\(slots)"] + (drain ? ["--drain"] : [])
    let agent = try start(arguments)
    try agent.waitFor("serving")
    return agent
  }

  /// An agent that runs what waits, and leaves.
  func drain(slots: Int = 1, environment: [String: String] = [:]) throws {
    let agent = try start(["agent", "--drain", "--slots", "\(slots)"], environment: environment)
    #expect(try agent.waitForEnd(within: 600) == 0, "\(agent.output)")
  }
}

/// Runs `body` on a fresh queue, and sees that the directory is as the protocol allows at the end.
func withSpool(
  settings: String? = nil, _ body: (SpoolUnderTest) throws -> Void
) throws {
  let spool = try SpoolUnderTest()
  if let settings { try spool.write("queue.json", settings) }
  try body(spool)
  try spool.run(["recover", "--check"])
}
