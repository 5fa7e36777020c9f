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

  /// The most bytes that the kernel's list of mounts may have.
  private static let listLimit = 16 << 20

  /// The entry that holds a path, in the kernel's present list. Returns nil if the list cannot be read.
  package init?(holding path: String) {
    guard
      let mounts = try? System.openFollowing("/proc/self/mountinfo").readAll(limit: Self.listLimit)
    else { return nil }
    self.init(holding: path, in: mounts)
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
      let fields = line.split(separator: UInt8(ascii: " "))
      guard fields.count > 5, let dash = fields.firstIndex(where: { $0.elementsEqual("-".utf8) }),
        dash + 2 < fields.count
      else { continue }
      // By bytes: a name may begin with an accent, which would join the slash before it.
      let point = Self.unescaped(fields[4])
      guard
        point == "/" || path.hasSameBytes(as: point) || path.utf8.starts(with: (point + "/").utf8),
        // A later mount covers an earlier one.
        point.utf8.count >= best?.point.utf8.count ?? 0
      else { continue }
      func options(_ field: Int) -> [String] {
        field < fields.count
          ? Self.unescaped(fields[field]).parts(at: ",").map { String($0) } : []
      }
      // A file system that is `rw` may be mounted `ro` here.
      let own = options(5)
      best = MountEntry(
        point: point, type: Self.unescaped(fields[dash + 1]),
        source: Self.unescaped(fields[dash + 2]),
        options: own + options(dash + 3).filter { !own.contains($0) && $0 != "rw" },
        device: Self.unescaped(fields[2]))
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
