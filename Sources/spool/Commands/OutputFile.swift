import SpoolQueue

/// A file that is replaced as a whole: a reader gets the old content or the new one.
struct OutputFile: Sendable, Equatable {
  /// The path of the file; for a symbolic link, the path to which it leads.
  let path: String
  /// The permissions of a file that is there already.
  private let permissions: UInt32?

  /// Takes a name that a person typed.
  ///
  /// - Throws: ``SpoolError`` of kind `badInput` if something else has the name, which must not be replaced; of
  ///   kind `notFound` if its directory is missing.
  init(_ name: String) throws(SpoolError) {
    guard !name.isEmpty else { throw SpoolError(.badInput, "the name of the file is empty") }
    let information: FileInformation
    do throws(Errno) {
      information = try System.informationFollowing(name)
    } catch {
      guard error == .notFound else { throw SpoolError("look at", name, error) }
      if let link = try? System.readLink(name) {
        throw SpoolError(.badInput, "\(name): is a symbolic link to \(link), which is not there")
      }
      path = name
      permissions = nil
      try checkDirectory()
      return
    }
    if information.isDirectory {
      throw SpoolError(.badInput, "\(name): is a directory: name a file in it")
    }
    guard information.isRegular else {
      throw SpoolError(
        .badInput,
        "\(name): is not a regular file, and is not replaced: leave out -o and redirect the output")
    }
    path = try naming("look at", name, doing: System.realPath(name))
    permissions = information.permissions
  }

  private var directory: String {
    path.directoryOfPath ?? "."
  }

  private func checkDirectory() throws(SpoolError) {
    do throws(Errno) {
      if try System.informationFollowing(directory).isDirectory { return }
    } catch {
      guard error == .notFound || error == .notDirectory else {
        throw SpoolError("look at", directory, error)
      }
    }
    throw SpoolError(.notFound, "\(path): there is no directory \(directory)")
  }

  /// Writes the content beside the file, under a hidden name, puts it on the disk and renames it.
  ///
  /// - Parameter permissions: The permissions of a new file, whatever the umask is; nil if the umask decides. An
  ///   existing file keeps its own.
  /// - Throws: ``SpoolError``; the old file is unchanged then, and the hidden file is removed.
  func write(_ bytes: [UInt8], permissions: UInt32? = nil) throws(SpoolError) {
    // A hidden name made from the file's own name could be too long.
    let aside = Aside("spool", in: directory)
    // No message may name the hidden file: its name is different each time.
    try naming("write a new file beside it", path) { () throws(Errno) in
      let file = try System.open(aside.path, .creating)
      if let permissions = self.permissions ?? permissions {
        try file.setPermissions(permissions)
      }
      try file.write(bytes)
      try file.sync()
    }
    try naming("replace", path, doing: System.rename(aside.path, path))
    aside.release()
  }
}
