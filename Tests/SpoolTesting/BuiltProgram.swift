import SpoolQueue
package import Testing

/// The `spool` that was built with the tests.
package enum BuiltProgram {
  /// Where it is.
  package static let path = Platform.buildDirectory + "/spool"

  /// Runs it to its end.
  ///
  /// Its environment is a PATH, a HOME of its own that is removed afterwards, and `environment`.
  ///
  /// - Parameters:
  ///   - arguments: The words after `spool`.
  ///   - environment: Added to its environment.
  ///   - input: What it reads on standard input.
  ///   - directory: Where it stands; nil: at SPOOL_ROOT, or `/`, which outlive it as a run's cwd
  ///     must.
  ///   - umask: What the kernel takes from the permissions of the files it makes.
  ///   - seconds: The deadline, at which it is killed and an issue recorded.
  ///   - sourceLocation: Where that issue is recorded.
  package static func run(
    _ arguments: [String], environment: [String: String] = [:], input: String = "",
    directory: String? = nil, umask: UInt32 = 0o022, within seconds: Double = 300,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> ProgramResult {
    try running(
      arguments, environment: environment, input: input, directory: directory, umask: umask,
      sourceLocation: sourceLocation
    ) { program in
      try program.wait(within: seconds, sourceLocation: sourceLocation)
    }
  }

  /// Starts it in the background, for as long as `body` takes; it is killed if it still lives then.
  package static func running<Result>(
    _ arguments: [String], environment: [String: String] = [:], input: String = "",
    directory: String? = nil, umask: UInt32 = 0o022,
    sourceLocation: SourceLocation = #_sourceLocation, _ body: (RunningProgram) throws -> Result
  ) throws -> Result {
    try withTemporaryDirectory(sourceLocation: sourceLocation) { scratch in
      let home = scratch + "/home"
      try System.makeDirectory(home, permissions: 0o700)
      try writeFile(scratch + "/input", input)
      var variables = ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": home, "LC_ALL": "C.UTF-8"]
      variables.merge(environment) { _, given in given }
      let program = try RunningProgram(
        path, arguments, environment: variables,
        directory: directory ?? environment["SPOOL_ROOT"] ?? "/", umask: umask, scratch: scratch)
      defer { program.end(sourceLocation: sourceLocation) }
      return try body(program)
    }
  }
}

/// How a program ended, and what it wrote.
package struct ProgramResult: Sendable, Equatable {
  /// Its exit status; nil: a signal ended it.
  package let status: Int32?
  /// The signal that ended it.
  package let signal: Int32?
  /// Everything it wrote to standard output.
  package let output: String
  /// Everything it wrote to standard error.
  package let errors: String

  /// The lines of `output`.
  package var lines: [String] {
    output.split(separator: "\n").map { String($0) }
  }
}

/// A program that a test started.
package final class RunningProgram {
  /// Its process number.
  package let pid: Int32
  private let scratch: String
  private var ending: Platform.Ending?

  fileprivate init(
    _ program: String, _ arguments: [String], environment: [String: String], directory: String,
    umask: UInt32, scratch: String
  ) throws {
    self.scratch = scratch
    pid = try Platform.start(
      program, arguments, environment: environment, directory: directory, umask: umask,
      input: scratch + "/input", output: scratch + "/output", errors: scratch + "/errors")
  }

  /// What it wrote to standard output so far.
  package var output: String { (try? readFile(scratch + "/output")) ?? "" }

  /// What it wrote to standard error so far.
  package var errors: String { (try? readFile(scratch + "/errors")) ?? "" }

  /// Sends it a signal, if it has not ended.
  package func signal(_ number: Int32) throws {
    if try !hasEnded { Platform.signal(number, to: pid) }
  }

  /// Whether it has ended.
  package var hasEnded: Bool {
    get throws {
      if ending == nil { ending = try Platform.look(at: pid) }
      return ending != nil
    }
  }

  /// Waits for its end; at the deadline it is killed and an issue recorded.
  package func wait(
    within seconds: Double = 300, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> ProgramResult {
    let isOver = try eventually(
      within: seconds, "the end of spool", sourceLocation: sourceLocation
    ) { try hasEnded }
    if !isOver {
      Issue.record("standard error so far: \(errors)", sourceLocation: sourceLocation)
      end(sourceLocation: sourceLocation)
    }
    switch ending {
    case .exit(let status):
      return ProgramResult(status: status, signal: nil, output: output, errors: errors)
    case .signal(let number):
      return ProgramResult(status: nil, signal: number, output: output, errors: errors)
    case nil:
      return ProgramResult(status: nil, signal: nil, output: output, errors: errors)
    }
  }

  /// Kills it, unless it has ended.
  fileprivate func end(sourceLocation: SourceLocation) {
    do {
      if try hasEnded { return }
      Platform.signal(Signal.kill, to: pid)
      try eventually("spool ends when it is killed", sourceLocation: sourceLocation) {
        try hasEnded
      }
    } catch {
      Issue.record("spool cannot be ended: \(error)", sourceLocation: sourceLocation)
    }
  }
}
