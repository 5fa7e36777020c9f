/// The file system that holds a directory.
package struct Disk: Sendable, Equatable {
  /// Whether other machines change it too.
  package let kind: FileSystemKind
  /// Whether after a power cut all names are as they were at one moment, and that moment is not before the last sync
  /// of any file.
  ///
  /// So it is where one journal has all changes of names in their order: on ext3, ext4 and xfs. On tmpfs
  /// nothing is left, which is in order too. Of all others it is not known.
  package let keepsOrder: Bool
  /// Whether each change of names is on disk when its call returns, as the protocol of NFS demands of servers. Then
  /// nothing is left to `fsync` of a directory, which Linux does not even pass on.
  package let keepsNames: Bool

  package init(kind: FileSystemKind, keepsOrder: Bool = false, keepsNames: Bool = false) {
    self.kind = kind
    self.keepsOrder = keepsOrder
    self.keepsNames = keepsNames
  }

  #if os(Linux)
    /// The disk of `path`, from the kernel's list of mounts; a network where that cannot be read.
    package init(of path: String) throws(Errno) {
      let path = try System.realPath(path)
      let mount = MountEntry(holding: path)
      kind = FileSystemKind(ofType: mount?.type ?? "")
      keepsNames = mount?.type == "nfs" || mount?.type == "nfs4"
      switch mount?.type {
      case "tmpfs", "xfs": keepsOrder = true
      case "ext3", "ext4": keepsOrder = Self.ext4KeepsOrder(mount?.device ?? "")
      default: keepsOrder = false
      }
    }

    private static func ext4KeepsOrder(_ device: String) -> Bool {
      // Named after the device, as the kernel names that.
      guard let link = try? System.readLink("/sys/dev/block/" + device),
        let name = link.pathParts.last,
        let options = try? System.open("/proc/fs/ext4/\(name)/options", .reading).readAll()
      else { return false }
      let commits = try? System.open("/proc/fs/ext4/\(name)/fc_info", .reading).readAll()
      return ext4KeepsOrder(
        options: String(raw: options), fastCommits: commits.map { String(raw: $0) })
    }
  #else
    /// The disk of `path`.
    package init(of path: String) throws(Errno) {
      self.init(kind: try FileSystemKind(of: path))
    }
  #endif

  /// Whether a disk of ext4 keeps the order: with a journal that data is written before (`data=ordered`), and
  /// without fast commits, which are another journal.
  ///
  /// The options that `mount` shows leave out what the disk itself says; the kernel's own list has all.
  ///
  /// - Parameters:
  ///   - options: `/proc/fs/ext4/DEVICE/options`, a line each.
  ///   - fastCommits: `fc_info` beside it, which counts those since the mount; a kernel that knows none has
  ///     no such file.
  package static func ext4KeepsOrder(options: String, fastCommits: String?) -> Bool {
    let options = options.split(separator: "\n")
    // A disk without a journal has no mode of one.
    guard options.contains("data=ordered"), !options.contains(where: { $0.hasPrefix("fc_") }) else {
      return false
    }
    guard let fastCommits else { return true }
    return ["0 commits", "0 ineligible"].allSatisfy(fastCommits.split(separator: "\n").contains)
  }
}
