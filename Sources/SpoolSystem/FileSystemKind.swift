import CLibrary

/// Whether other machines may change a file system, too.
package enum FileSystemKind: String, Sendable {
  /// Only this machine's kernel changes it: events report all changes, and process numbers prove life.
  case local
  /// A file server has it: no event reports a change by another host, and only heartbeats prove life.
  case network

  #if os(Linux)
    /// The kind of the file system that holds `path`, by the kernel's list of mounts; network if that cannot be
    /// read.
    ///
    /// By the name of the type, as `mount` shows it: several types share one number of `statfs`.
    package init(of path: String) throws(Errno) {
      let path = try System.realPath(path)
      self.init(ofType: MountEntry(holding: path)?.type ?? "")
    }
  #else
    /// The kind of the file system that holds `path`. `statfs`.
    package init(of path: String) throws(Errno) {
      self = try withPath(path) { (path) throws(Errno) in
        var buffer = statfs()
        _ = try call(.look) { CLibrary.statfs(path, &buffer) }
        return buffer.f_flags & UInt32(MNT_LOCAL) != 0 ? .local : .network
      }
    }
  #endif

  /// The kind of a type of Linux, by its name in the list of mounts. An unknown type counts as network.
  ///
  /// A mistake in that direction only makes spool slower. In the other direction runs of other hosts would be
  /// taken for dead. So a type is local only if no other kernel can change its data: no cluster file system on a
  /// shared disk, and no FUSE, which may be anything.
  package init(ofType type: String) {
    self = Self.localTypes.contains(type) ? .local : .network
  }

  /// Whether the type is in one of the lists, and not only counts as network.
  package static func isKnown(_ type: String) -> Bool {
    localTypes.contains(type) || networkTypes.contains(type)
      || ["nfs", "smb", "fuse"].contains { type.hasPrefix($0) }
  }

  private static let localTypes: Set<String> = [
    "ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "zfs", "bcachefs", "jfs", "reiserfs", "reiser4",
    "nilfs2", "ubifs", "jffs2", "hfs", "hfsplus", "apfs", "ntfs3", "exfat", "vfat", "udf", "tmpfs",
    "ramfs", "rootfs", "overlay",
  ]

  // Only for the words of the doctor.
  private static let networkTypes: Set<String> = [
    "cifs", "9p", "ceph", "afs", "lustre", "gpfs", "beegfs", "beegfs_nodev", "ocfs2", "gfs2",
    "coda",
    "orangefs", "pvfs2", "panfs", "acfs", "wekafs", "virtiofs", "vboxsf", "vmhgfs", "prl_fs",
    "hostfs", "davfs",
  ]
}
