import CLibrary

/// The machine on which this process runs, and the identity of its last start.
package struct Host: Sendable, Equatable {
  /// The short host name, or the value of ``nameVariable``, made fit for file names; at most 64 characters.
  package let name: String
  /// Differs after each start of the machine.
  package let boot: String
  /// Differs between machines, whatever their names, and stays the same after a restart; empty if the system has
  /// no number of its own. A digest, since that number is confidential.
  package let machine: String
  /// The pid namespace, which decides the process numbers that this process sees; empty if there is only one.
  package let processNamespace: String
  /// The time namespace, which decides how start times of processes are counted; empty if there is only one.
  package let timeNamespace: String
  /// Whether the system's list of processes has those numbers. A container may see the list of another
  /// namespace.
  package let seesProcesses: Bool

  /// The environment variable that gives a machine another name, if two machines have the same name.
  package static let nameVariable = "SPOOL_HOST"

  /// The name from the environment. Returns nil if it gives none.
  package static var givenName: String? {
    System.variable(nameVariable).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Gives this machine another name, for this process and its children. Call it before ``current`` is used.
  /// `setenv`.
  package static func call(_ name: String) {
    name.withRawCString { _ = setenv(nameVariable, $0, 1) }
  }

  /// This machine, read once.
  package static let current = Host(
    name: givenName.map { clean($0) } ?? shortName(), boot: bootIdentifier(),
    machine: machineDigest(),
    processNamespace: namespace("pid"), timeNamespace: namespace("time"),
    seesProcesses: ownProcessIsListed())

  /// The first label of a host name, with `-` in place of characters that a file name of a queue cannot have.
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

  private static func machineDigest() -> String {
    #if os(Linux)
      let id = text(of: "/etc/machine-id") ?? text(of: "/var/lib/dbus/machine-id") ?? ""
      guard id.utf8.count >= 32, !id.utf8.allSatisfy({ $0 == UInt8(ascii: "0") }) else { return "" }
      return digest(Array(id.utf8))
    #else
      var bytes = [UInt8](repeating: 0, count: 16)
      var patience = timespec(tv_sec: 1, tv_nsec: 0)
      return gethostuuid(&bytes, &patience) == 0 ? digest(bytes) : ""
    #endif
  }

  /// 64 bits of FNV-1a, as 16 digits.
  private static func digest(_ bytes: [UInt8]) -> String {
    var value: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in Array("spool".utf8) + bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  private static func namespace(_ kind: String) -> String {
    #if os(Linux)
      return (try? System.readLink("/proc/self/ns/" + kind)) ?? ""
    #else
      return ""
    #endif
  }

  private static func ownProcessIsListed() -> Bool {
    #if os(Linux)
      return (try? System.readLink("/proc/self")) == "\(getpid())"
    #else
      return true
    #endif
  }

  /// The text of a small file of the system, without the newline at its end. The name of a program may have others.
  static func text(of path: String) -> String? {
    guard let bytes = try? System.openFollowing(path).readAll(limit: 65_536) else { return nil }
    return String(raw: bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...])
  }
}
