import CLibrary
import SpoolQueue
import SpoolTerminal

/// What the benchmark asks its process and its host.
enum Machine {
  static var processIdentifier: Int32 { getpid() }

  /// A variable of the environment, nil if unset or empty.
  static func variable(_ name: String) -> String? {
    System.variable(name).flatMap { $0.isEmpty ? nil : $0 }
  }

  static var processorCount: Int { sysconf(Int32(_SC_NPROCESSORS_ONLN)) }

  static var ticksPerSecond: Int { sysconf(Int32(_SC_CLK_TCK)) }

  /// Kernel, release and machine, as `uname -srm` prints them.
  static var kernel: String {
    var name = utsname()
    guard uname(&name) == 0 else { return "unknown kernel" }
    func text<Field>(_ field: inout Field) -> String {
      withUnsafeBytes(of: &field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    return "\(text(&name.sysname)) \(text(&name.release)) \(text(&name.machine))"
  }

  /// The bytes that a file or directory takes on its disk.
  static func allocated(_ path: String) -> Int {
    var status = stat()
    return lstat(path, &status) == 0 ? Int(status.st_blocks) * 512 : 0
  }

  /// The type of the file system that holds a path that begins with a slash.
  static func fileSystem(of path: String) -> String {
    #if canImport(Darwin)
      var status = statfs()
      guard statfs(path, &status) == 0 else { return "unknown" }
      return withUnsafeBytes(of: &status.f_fstypename) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
    #else
      let mounts = (try? Files.read("/proc/self/mountinfo")) ?? []
      return MountEntry(holding: path, in: mounts)?.type ?? "unknown"
    #endif
  }
}
