import CLibrary

/// The free space of a file system, for a user who is not root.
package struct FreeSpace: Sendable, Equatable {
  /// In bytes.
  package var free: UInt64
  package var total: UInt64
  /// The number of files that may still be made; both are 0 if the file system does not count files.
  package var freeFiles: UInt64
  package var totalFiles: UInt64

  package init(free: UInt64, total: UInt64, freeFiles: UInt64, totalFiles: UInt64) {
    self.free = free
    self.total = total
    self.freeFiles = freeFiles
    self.totalFiles = totalFiles
  }

  /// Reads that of the file system that holds a directory. `fstatvfs`.
  package init(of directory: String) throws(Errno) {
    let number = try System.open(directory, .directory)
    var buffer = statvfs()
    _ = try call(.look) { fstatvfs(number.number, &buffer) }
    let unit = UInt64(buffer.f_frsize)
    self.init(
      free: UInt64(buffer.f_bavail).multiplied(clamped: unit),
      total: UInt64(buffer.f_blocks).multiplied(clamped: unit),
      freeFiles: UInt64(buffer.f_favail), totalFiles: UInt64(buffer.f_files))
  }
}
