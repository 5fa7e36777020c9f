#if canImport(Darwin)
  import Darwin
#endif

/// Whether other machines may change a directory too.
package enum FileSystemKind: String, Sendable {
  /// Only this machine's kernel: changes raise events here, and process numbers prove life.
  case local
  /// A file server's: no event tells of another host's change, and life is told by age.
  case network

  #if os(Linux)
    /// The kind of file system that holds `path`, from the kernel's list of mounts; local where
    /// that cannot be read.
    ///
    /// By name of the type, which `mount` shows too: the numbers that `statfs` gives would say the
    /// same.
    package init(of path: String) throws(Errno) {
      let path = try System.realPath(path)
      guard let mounts = try? System.openFollowing("/proc/self/mountinfo").readAll() else {
        self = .local
        return
      }
      var best = 0
      var kind = ""
      for line in mounts.split(separator: UInt8(ascii: "\n")) {
        // 36 35 98:0 /root /mount/point options - type source options
        let fields = line.split(separator: UInt8(ascii: " "))
        guard fields.count > 4, let dash = fields.firstIndex(of: [UInt8(ascii: "-")]),
          dash + 1 < fields.count
        else { continue }
        let point = Self.unescaped(fields[4])
        let holds = path == point || point == "/" || path.hasPrefix(point + "/")
        // Later lines lie over earlier ones.
        if holds, point.utf8.count >= best {
          best = point.utf8.count
          kind = String(decoding: fields[dash + 1], as: UTF8.self)
        }
      }
      self = Self.isNetwork(kind) ? .network : .local
    }

    private static func isNetwork(_ type: String) -> Bool {
      // A FUSE file system may be anything: sshfs and gluster are what people put a queue on.
      type.hasPrefix("nfs") || type.hasPrefix("smb") || type.hasPrefix("fuse")
        || [
          "cifs", "9p", "ceph", "afs", "lustre", "gpfs", "beegfs", "ocfs2", "gfs2", "coda",
          "orangefs", "pvfs2", "panfs", "acfs", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "hostfs",
        ].contains(type)
    }

    /// Blanks and the like stand in the list as `\040`.
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
      return String(decoding: bytes, as: UTF8.self)
    }
  #else
    /// The kind of file system that holds `path`. `statfs`.
    package init(of path: String) throws(Errno) {
      self = try withPath(path) { (path) throws(Errno) in
        var buffer = statfs()
        _ = try call { Darwin.statfs(path, &buffer) }
        return buffer.f_flags & UInt32(MNT_LOCAL) != 0 ? .local : .network
      }
    }
  #endif
}
