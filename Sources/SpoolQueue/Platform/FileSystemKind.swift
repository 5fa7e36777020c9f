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
      self =
        MountEntry(holding: path, in: mounts).map { Self.isNetwork($0.type) } == true
        ? .network : .local
    }

    private static func isNetwork(_ type: String) -> Bool {
      // A FUSE file system may be anything: sshfs and gluster are what people put a queue on.
      type.hasPrefix("nfs") || type.hasPrefix("smb") || type.hasPrefix("fuse")
        || [
          "cifs", "9p", "ceph", "afs", "lustre", "gpfs", "beegfs", "ocfs2", "gfs2", "coda",
          "orangefs", "pvfs2", "panfs", "acfs", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "hostfs",
        ].contains(type)
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
