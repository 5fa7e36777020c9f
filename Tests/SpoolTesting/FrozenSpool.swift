package import SpoolQueue

/// A spool as an earlier version left it, in every state: `Tests/Samples/VERSION`, made by
/// `Tests/Samples/make`.
package struct FrozenSpool {
  /// The directory that holds its entities.
  package let root: String
  /// Its one queue, `lab/night`.
  package let queue: Queue

  /// One line of a sample's list.
  private struct Entry {
    let isDirectory: Bool
    let permissions: UInt32
    /// Seconds since 1970, by the clock of the machine where it was made.
    let modified: Int
    /// What has one number has one file.
    let number: UInt64
    let path: String

    init?(_ line: Substring) {
      let fields = line.split(separator: " ", maxSplits: 4)
      guard fields.count == 5, let permissions = UInt32(fields[1], radix: 8),
        let modified = Int(fields[2].prefix { $0 != "." }), let number = UInt64(fields[3])
      else { return nil }
      isDirectory = fields[0] == "d"
      self.permissions = permissions
      self.modified = modified
      self.number = number
      path = String(fields[4])
    }
  }

  /// Lays a sample out in an empty directory.
  ///
  /// Its files have new inodes: those that `start.json` names are named anew. All of it is as old as
  /// it was when it was made: the youngest file is ten seconds old.
  ///
  /// - Parameter change: Changes the text of a file before it is written, by its path below the root.
  package init(
    _ version: String, in root: String, change: (_ path: String, _ text: String) -> String = { $1 }
  ) throws {
    self.root = root
    let parts = #filePath.split(separator: "/").dropLast(2)
    let sample = "/" + parts.joined(separator: "/") + "/Samples/" + version
    let entries = try readFile(sample + "/list").split(separator: "\n").compactMap { Entry($0) }
    let shift = Int(Timestamp.now.seconds) - 10 - (entries.map(\.modified).max() ?? 0)
    var inodes: [UInt64: (inode: UInt64, path: String)] = [:]
    // A start record after the file that it names.
    let files = entries.filter { !$0.isDirectory }
    for entry in entries where entry.isDirectory {
      try System.makeDirectory(root + "/" + entry.path, permissions: entry.permissions)
    }
    let records = files.filter { $0.path.hasSuffix("/start.json") }
    for entry in files.filter({ !$0.path.hasSuffix("/start.json") }) + records {
      let path = root + "/" + entry.path
      if let first = inodes[entry.number] {
        try System.link(first.path, path)
        continue
      }
      var text = (try? readFile(sample + "/tree/" + entry.path)) ?? ""
      if entry.path.hasSuffix("/start.json") { text = try Self.renumbered(text, inodes) }
      try writeFile(path, change(entry.path, text), permissions: entry.permissions | 0o200)
      try System.setPermissions(path, entry.permissions)
      inodes[entry.number] = (try System.information(path).inode, path)
    }
    for entry in entries.reversed() {
      try Platform.setTimes(root + "/" + entry.path, to: entry.modified + shift)
    }
    queue = try Queue(at: root + "/lab/night")
  }

  /// The record with the present inode of the job file that it was written for.
  private static func renumbered(
    _ text: String, _ inodes: [UInt64: (inode: UInt64, path: String)]
  ) throws -> String {
    var record = try JSON(parsing: Array(text.utf8), dialect: .strict).objectValue ?? JSONObject()
    guard case .number(let old)? = record["inode"], let number = UInt64(old),
      let file = inodes[number]
    else { throw Errno.notFound }
    record["inode"] = .number("\(file.inode)")
    return JSON.object(record).text
  }
}
