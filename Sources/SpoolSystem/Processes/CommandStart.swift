import CSpoolStart

/// How a program is started. Nothing else in spool calls `fork`; `getent`, `nvidia-smi` and editors are started by
/// `posix_spawn`.
package enum CommandStart {
  /// Makes a child, which gets a session of its own, waits at the gate if it has one, and executes the program.
  /// `clone` or `fork`, `execve`.
  ///
  /// - Parameters:
  ///   - search: The PATH in which a program without a slash is searched; nil if `program` is a path already.
  ///   - environment: `NAME=value`, and nothing of this process's own.
  ///   - gate: The end of a pipe from which the child reads one byte before it does anything.
  ///   - gateWriter: The gate's other end, which the child must not keep open.
  ///   - report: The end of a pipe into which the child writes why it failed; exec closes it.
  ///   - mask: The umask; nil for the one of this process.
  ///   - diesWithParent: Whether the child gets KILL when the calling thread ends.
  ///   - adoptsOrphans: Whether descendants that lose their parent become the child's children.
  ///   - room: Where the child lives until it executes the program; nil for a copy of this process.
  /// - Returns: The child's number.
  package static func start(
    _ program: String, search: String? = nil, argv: [String], environment: [String],
    directory: String, input: Int32, output: Int32, error: Int32, gate: Int32 = -1,
    gateWriter: Int32 = -1, report: Int32 = -1, mask: UInt32? = nil, diesWithParent: Bool = false,
    adoptsOrphans: Bool = false, in room: StartRoom? = nil
  ) throws(Errno) -> Int32 {
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
      return CStrings.with(argv) { argv in
        CStrings.with(environment) { environment in
          program.withRawCString { program in
            CStrings.withOptional(search) { search in
              directory.withRawCString { directory in
                start.program = program
                start.search = search
                start.directory = directory
                start.argv = argv
                start.envp = environment
                guard let room else { return spool_start(&start, nil) }
                return spool_start(&start, &room.room)
              }
            }
          }
        }
      }
    }
    if pid < 0 { throw Errno.current }
    return pid
  }

  /// Why the program was not executed.
  package struct Failure: Sendable, Equatable {
    private enum Step: Sendable {
      case directory, descriptors, execution
    }
    private let step: Step
    private let error: Errno

    /// In words, for a record.
    ///
    /// - Parameters:
    ///   - what: The program's role: `command`, `launcher`, `hook`.
    ///   - program: The program as the job names it.
    ///   - directory: The directory in which it was to start.
    ///   - path: The PATH in which the program was searched.
    package func words(
      _ what: String, program: String, directory: String, path: String
    ) -> String {
      let host = Host.current.name
      // The kernel reports a missing interpreter as a missing script.
      if step == .execution, error == .notFound,
        let file = ProgramSearch.find(program, path: path, directory: directory)
      {
        let trouble = ProgramSearch.trouble(withInterpreterOf: file, path: path) ?? "\(error)"
        return "\(program): cannot be executed on \(host): \(trouble)"
      }
      switch step {
      case .directory: return "cwd \(directory): \(error) on \(host)"
      case .descriptors: return "its input and output could not be set up on \(host): \(error)"
      case .execution where error == .notFound: return "\(what) not found on \(host): \(program)"
      case .execution: return "\(program): cannot be executed on \(host): \(error)"
      }
    }

    /// In words, of a program of spool's own.
    package var words: String {
      switch step {
      case .directory: "cannot enter /: \(error)"
      case .descriptors: "cannot be given its input and output: \(error)"
      case .execution: "cannot be executed: \(error)"
      }
    }

    /// Reads the bytes of the report pipe. Returns nil if there are none: the program executes.
    package init?(_ bytes: [UInt8]) {
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

/// Memory of this process in which a child lives until it executes its program, so that nothing is copied.
package final class StartRoom {
  fileprivate var room = spool_room()

  package init() {}

  /// Only once the child has executed its program or ended. A child that has failed to execute is in it until
  /// it has ended.
  package func giveBack() { spool_give_back(&room) }

  deinit { giveBack() }
}

/// Text as the C library takes it: arrays of pointers, ended by a null one.
enum CStrings {
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
