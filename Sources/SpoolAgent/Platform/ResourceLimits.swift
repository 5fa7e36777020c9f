import CLibrary
import SpoolProtocol

/// The limits that this process was started with (`ulimit`), as far as they can keep it from its work.
///
/// They are meant for commands. An agent, a runner and the process of a hook allow themselves as much as
/// the system does, and hand on to whatever they start what they were given.
package struct ResourceLimits: Sendable {
  /// One of them.
  struct Limit: Sendable, Equatable {
    let resource: Int32
    let soft: UInt64
    let hard: UInt64
  }

  /// In the order of ``resources``: those that this process may raise, for the others are inherited.
  let limits: [Limit]

  /// What this process was given, before it raised its own at the first use of this.
  package static let given = raise()

  /// A file's size, processor time, memory, open files, processes.
  private static var resources: [Int32] {
    #if canImport(Glibc)
      [RLIMIT_FSIZE, RLIMIT_CPU, RLIMIT_DATA, RLIMIT_AS, RLIMIT_NOFILE, __RLIMIT_NPROC]
        .map { Int32($0.rawValue) }
    #else
      [RLIMIT_FSIZE, RLIMIT_CPU, RLIMIT_DATA, RLIMIT_AS, RLIMIT_NOFILE, RLIMIT_NPROC]
        .map { Int32($0) }
    #endif
  }

  /// Allows this process what it may allow itself. `getrlimit`, `setrlimit`.
  private static func raise() -> ResourceLimits {
    var found: [Limit] = []
    for resource in resources {
      var limit = rlimit()
      guard get(resource, &limit) == 0 else { continue }
      // What cannot be raised is inherited as it is.
      if limit.rlim_cur == limit.rlim_max { continue }
      found.append(
        Limit(resource: resource, soft: UInt64(limit.rlim_cur), hard: UInt64(limit.rlim_max)))
      limit.rlim_cur = limit.rlim_max
      // Refused: it stays as it was.
      _ = set(resource, &limit)
    }
    return ResourceLimits(limits: found)
  }

  private static func get(_ resource: Int32, _ limit: inout rlimit) -> Int32 {
    #if canImport(Glibc)
      getrlimit(__rlimit_resource_t(UInt32(resource)), &limit)
    #else
      getrlimit(resource, &limit)
    #endif
  }

  private static func set(_ resource: Int32, _ limit: inout rlimit) -> Int32 {
    #if canImport(Glibc)
      setrlimit(__rlimit_resource_t(UInt32(resource)), &limit)
    #else
      setrlimit(resource, &limit)
    #endif
  }
}
