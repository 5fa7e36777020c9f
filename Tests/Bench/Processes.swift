import CLibrary
import SpoolQueue
import SpoolTerminal

/// A command that did not do what it was asked for; the scene goes on without it.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// How a process ended.
enum ProcessEnd: Equatable, CustomStringConvertible {
  case exited(Int)
  case signaled(Int)

  init(waitStatus: Int32) {
    // WIFEXITED and its kin are macros, which Swift does not see.
    let signal = Int(waitStatus & 0x7f)
    self = signal == 0 ? .exited(Int(waitStatus >> 8 & 0xff)) : .signaled(signal)
  }

  var description: String {
    switch self {
    case .exited(let code): "ended with status \(code)"
    case .signaled(let number): "was ended by signal \(number)"
    }
  }
}

/// The processes of the benchmark: it starts them here, waits for them here, and ends them here.
final class Processes {
  /// Where the standard output and error of a process go.
  struct Output {
    var standardOutput = "/dev/null"
    var standardError = "/dev/null"
  }

  private var alive: Set<pid_t> = []
  private let environment: [String]

  /// Processes that get this environment and nothing of the caller's.
  init(environment: [(String, String)]) {
    self.environment = environment.map { "\($0.0)=\($0.1)" }
  }

  /// Starts a program by its path; `extra` wins over the environment of all.
  func start(
    _ command: [String], output: Output = Output(), extra: [(String, String)] = []
  ) throws -> pid_t {
    try Interruption.check()
    let keys = extra.map { "\($0.0)=" }
    let variables =
      environment.filter { variable in !keys.contains { variable.hasPrefix($0) } }
      + extra.map { "\($0.0)=\($0.1)" }
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let writing = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output.standardOutput, writing, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, output.standardError, writing, 0o600)

    let arguments = command.map { strdup($0) } + [nil]
    let values = variables.map { strdup($0) } + [nil]
    defer { (arguments + values).forEach { free($0) } }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, command[0], &actions, nil, arguments, values)
    guard code == 0 else {
      throw CommandFailure("\(SpoolError("start", command[0], Errno(rawValue: code)))")
    }
    alive.insert(pid)
    return pid
  }

  /// Waits for a process that was started here; one that takes longer is ended.
  func wait(_ pid: pid_t, seconds: Int) throws -> ProcessEnd {
    let deadline = Clock.nanoseconds() + seconds * 1_000_000_000
    var status: Int32 = 0
    while true {
      try Interruption.check()
      if waitpid(pid, &status, 0) == pid {
        alive.remove(pid)
        return ProcessEnd(waitStatus: status)
      }
      guard errno == EINTR else { throw SpoolError("wait for", "process \(pid)", .current) }
      if Clock.nanoseconds() > deadline {
        end(pid)
        throw CommandFailure("did not end within \(seconds) s and was stopped")
      }
    }
  }

  /// Runs a command to its end; one that fails throws, with the first line it wrote to its errors.
  func run(
    _ command: [String], output: Output = Output(), extra: [(String, String)] = [],
    seconds: Int = 120
  ) throws {
    let status = try wait(start(command, output: output, extra: extra), seconds: seconds)
    guard status == .exited(0) else {
      let talk = try? Files.text(output.standardError).split(separator: "\n").first
      throw CommandFailure("\(status)" + (talk.map { ": \($0)" } ?? ""))
    }
  }

  /// Ends one process and waits for it: TERM, which a tree hands on to all of its processes, then KILL.
  func end(_ pid: pid_t) {
    guard alive.remove(pid) != nil else { return }
    var status: Int32 = 0
    kill(pid, SIGTERM)
    let patience = Clock.nanoseconds() + 5_000_000_000
    while Clock.nanoseconds() < patience {
      // The alarm ends each wait, so this looks at the time once a second.
      let waited = waitpid(pid, &status, 0)
      if waited == pid || (waited < 0 && errno != EINTR) { return }
    }
    kill(pid, SIGKILL)
    while waitpid(pid, &status, 0) < 0 && errno == EINTR { continue }
  }

  /// Ends whatever still runs.
  func endAll() {
    for pid in alive { end(pid) }
  }
}
