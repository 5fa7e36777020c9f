/// `$XDG_CONFIG_HOME/spool/config.json`: where a user's spool is. Cron and systemd read it too.
package struct Configuration: Sendable, Equatable {
  /// The directory that holds all entities.
  package var root: String?
  /// The entity whose queues are meant.
  package var entity: String?
  /// The name of the queue that is meant.
  package var queue: String?
  /// The variables that `launch` records besides its own, as globs: `WANDB_*`.
  package var environmentKept: [String] = []

  package init(root: String? = nil, entity: String? = nil, queue: String? = nil) {
    self.root = root
    self.entity = entity
    self.queue = queue
  }

  /// The file's path. Returns nil if the environment names no home.
  package static func path(_ environment: [String: String]) -> String? {
    path { environment[$0] }
  }

  /// The file's path, from a function that returns the value of a variable.
  package static func path(_ variable: (String) -> String?) -> String? {
    if let base = variable("XDG_CONFIG_HOME"), base.isAbsolutePath {
      return base + "/spool/config.json"
    }
    let home = variable("HOME") ?? Account.current.home
    return home.isAbsolutePath ? home + "/.config/spool/config.json" : nil
  }

  /// Reads a file. A missing file counts as empty.
  ///
  /// - Throws: ``SpoolError`` that names the file, line and column.
  package init(readingIfThere path: String) throws(SpoolError) {
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try System.openFollowing(path).readWhole(limit: Job.sizeLimit)
    } catch {
      if error == .notFound || error == .notDirectory { return }
      if error == .tooLarge {
        throw SpoolError(
          .badInput, "\(path): has more than \(Job.sizeLimit) bytes, which is the limit",
          errno: error)
      }
      throw SpoolError("read the configuration", path, error)
    }
    let value: JSON
    do throws(JSONSyntaxError) {
      value = try JSON(parsing: bytes, dialect: .relaxed)
    } catch {
      throw SpoolError(.badInput, "\(path): \(error)")
    }
    guard let object = value.objectValue else {
      throw SpoolError(.badInput, "\(path): must be an object: {\"root\": \"/path\"}")
    }
    for (key, value) in object.members where !key.hasPrefix("x-") {
      func refusal(_ words: String, atKey: Bool) -> SpoolError {
        let place = JSON.position(of: [.key(key)], in: bytes, key: atKey)
        return SpoolError(
          .badInput,
          "\(path): line \(place?.line ?? 1), column \(place?.column ?? 1): \"\(key)\" \(words)")
      }
      if key == "env_keep" {
        let globs = value.arrayValue?.map(\.stringValue)
        guard let globs, !globs.contains(nil) else {
          throw refusal("must be an array of names, such as [\"WANDB_*\"]", atKey: false)
        }
        environmentKept = globs.compactMap { $0 }
        continue
      }
      guard ["root", "entity", "queue"].contains(key), let text = value.stringValue else {
        throw refusal("is not one of root, entity and queue with a text, or env_keep", atKey: true)
      }
      if text.utf8.contains(0) {
        throw refusal("must not hold a NUL character", atKey: false)
      }
      switch key {
      case "root": root = text
      case "entity": entity = text
      default: queue = text
      }
    }
  }

  /// Writes the file anew, and makes the directories that lead to it.
  package func write(to path: String) throws(SpoolError) {
    var object = JSONObject()
    if let root { object["root"] = .string(root) }
    if let entity { object["entity"] = .string(entity) }
    if let queue { object["queue"] = .string(queue) }
    if !environmentKept.isEmpty { object["env_keep"] = .strings(environmentKept) }
    let folder = path.pathParts.dropLast().joined(separator: "/")
    try Queue.makeDirectories("/" + folder, permissions: 0o755)
    // The owner may have put links on the way to the file.
    let file = path.pathParts.last.map { String($0) } ?? ""
    let path = Queue.absolute("/" + folder) + "/" + file
    let aside = Aside(at: path + "." + RunName.randomPart())
    let bytes = JSON.object(object).bytes(pretty: true) + [UInt8(ascii: "\n")]
    try naming("write", path) { () throws(Errno) in
      try aside.write(bytes, permissions: 0o644, sync: true)
      try System.rename(aside.path, path)
    }
    aside.release()
  }
}
