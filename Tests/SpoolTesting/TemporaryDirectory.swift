import SpoolQueue
package import Testing

/// Gives `body` a fresh directory, and removes it afterwards, whatever happened.
package func withTemporaryDirectory<Result>(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: (String) throws -> Result
) throws -> Result {
  let directory = try makeTemporaryDirectory()
  defer {
    do {
      try removeTree(directory)
    } catch {
      Issue.record("\(directory) cannot be removed: \(error)", sourceLocation: sourceLocation)
    }
  }
  return try body(directory)
}

/// Makes a directory that nobody else has, and returns its path without symbolic links.
package func makeTemporaryDirectory() throws -> String {
  let base = Queue.absolute(Platform.environment("TMPDIR") ?? "/tmp")
  let path = base + "/spool-tests-" + Aside.name("t").dropFirst(3)
  try System.makeDirectory(path, permissions: 0o700)
  return path
}

/// Removes a file, or a directory with everything in it; symbolic links are not followed.
package func removeTree(_ path: String) throws {
  let information: FileInformation
  do throws(Errno) {
    information = try System.information(path)
  } catch {
    if error == .notFound { return }
    throw error
  }
  guard information.isDirectory else {
    try System.unlink(path)
    return
  }
  // A test may have taken the permission away.
  if information.permissions & 0o700 != 0o700 { try System.setPermissions(path, 0o700) }
  for name in try System.list(path) { try removeTree(path + "/" + name) }
  try System.removeDirectory(path)
}

/// Writes a file anew: the same file, where there is one.
package func writeFile(_ path: String, _ text: String, permissions: UInt32 = 0o600) throws {
  try Platform.write(path, text, permissions)
}

/// The text of a file.
package func readFile(_ path: String) throws -> String {
  String(decoding: try System.openFollowing(path).readAll(), as: UTF8.self)
}
