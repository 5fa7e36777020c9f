import CLibrary

/// The facts of the file system about a file: `struct stat`.
package struct FileInformation: Sendable, Equatable {
  package let inode: UInt64
  package let device: UInt64
  /// In bytes.
  package let size: Int
  /// The low twelve bits of the mode.
  package let permissions: UInt32
  /// The number of its names (hard links).
  package internal(set) var links: Int
  package let owner: UInt32
  package let group: UInt32
  package let isRegular: Bool
  package let isDirectory: Bool
  package let isSymbolicLink: Bool
  /// The last change of its bytes, by the file server's clock.
  package let modified: Timestamp
  /// The last change of its bytes, owner, permissions or names, by the file server's clock.
  package let changed: Timestamp

  init(_ from: stat) {
    inode = UInt64(from.st_ino)
    device = UInt64(truncatingIfNeeded: from.st_dev)
    size = Int(from.st_size)
    permissions = UInt32(from.st_mode) & 0o7777
    links = Int(from.st_nlink)
    owner = from.st_uid
    group = from.st_gid
    let kind = from.st_mode & S_IFMT
    isRegular = kind == S_IFREG
    isDirectory = kind == S_IFDIR
    isSymbolicLink = kind == S_IFLNK
    #if canImport(Darwin)
      modified = Timestamp(from.st_mtimespec.tv_sec, from.st_mtimespec.tv_nsec)
      changed = Timestamp(from.st_ctimespec.tv_sec, from.st_ctimespec.tv_nsec)
    #else
      modified = Timestamp(from.st_mtim.tv_sec, from.st_mtim.tv_nsec)
      changed = Timestamp(from.st_ctim.tv_sec, from.st_ctim.tv_nsec)
    #endif
  }
}

extension FileInformation {
  /// A copy in which some names are not counted.
  package func without(names count: Int) -> FileInformation {
    var information = self
    information.links = max(links - count, 1)
    return information
  }
}
