import SpoolQueue
import SpoolTesting
import Synchronization
import Testing

/// The built program, or another, as a process of its own; killed when the test lets go of it.
final class Program: Sendable {
  private let pid: Int32
  private let log: String
  private let status = Mutex<Int32?>(nil)

  /// Starts the program; what it prints goes into a file.
  ///
  /// - Parameters:
  ///   - executable: Another program to start in place of `spool`.
  ///   - input: The file that is its standard input.
  init(
    _ arguments: [String], environment: [String: String], log: String, output: String? = nil,
    executable: String = BuiltProgram.path, input: String = "/dev/null"
  ) throws {
    self.log = log
    pid = try Platform.start(
      executable, arguments, environment: environment, input: input, output: output ?? log,
      errors: log)
  }

  // Still there only when the test failed, or ends a server on purpose.
  deinit { if end == nil { killOutright() } }

  /// What it printed so far.
  var output: String { (try? readText(log)) ?? "" }

  /// Its exit status once it ended: 128 and the signal when one ended it.
  private var end: Int32? {
    status.withLock { known in
      if known == nil {
        switch try? Platform.look(at: pid) {
        case .exit(let code): known = code
        case .signal(let number): known = 128 + number
        case nil: break
        }
      }
      return known
    }
  }

  /// Whether it has ended.
  var hasEnded: Bool { end != nil }

  /// Waits for its end.
  func waitForEnd(within seconds: Double = 300) throws -> Int32 {
    try eventually("the program's end; it printed:\n\(output)", within: seconds) { end != nil }
    return end ?? -1
  }

  /// Waits until it printed a text.
  func waitFor(_ text: String) throws {
    try eventually("\"\(text)\" in:\n\(output)", within: 300) { output.contains(text) }
  }

  /// Its child processes, those included that ended and were not asked how.
  func children() throws -> [Int32] {
    try System.list("/proc").compactMap { Int32($0) }.filter { other in
      guard let line = try? readText("/proc/\(other)/stat"), let end = line.lastIndex(of: ")")
      else { return false }
      return line[end...].split(separator: " ").dropFirst(2).first == "\(pid)"
    }
  }

  /// Sends it a signal.
  func send(_ signal: TestSignal) { signal.send(to: pid) }

  /// TERM; returns its exit status.
  func terminate() throws -> Int32 {
    send(.term)
    return try waitForEnd()
  }

  /// KILL, and sees it gone.
  func killOutright() {
    send(.kill)
    _ = try? waitForEnd()
  }
}

/// A condition that did not come true in time.
struct TimedOut: Error, CustomStringConvertible {
  let description: String
}

/// Waits until `condition` holds; looks every 5 ms, and gives up after the deadline.
func eventually(
  _ what: @autoclosure () -> String, within seconds: Double = 300,
  _ condition: () throws -> Bool
) throws {
  let deadline = Instant.now + .seconds(seconds)
  while try !condition() {
    if .now > deadline { throw TimedOut(description: "never came: \(what())") }
    Platform.nap(milliseconds: 5)
  }
}

func readText(_ path: String) throws -> String {
  String(raw: try System.open(path, .reading).readAll())
}

/// A signal that a test sends.
enum TestSignal {
  case hangUp, kill, term, stop, proceed

  func send(to pid: Int32) {
    let number =
      switch self {
      case .hangUp: Signal.hangUp
      case .kill: Signal.kill
      case .term: Signal.terminate
      case .stop: Signal.stop
      case .proceed: Signal.proceed
      }
    Platform.signal(number, to: pid)
  }
}
