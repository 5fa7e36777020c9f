package import SpoolQueue
package import Testing

/// Looks at processes that are not the test's own.
package enum Processes {
  /// Whether a process with that number lives; a zombie does not.
  package static func isAlive(_ pid: Int32) -> Bool { ProcessIdentity(of: pid).isAlive }

  #if os(Linux)
    /// Every other process in whose environment `name` has that value.
    package static func withVariable(_ name: String, _ value: String) -> [Int32] {
      let wanted = Array("\(name)=\(value)".utf8)
      let numbers = ((try? System.list("/proc")) ?? []).compactMap { Int32($0) }
      return numbers.filter { pid in
        // It may have ended meanwhile, or be another user's.
        guard pid != Platform.ownProcess,
          let bytes = try? System.openFollowing("/proc/\(pid)/environ").readAll()
        else { return false }
        return bytes.split(separator: 0).contains { $0.elementsEqual(wanted) }
      }
    }
  #endif

  /// A process that lived on this host until a moment ago.
  package static func deadOne(
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> ProcessIdentity {
    let pid = try Platform.start(
      "/bin/sh", ["-c", "kill -STOP $$"], environment: [:], directory: "/", input: "/dev/null",
      output: "/dev/null", errors: "/dev/null")
    let process = ProcessIdentity(of: pid)
    Platform.signal(Signal.kill, to: pid)
    try eventually("a killed child ends", sourceLocation: sourceLocation) {
      try Platform.look(at: pid) != nil
    }
    return process
  }
}
