/// A mounted file system.
package struct MountEntry: Sendable, Equatable {
  /// The directory on which it is mounted.
  package var point: String
  /// `ext4`, `nfs4`.
  package var type: String
  /// A device, or `server:/export`.
  package var source: String
  /// Those of the mount and of the file system: `rw`, `vers=4.2`.
  package var options: [String]
  /// The number of its device: `8:1`.
  package var device: String

  package init(
    point: String, type: String, source: String, options: [String], device: String = ""
  ) {
    self.device = device
    self.point = point
    self.type = type
    self.source = source
    self.options = options
  }

  /// The value of an option `name=value`.
  package func value(of name: String) -> String? {
    options.last { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.utf8.count + 1)) }
  }

  /// The entry that holds a path, in the kernel's list.
  ///
  /// - Parameters:
  ///   - path: Absolute, without symbolic links.
  ///   - mounts: The bytes of `/proc/self/mountinfo`.
  package init?(holding path: String, in mounts: [UInt8]) {
    var best: MountEntry?
    for line in mounts.split(separator: UInt8(ascii: "\n")) {
      // 36 35 98:0 /root /mount/point options - type source options
      let fields = line.split(separator: UInt8(ascii: " ")).map { Self.unescaped($0) }
      guard fields.count > 5, let dash = fields.firstIndex(of: "-"), dash + 2 < fields.count else {
        continue
      }
      let point = fields[4]
      guard path == point || point == "/" || path.hasPrefix(point + "/"),
        // A later mount covers an earlier one.
        point.utf8.count >= best?.point.utf8.count ?? 0
      else { continue }
      var options = fields[5].split(separator: ",").map { String($0) }
      for option in dash + 3 < fields.count ? fields[dash + 3].split(separator: ",") : [] {
        // A file system that is `rw` may be mounted `ro` here.
        if !options.contains(String(option)), option != "rw" { options.append(String(option)) }
      }
      best = MountEntry(
        point: point, type: fields[dash + 1], source: fields[dash + 2], options: options,
        device: fields[2])
    }
    guard let best else { return nil }
    self = best
  }

  /// In the list a blank is written as `\040`.
  private static func unescaped(_ field: ArraySlice<UInt8>) -> String {
    var bytes: [UInt8] = []
    var rest = field
    while let unit = rest.popFirst() {
      let octal = rest.prefix(3)
      if unit == UInt8(ascii: "\\"), octal.count == 3,
        let value = UInt8(String(decoding: octal, as: UTF8.self), radix: 8)
      {
        bytes.append(value)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(unit)
      }
    }
    return String(raw: bytes)
  }
}
