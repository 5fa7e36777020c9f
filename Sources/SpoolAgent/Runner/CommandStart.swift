internal import CSpoolStart
import SpoolProtocol

/// A program to execute, with everything that its process starts with. Nothing else in spool forks.
struct CommandStart {
  /// Searched in ``search`` when it has no slash.
  var program: String
  /// A PATH; nil if `program` is a path already.
  var search: String?
  var argv: [String]
  /// `NAME=value`.
  var environment: [String]
  /// Nil for the current directory of this process.
  var directory: String?
  var input: Int32
  var output: Int32
  var error: Int32
  /// The end of a pipe from which the child reads one byte before it does anything.
  var gate: Int32 = -1
  /// The gate's other end, which the child must not keep open.
  var gateWriter: Int32 = -1
  /// The end of a pipe into which the child writes why it failed; exec closes it.
  var report: Int32 = -1
  /// The umask; nil for the one of this process.
  var mask: UInt32?
  /// Whether the child gets KILL when the calling thread ends.
  var diesWithParent = false
  /// Whether descendants that lose their parent become the child's children.
  var adoptsOrphans = false

  /// Forks; the child waits, or runs the program, in a session of its own. `fork`, `execve`.
  ///
  /// - Returns: The child's number.
  func start() throws(Errno) -> Int32 {
    var start = spool_start()
    start.input = input
    start.output = output
    start.error = error
    start.gate = gate
    start.gate_writer = gateWriter
    start.report = report
    start.mask = mask.map { Int32($0) } ?? -1
    start.dies_with_parent = diesWithParent ? 1 : 0
    start.adopts_orphans = adoptsOrphans ? 1 : 0
    let limits = ResourceLimits.given.limits.map {
      spool_limit(resource: $0.resource, soft: $0.soft, hard: $0.hard)
    }
    let pid = limits.withUnsafeBufferPointer { limits in
      start.limits = limits.baseAddress
      start.limit_count = Int32(limits.count)
      return fork(&start)
    }
    if pid < 0 { throw Errno.current }
    return pid
  }

  private func fork(_ start: inout spool_start) -> Int32 {
    CStrings.with(argv) { argv in
      CStrings.with(environment) { environment in
        program.withRawCString { program in
          CStrings.withOptional(search) { search in
            CStrings.withOptional(directory) { directory in
              start.program = program
              start.search = search
              start.directory = directory
              start.argv = argv
              start.envp = environment
              return spool_start(&start)
            }
          }
        }
      }
    }
  }

  /// Why the program was not executed.
  struct Failure: Sendable, Equatable {
    enum Step: Sendable {
      case directory, descriptors, execution
    }
    let step: Step
    let error: Errno

    /// In words, for a record.
    ///
    /// - Parameters:
    ///   - what: The program's role: `command`, `launcher`, `hook`.
    ///   - program: The program as the job names it.
    ///   - directory: The directory in which it was to start.
    func words(_ what: String, program: String, directory: String) -> String {
      let host = Host.current.name
      switch step {
      case .directory: return "cwd \(directory): \(error) on \(host)"
      case .descriptors: return "its input and output could not be set up on \(host): \(error)"
      case .execution where error == .notFound: return "\(what) not found on \(host): \(program)"
      case .execution: return "\(program): cannot be executed on \(host): \(error)"
      }
    }

    /// In words, of a program of spool's own.
    var words: String {
      switch step {
      case .directory: "cannot enter /: \(error)"
      case .descriptors: "cannot be given its input and output: \(error)"
      case .execution: "cannot be executed: \(error)"
      }
    }

    /// Reads the bytes of the report pipe. Returns nil if there are none: the program executes.
    init?(_ bytes: [UInt8]) {
      guard bytes.count >= MemoryLayout<spool_report>.size else { return nil }
      let report = bytes.withUnsafeBytes { $0.loadUnaligned(as: spool_report.self) }
      error = Errno(rawValue: report.error)
      switch report.step {
      case Int32(SPOOL_STEP_DIRECTORY.rawValue): step = .directory
      case Int32(SPOOL_STEP_DESCRIPTORS.rawValue): step = .descriptors
      default: step = .execution
      }
    }
  }
}

/// Text as the C library takes it: arrays of pointers, ended by a null one.
private enum CStrings {
  static func with<Result>(
    _ texts: [String],
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    // One block for all the bytes: 40 variables would otherwise be 40 allocations.
    var bytes: [CChar] = []
    var starts: [Int] = []
    for text in texts {
      starts.append(bytes.count)
      for unit in text.rawBytes { bytes.append(CChar(bitPattern: unit)) }
      bytes.append(0)
    }
    if bytes.isEmpty { bytes = [0] }
    return bytes.withUnsafeMutableBufferPointer { buffer in
      var pointers: [UnsafeMutablePointer<CChar>?] = starts.map { start in
        buffer.baseAddress.map { $0 + start }
      }
      pointers.append(nil)
      return pointers.withUnsafeMutableBufferPointer { pointers in
        // Never empty: the null pointer above is in it.
        body(UnsafePointer(pointers.baseAddress.unsafelyUnwrapped))
      }
    }
  }

  static func withOptional<Result>(
    _ text: String?, _ body: (UnsafePointer<CChar>?) -> Result
  ) -> Result {
    guard let text else { return body(nil) }
    return text.withRawCString { body($0) }
  }
}
