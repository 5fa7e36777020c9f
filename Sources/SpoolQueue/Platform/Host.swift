#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#else
  #error("Unsupported platform")
#endif

/// The machine this process runs on, and which start of it.
package struct Host: Sendable, Equatable {
  /// The short host name, made fit for file names; at most 64 characters.
  package let name: String
  /// Differs after each start of the machine.
  package let boot: String
  /// Which process numbers this process sees: the pid namespace; "" where there is only one.
  package let processNamespace: String

  /// This one, read once.
  package static let current = Host(
    name: shortName(), boot: bootIdentifier(), processNamespace: namespace())

  /// The first label of a host name, with `_` for what a file name of a queue cannot hold.
  package static func clean(_ name: String) -> String {
    let label = name.prefix { $0 != "." }
    let text = String(
      label.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "-" }.prefix(64))
    guard let first = text.first else { return "localhost" }
    return first == "-" ? "_" + text.dropFirst() : text
  }

  private static func shortName() -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return clean(String(raw: bytes))
  }

  private static func bootIdentifier() -> String {
    #if os(Linux)
      return text(of: "/proc/sys/kernel/random/boot_id") ?? ""
    #else
      var buffer = [CChar](repeating: 0, count: 128)
      var size = buffer.count
      guard sysctlbyname("kern.bootsessionuuid", &buffer, &size, nil, 0) == 0 else { return "" }
      let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      return String(raw: bytes)
    #endif
  }

  private static func namespace() -> String {
    #if os(Linux)
      return (try? System.readLink("/proc/self/ns/pid")) ?? ""
    #else
      return ""
    #endif
  }

  /// The first line of a small file of the system.
  static func text(of path: String) -> String? {
    guard let bytes = try? System.openFollowing(path).readAll(limit: 65_536) else { return nil }
    return String(raw: bytes.prefix { $0 != UInt8(ascii: "\n") })
  }
}
