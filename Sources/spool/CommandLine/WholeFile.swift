import SpoolQueue

/// A file that somebody reads while it is written anew.
///
/// It is written aside, in the same directory under a name with a leading dot, and then renamed: who
/// opens it finds the old one or the new one, whole. Where that fails the old one stays, and nothing
/// else does.
enum WholeFile {
  /// Puts bytes into a file's place.
  ///
  /// - Parameters:
  ///   - bytes: The whole content.
  ///   - path: The file, which need not be there; its directory must.
  ///   - permissions: The file's, whatever the umask: what reads it is often another user's.
  /// - Throws: ``SpoolError`` that names the file.
  static func write(
    _ bytes: [UInt8], to path: String, permissions: UInt32 = 0o644
  ) throws(SpoolError) {
    let slash = path.lastIndex(of: "/")
    let directory = slash.map { String(path[...$0]) } ?? ""
    let aside = directory + Queue.asideName("new")
    do throws(Errno) {
      let file = try System.create(aside, permissions: permissions)
      try file.write(bytes)
      // A rename may reach the disk before the bytes do.
      try file.sync()
      try System.rename(aside, path)
    } catch {
      try? System.unlink(aside)
      throw SpoolError("write", path, error)
    }
  }
}
