import CLibrary

/// The limits that this process was started with (`ulimit`), as far as they can keep it from its work.
///
/// They are meant for commands. An agent, a runner and the process of a hook raise their own limits as far as
/// the system lets them, and start each program with the limits that they were given.
package struct ResourceLimits: Sendable {
  struct Limit: Sendable, Equatable {
    let resource: Int32
    let soft: UInt64
    let hard: UInt64
  }

  /// Those that this process may raise; a child inherits the others.
  let limits: [Limit]

  /// The limits that this process was given. Their first use raises them.
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

  /// The number of descriptors that this process may have open. `getrlimit`.
  static var descriptors: Int {
    var limit = rlimit()
    #if canImport(Glibc)
      let resource = Int32(RLIMIT_NOFILE.rawValue)
    #else
      let resource = RLIMIT_NOFILE
    #endif
    return get(resource, &limit) == 0 ? Int(clamping: limit.rlim_cur) : 256
  }

  /// Raises the limits of this process as far as possible. `getrlimit`, `setrlimit`.
  private static func raise() -> ResourceLimits {
    var found: [Limit] = []
    for resource in resources {
      var limit = rlimit()
      guard get(resource, &limit) == 0 else { continue }
      if limit.rlim_cur == limit.rlim_max { continue }
      found.append(
        Limit(resource: resource, soft: UInt64(limit.rlim_cur), hard: UInt64(limit.rlim_max)))
      limit.rlim_cur = limit.rlim_max
      // If refused, it stays as it was.
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
