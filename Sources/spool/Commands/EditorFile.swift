import SpoolQueue
import SpoolTerminal

/// A text in a file of its own, which no other user can read. The file is in a directory of its own, so that
/// backups of an editor are removed with it.
///
/// The directory is `spool-edit.PID.STARTED.RANDOM` in $TMPDIR or /tmp. If the process was killed, the directory
/// stays. The next edit of the same user removes it, unless something was typed.
struct EditorFile: Sendable {
  let path: String
  private let folder: String
  private let original: String

  private static let prefix = "spool-edit."
  private static let file = "/job.json"
  private static let copy = "/.as-it-was"

  init(_ text: String) throws(SpoolError) {
    let directory = Queue.absolute(System.variable("TMPDIR") ?? "/tmp")
    Self.sweep(directory)
    let me = ProcessIdentity.current
    let folder =
      "\(directory)/\(Self.prefix)\(me.pid).\(me.started)."
      + RunName.randomPart() + RunName.randomPart()
    do throws(SpoolError) {
      try naming("write in", folder) { () throws(Errno) in
        try System.makeDirectory(folder, permissions: 0o700)
        for file in [Self.copy, Self.file] {
          try System.create(folder + file, permissions: 0o600).write(text.rawBytes)
        }
      }
    } catch {
      try? System.removeTree(folder)
      throw error
    }
    self.folder = folder
    path = folder + Self.file
    original = text
  }

  /// Opens the file in VISUAL, otherwise EDITOR, otherwise vi. Returns the text as the user left it.
  func edit() throws(SpoolError) -> String {
    let program =
      [System.variable("VISUAL"), System.variable("EDITOR")].compactMap { $0 }
      .first { !$0.isEmpty } ?? "vi"
    // If the words are a command and nothing else, the shell replaces itself by the command: a signal then reaches
    // the editor.
    let isPlain = !program.utf8.contains { "=;&|<>(){}`$\n".utf8.contains($0) }
    guard Terminal.run("\(isPlain ? "exec " : "")\(program) \"$1\"", argument: path) else {
      if Interruption.signal != nil {
        throw SpoolError(.no, "the edit was interrupted; nothing was changed")
      }
      throw SpoolError(.badInput, "\(program): did not end well; nothing was changed")
    }
    return try text()
  }

  private func text() throws(SpoolError) -> String {
    let bytes = try naming(
      "read", path, doing: System.openFollowing(path).readAll(limit: Job.sizeLimit))
    return String(raw: bytes)
  }

  /// Removes the file and everything beside it.
  func remove() { try? System.removeTree(folder) }

  /// Keeps the typed text in a file of its own, and removes everything else. Returns the path.
  func keep() -> String {
    let name = "/spool-\(RunName.randomPart())\(RunName.randomPart()).json"
    let kept = String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)]) + name
    guard (try? System.rename(path, kept)) != nil else { return path }
    remove()
    return kept
  }

  /// Removes the file unless something was typed. Returns the place of a typed text.
  func removeIfUnchanged() -> String? {
    if let left = try? text(), !left.hasSameBytes(as: original) { return keep() }
    remove()
    return nil
  }

  /// Removes the files of this user's killed edits. Reports the texts that were typed in them.
  private static func sweep(_ directory: String) {
    for name in (try? System.list(directory)) ?? [] where name.hasPrefix(prefix) {
      let folder = directory + "/" + name
      let parts = name.dropFirst(prefix.utf8.count).split(separator: ".")
      guard parts.count == 3, let pid = Int32(parts[0]), let started = UInt64(parts[1]),
        let information = try? System.information(folder), information.isDirectory,
        information.owner == Account.current.user,
        !ProcessIdentity(pid: pid, started: started).isAlive
      else { continue }
      let texts = [file, copy].map { file in
        try? System.open(folder + file, .reading).readAll(limit: Job.sizeLimit)
      }
      if let left = texts[0], let before = texts[1], left != before {
        errorLine("spool: the text typed in an edit that was killed is in \(folder + file)")
      } else {
        try? System.removeTree(folder)
      }
    }
  }
}
