import CLibrary

/// Whether other machines may change a directory too.
package enum FileSystemKind: String, Sendable {
  /// Only this machine's kernel: changes raise events here, and process numbers prove life.
  case local
  /// A file server's: no event tells of another host's change, and life is told by age.
  case network

  #if os(Linux)
    /// The kind of file system that holds `path`, from the kernel's list of mounts; network where
    /// that cannot be read.
    ///
    /// By name of the type, which `mount` shows too: the numbers that `statfs` gives would say less,
    /// since several types share one.
    package init(of path: String) throws(Errno) {
      let path = try System.realPath(path)
      let mounts = (try? System.openFollowing("/proc/self/mountinfo").readAll()) ?? []
      self.init(ofType: MountEntry(holding: path, in: mounts)?.type ?? "")
    }
  #else
    /// The kind of file system that holds `path`. `statfs`.
    package init(of path: String) throws(Errno) {
      self = try withPath(path) { (path) throws(Errno) in
        var buffer = statfs()
        _ = try call(.look) { CLibrary.statfs(path, &buffer) }
        return buffer.f_flags & UInt32(MNT_LOCAL) != 0 ? .local : .network
      }
    }
  #endif

  /// The kind of a type of Linux, as the list of mounts names it: what is not known to be local is a
  /// network.
  ///
  /// On a network spool is slower, and asks for no more than every file system does; by the rules of
  /// a local one the runs of another host would be taken for dead. Only types are local whose
  /// data nobody but this kernel can change: no cluster's that share a disk, and nothing of FUSE,
  /// which may be anything.
  package init(ofType type: String) {
    self = Self.localTypes.contains(type) ? .local : .network
  }

  /// Whether it is known what this type is; one that is not only counts as a network.
  package static func isKnown(_ type: String) -> Bool {
    localTypes.contains(type) || networkTypes.contains(type)
      || ["nfs", "smb", "fuse"].contains { type.hasPrefix($0) }
  }

  private static let localTypes: Set<String> = [
    "ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "zfs", "bcachefs", "jfs", "reiserfs", "reiser4",
    "nilfs2", "ubifs", "jffs2", "hfs", "hfsplus", "apfs", "ntfs3", "exfat", "vfat", "udf", "tmpfs",
    "ramfs", "rootfs", "overlay",
  ]

  // For the doctor's words alone.
  private static let networkTypes: Set<String> = [
    "cifs", "9p", "ceph", "afs", "lustre", "gpfs", "beegfs", "beegfs_nodev", "ocfs2", "gfs2",
    "coda",
    "orangefs", "pvfs2", "panfs", "acfs", "wekafs", "virtiofs", "vboxsf", "vmhgfs", "prl_fs",
    "hostfs", "davfs",
  ]
}
