extension Queue {
  /// The people who may use a queue, and the permissions that follow.
  package enum SetUp: Sendable, Equatable {
    /// Everything belongs to the owner alone: directories 0700, files 0600.
    case alone
    /// Every member of the group may do anything to any run, and run an agent for the queue: directories 2770,
    /// files 0660.
    case trustedGroup(String)
  }

  /// Makes a queue for this user alone: its directories, with exact permissions whatever the umask is.
  ///
  /// If the queue exists, that is not an error; a queue whose making was interrupted is completed.
  ///
  /// - Throws: ``SpoolError`` if something else has the name.
  public static func create(at path: String) throws(SpoolError) -> Queue {
    try create(at: path, .alone)
  }

  /// Makes a queue for the people that its set-up lets in.
  package static func create(at path: String, _ setUp: SetUp) throws(SpoolError) -> Queue {
    let path = absolute(path)
    var group: UInt32?
    var permissions: UInt32 = 0o700
    if case .trustedGroup(let name) = setUp {
      guard let number = Account.group(named: name) else {
        throw SpoolError(
          .badInput, "group \(name): there is no such group on this host\(NameService.excuse)")
      }
      guard Account.current.user == 0 || Account.selfIsMember(of: number) else {
        throw SpoolError(.refused, "group \(name): you are not a member of it (newgrp, id -Gn)")
      }
      group = number
      permissions = 0o2770
    }
    let parent = path.pathParts.dropLast().joined(separator: "/")
    try makeDirectories("/" + parent, permissions: 0o755)
    let isNew = try makeDirectory(path, permissions)
    if !isNew {
      // An existing queue keeps its set-up.
      if let queue = try? Queue(at: path), queue.hasLayout {
        // Its maker may have been interrupted after these four directories.
        try queue.completeLayout()
        if case .trustedGroup(let name) = setUp { try queue.completeSettings(for: name, group) }
        return queue
      }
      guard try Queue(path: path, shape: Shape(directories: permissions)).isEmpty() else {
        throw SpoolError(.badInput, "\(path): is a directory with something else in it")
      }
    }
    if let group {
      try setGroup(path, group, permissions)
    } else if !isNew {
      // Everything in the queue takes its permissions from this directory. An empty directory that existed before
      // may have others.
      try naming("set the permissions of", path, doing: System.setPermissions(path, permissions))
    }
    for folder in Folder.allCases {
      let folder = path + "/" + folder.rawValue
      _ = try makeDirectory(folder, permissions)
      if let group { try setGroup(folder, group, permissions) }
    }
    let queue = Queue(path: path, shape: Shape(directories: permissions))
    do throws(SpoolError) {
      try queue.requireHardLinks()
    } catch {
      // The directories that were made must not be taken for a queue.
      for folder in Folder.allCases { _ = try? queue.removeEmpty(queue.path(folder)) }
      if isNew { _ = try? queue.removeEmpty(path) }
      throw error
    }
    if case .trustedGroup(let name) = setUp { try queue.allow(group: name) }
    if isNew {
      // A run that is acknowledged needs the queue on disk too. A directory that may be written and not read cannot
      // be synced.
      try queue.syncDirectory(path)
      try? System.syncDirectory("/" + parent)
    }
    return queue
  }

  private func allow(group name: String) throws(SpoolError) {
    var settings = JSONObject()
    settings["allow_groups"] = .array([.string(name)])
    try writeSettings(settings)
  }

  /// Writes the settings of a group's queue, if its maker was interrupted before that.
  private func completeSettings(for name: String, _ group: UInt32?) throws(SpoolError) {
    let (own, names) = try naming(
      "look at", path, doing: (System.information(path), System.list(path)))
    if own.group == group, !shape.isPrivate, !names.contains(Self.settingsFile) {
      try allow(group: name)
    }
  }

  /// Whether the directory has the subdirectories that every queue has.
  package var hasLayout: Bool {
    [Folder.queued, .starting, .running, .done].allSatisfy { folder in
      (try? System.information(path(folder)))?.isDirectory == true
    }
  }

  /// Makes the missing directories, with the permissions of the queue's own. A version control system keeps no
  /// empty directories, and a copied queue is still a queue.
  package func completeLayout() throws(SpoolError) {
    for folder in Folder.allCases {
      let folder = path(folder)
      guard try Self.makeDirectory(folder, shape.directories) else { continue }
      // The group is inherited. The set-group-ID bit was lost if the umask had to be corrected.
      try naming(
        "set the permissions of", folder, doing: System.setPermissions(folder, shape.directories))
      shape.give(folder)
    }
  }

  private func isEmpty() throws(SpoolError) -> Bool {
    let names = try naming("list", path, doing: System.list(path))
    // An interrupted creation leaves some of the directories and nothing else.
    return names.allSatisfy { Folder(rawValue: $0) != nil }
  }

  /// Makes a directory. Returns false if it exists.
  private static func makeDirectory(
    _ path: String, _ permissions: UInt32
  ) throws(SpoolError) -> Bool {
    do throws(Errno) {
      try System.makeDirectory(path, permissions: permissions & 0o777)
      return true
    } catch {
      if error == .exists { return false }
      throw SpoolError("make the directory", path, error)
    }
  }

  private static func setGroup(
    _ path: String, _ group: UInt32, _ permissions: UInt32
  ) throws(SpoolError) {
    try naming("set the group of", path) { () throws(Errno) in
      try System.setGroup(path, group)
      // The permissions are set after the group: changing the group takes the set-group-ID bit away.
      try System.setPermissions(path, permissions)
    }
  }

  /// Makes a directory and the directories that lead to it.
  package static func makeDirectories(_ path: String, permissions: UInt32) throws(SpoolError) {
    var made = ""
    for part in path.pathParts {
      let containing = made.isEmpty ? "/" : made
      made += "/" + part
      if (try? System.informationFollowing(made))?.isDirectory == true { continue }
      do throws(Errno) {
        try System.makeDirectory(made, permissions: permissions)
        try? System.syncDirectory(containing)
      } catch {
        if error != .exists { throw SpoolError("make the directory", made, error) }
      }
    }
  }
}
