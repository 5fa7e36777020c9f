/// Finds the program of a command as a runner's child will, and the causes that keep it from starting.
package enum ProgramSearch {
  /// The file that is executed for a program. Returns nil if no such file can be executed.
  ///
  /// - Parameters:
  ///   - program: A path if it has a slash, otherwise a name to be searched.
  ///   - path: The PATH.
  ///   - directory: The base of relative paths: the directory in which the command starts. Nil for the run's folder,
  ///     which does not exist yet and will have no programs.
  package static func find(_ program: String, path: String, directory: String?) -> String? {
    if program.utf8.contains(UInt8(ascii: "/")) { return executable(program, directory) }
    // By bytes, as the runner's child does.
    for entry in path.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
      // An empty entry means the base directory.
      let file = (entry.isEmpty ? "." : String(Substring(entry))) + "/" + program
      if let found = executable(file, directory) { return found }
    }
    return nil
  }

  private static func executable(_ path: String, _ directory: String?) -> String? {
    guard let whole = whole(path, directory),
      let file = try? System.informationFollowing(whole), file.isRegular
    else { return nil }
    return System.isExecutable(whole) ? whole : nil
  }

  /// The path from the root. Returns nil for a relative path without a directory.
  package static func whole(_ path: String, _ directory: String?) -> String? {
    path.isAbsolutePath ? path : directory.map { $0 + "/" + path }
  }

  /// The reason why the kernel will not start an executable file, judged by its first line. Returns nil if there is
  /// none.
  ///
  /// - Parameters:
  ///   - file: A regular file.
  ///   - path: The PATH in which `/usr/bin/env` searches.
  package static func trouble(withInterpreterOf file: String, path: String) -> String? {
    guard let head = try? System.openFollowing(file).read(atMost: 512), !head.isEmpty else {
      return nil
    }
    // A text without such a line is executed by /bin/sh.
    guard head.starts(with: "#!".utf8) else { return nil }
    let line = head.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }
    let text = String(raw: Array(line.prefix { $0 != UInt8(ascii: "\r") }))
    let words = text.split { $0 == " " || $0 == "\t" }.map { String($0) }
    guard let interpreter = words.first else { return nil }
    if line.last == UInt8(ascii: "\r") {
      return
        "its lines end with CR LF, as on Windows, and there is no interpreter \(interpreter)\\r"
        + " (dos2unix mends it)"
    }
    guard interpreter.isAbsolutePath else { return nil }
    if (try? System.informationFollowing(interpreter)) == nil {
      return "its interpreter \(interpreter) is not there"
    }
    guard interpreter.hasSuffix("/env"), words.count == 2 else { return nil }
    return find(words[1], path: path, directory: nil) == nil
      ? "its interpreter \(words[1]) is not found in the PATH" : nil
  }
}
