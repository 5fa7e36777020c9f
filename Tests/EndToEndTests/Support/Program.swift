import SpoolQueue
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#else
  #error("Unsupported platform")
#endif

/// The built program, or another, as a process of its own; killed when the test lets go of it.
final class Program: Sendable {
  private let pid: Int32
  private let log: String
  private let status = Mutex<Int32?>(nil)

  /// Where the build put the executables: beside the test bundle.
  static let executable: String = {
    // .build/debug/spoolPackageTests.xctest, or a path below it.
    var path = (try? System.realPath("/proc/self/exe")) ?? CommandLine.arguments[0]
    for argument in CommandLine.arguments where argument.hasSuffix(".xctest") { path = argument }
    while let slash = path.lastIndex(of: "/") {
      path = String(path[..<slash])
      if (try? System.informationFollowing(path + "/spool"))?.isRegular == true {
        return path + "/spool"
      }
    }
    return ".build/debug/spool"
  }()

  /// Starts the program; what it prints goes into a file.
  ///
  /// - Parameters:
  ///   - executable: Another program to start in place of `spool`.
  ///   - input: The file that is its standard input.
  init(
    _ arguments: [String], environment: [String: String], log: String, output: String? = nil,
    executable: String = Program.executable, input: String = "/dev/null"
  ) throws {
    self.log = log
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    let flags = O_WRONLY | O_CREAT | O_APPEND
    posix_spawn_file_actions_addopen(&actions, 1, output ?? log, flags, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, log, flags, 0o600)
    var argv: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map {
      $0.withRawCString { strdup($0) }
    }
    argv.append(nil)
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map {
      "\($0)=\($1)".withRawCString { strdup($0) }
    }
    variables.append(nil)
    defer { for text in argv + variables { free(text) } }
    var pid: Int32 = 0
    let error = posix_spawn(&pid, executable, &actions, nil, argv, variables)
    guard error == 0 else { throw Errno(rawValue: error) }
    self.pid = pid
  }

  deinit {
    // Still there only when the test failed, or ends a server on purpose.
    if end == nil {
      kill(pid, SIGKILL)
      _ = waitpid(pid, nil, 0)
    }
  }

  /// What it printed so far.
  var output: String { (try? readText(log)) ?? "" }

  /// Its exit status once it ended: 128 and the signal when one ended it.
  private var end: Int32? {
    status.withLock { known in
      if let known { return known }
      var value: Int32 = 0
      guard waitpid(pid, &value, WNOHANG) == pid else { return nil }
      known = value & 0x7F == 0 ? (value >> 8) & 0xFF : 128 + (value & 0x7F)
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
    try eventually("\"\(text)\" in:\n\(output)") { output.contains(text) }
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
    kill(pid, SIGTERM)
    return try waitForEnd()
  }

  /// KILL, and sees it gone.
  func killOutright() {
    kill(pid, SIGKILL)
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
  let deadline = Clock.sinceBoot + Int64(seconds * 1e9)
  while try !condition() {
    if Clock.sinceBoot > deadline { throw TimedOut(description: "never came: \(what())") }
    var none: [pollfd] = []
    poll(&none, 0, 5)
  }
}

func readText(_ path: String) throws -> String {
  String(raw: try System.open(path, .reading).readAll())
}

/// The processes whose environment has a variable.
struct Processes {
  private let variable: [UInt8]

  init(havingVariable variable: String) { self.variable = Array(variable.utf8) }

  func all() -> [Int32] {
    ((try? System.list("/proc")) ?? []).compactMap { Int32($0) }.filter { pid in
      guard let bytes = try? System.open("/proc/\(pid)/environ", .reading).readAll() else {
        return false
      }
      return bytes.split(separator: 0).contains { $0.elementsEqual(variable) }
    }
  }
}

/// A file that is written bit by bit.
final class SlowFile {
  private let number: Int32

  init(_ path: String) throws {
    number = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    if number < 0 { throw Errno(rawValue: errno) }
  }

  func write(_ text: String) throws {
    try Descriptor(dup(number)).write(Array(text.utf8))
  }

  func close() { _ = Descriptor(number) }
}

/// A signal a test sends.
enum TestSignal: Int32 {
  case hangUp = 1
  case kill = 9
  case term = 15
  case stop
  case proceed

  func send(to pid: Int32) {
    // These two have other numbers elsewhere.
    let number =
      switch self {
      case .stop: SIGSTOP
      case .proceed: SIGCONT
      default: rawValue
      }
    #if canImport(Glibc)
      Glibc.kill(pid, number)
    #else
      Darwin.kill(pid, number)
    #endif
  }
}

func makeNamedPipe(_ path: String) { mkfifo(path, 0o600) }
func makeSymbolicLink(_ path: String, to target: String) { symlink(target, path) }
