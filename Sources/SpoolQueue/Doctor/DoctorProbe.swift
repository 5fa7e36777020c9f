/// Finds facts about a directory by doing the steps of the protocol in it, once and under names of its
/// own. Nothing of that stays.
package struct DoctorProbe {
  var facts: DoctorFacts
  private let folder: String

  /// The facts about a directory and the queues in it.
  ///
  /// - Parameter path: A queue, a spool's root, an entity, or any directory.
  /// - Throws: ``SpoolError`` of kind `notFound` if there is no directory at the path.
  package static func facts(of path: String) throws(SpoolError) -> DoctorFacts {
    let real: String
    do throws(Errno) {
      real = try System.realPath(path)
      guard try System.informationFollowing(real).isDirectory else { throw Errno.notDirectory }
    } catch {
      if error == .notFound { throw SpoolError(.notFound, "\(path): there is no such directory") }
      if error == .notDirectory { throw SpoolError(.notFound, "\(path): is not a directory") }
      if !error.isRefusal { throw SpoolError("look at", path, error) }
      var probe = DoctorProbe(path)
      probe.facts.steps = [(.enter, .fails(error))]
      return probe.facts
    }
    var probe = DoctorProbe(real)
    probe.look()
    if probe.attempt(.enter, { () throws(Errno) in _ = try System.list(real) }) {
      probe.sweepLeftovers()
      probe.tryEverything()
      probe.lookAtQueues()
    }
    return probe.facts
  }

  private init(_ path: String) {
    let me = Account.current
    facts = DoctorFacts(path: path, user: .init(number: me.user, name: me.name))
    folder = path + "/" + Self.prefix + RunName.randomPart() + RunName.randomPart()
  }

  private static let prefix = ".doctor."

  private mutating func look() {
    let path = facts.path
    facts.isShared = (try? FileSystemKind(of: path)) != .local
    #if os(Linux)
      facts.mount = MountEntry(holding: path)
    #endif
    facts.space = try? FreeSpace(of: path)
    var place = path
    while let directory = Self.directory(place) {
      facts.directories.append(directory)
      if place == "/" { break }
      place =
        place[..<(place.lastIndex(of: "/") ?? place.startIndex)].isEmpty
        ? "/" : String(place[..<(place.lastIndex(of: "/") ?? place.startIndex)])
    }
  }

  static func directory(_ path: String) -> DoctorFacts.Directory? {
    guard let information = try? System.information(path), information.isDirectory else {
      return nil
    }
    let owner = Account(user: information.owner)
    return DoctorFacts.Directory(
      path: path, owner: .init(number: information.owner, name: owner.name),
      permissions: information.permissions)
  }

  /// Does a step. Returns false if it failed.
  private mutating func attempt(
    _ step: DoctorFacts.Step, _ body: () throws(Errno) -> Void
  ) -> Bool {
    examine(step) { () throws(Errno) -> String? in
      try body()
      return nil
    }
  }

  /// Does a step that may succeed wrongly. Returns false if it failed, or if its result was wrong.
  private mutating func examine(
    _ step: DoctorFacts.Step, _ body: () throws(Errno) -> String?
  ) -> Bool {
    let outcome: DoctorFacts.Outcome
    do throws(Errno) {
      outcome = try body().map { .wrong($0) } ?? .works
    } catch {
      outcome = .fails(error)
    }
    facts.steps.append((step, outcome))
    return outcome == .works
  }

  /// Does a step that must be refused.
  private mutating func exclude(
    _ step: DoctorFacts.Step, refusedWith refusal: Errno, else complaint: String,
    _ body: () throws(Errno) -> Void
  ) {
    _ = examine(step) { () throws(Errno) -> String? in
      do throws(Errno) {
        try body()
      } catch {
        if error == refusal { return nil }
        throw error
      }
      return complaint
    }
  }

  private func path(_ name: String) -> String { folder + "/" + name }

  private mutating func tryEverything() {
    let folder = folder
    let isMade = attempt(.makeDirectory) { () throws(Errno) in
      try System.makeDirectory(folder, permissions: 0o700)
    }
    if !isMade { return }
    tryFiles()
    _ = attempt(.remove) { () throws(Errno) in try Self.remove(folder) }
    // Removes entries that could not be removed in that order.
    try? Self.remove(folder)
  }

  private mutating func tryFiles() {
    let (first, second, third) = (path("a"), path("b"), path("c"))
    let isMade = attempt(.createFile) { () throws(Errno) in
      _ = try System.create(first, permissions: 0o600)
    }
    if !isMade { return }
    let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 8192)
    let isWritten = examine(.write) { () throws(Errno) -> String? in
      try System.openForWriting(first).write(bytes)
      return try System.open(first, .reading).readAll() == bytes
        ? nil : "the text that was read is not the text that was written"
    }
    let folder = folder
    if isWritten {
      _ = attempt(.sync) { () throws(Errno) in
        try System.openForWriting(first).sync()
        try System.syncDirectory(folder)
      }
    }
    _ = examine(.permissions) { () throws(Errno) -> String? in
      var seen = [try System.information(first).permissions]
      try System.setPermissions(first, 0o640)
      seen.append(try System.information(first).permissions)
      if seen == [0o600, 0o640] { return nil }
      return
        "a file that was made with 0600 and set to 0640 has \(seen.map { String($0, radix: 8) })"
    }
    exclude(.excludeFile, refusedWith: .exists, else: "a file that was there was made again") {
      () throws(Errno) in _ = try System.create(first, permissions: 0o600)
    }
    let inner = path("d")
    _ = try? System.makeDirectory(inner, permissions: 0o700)
    exclude(
      .excludeDirectory, refusedWith: .exists, else: "a directory that was there was made again"
    ) { () throws(Errno) in try System.makeDirectory(inner, permissions: 0o700) }
    let isRenamed = examine(.rename) { () throws(Errno) -> String? in
      try System.rename(first, second)
      let names = try System.list(folder)
      return names.contains("b") && !names.contains("a")
        ? nil : "a file that was renamed is listed under its old name"
    }
    if isRenamed {
      exclude(
        .renameOnce, refusedWith: .notFound, else: "a file that is gone was renamed once more"
      ) {
        () throws(Errno) in try System.rename(first, third)
      }
    }
    tryLinks(to: isRenamed ? second : first)
    tryTimes(of: isRenamed ? second : first)
  }

  private mutating func tryLinks(to file: String) {
    let name = path("l")
    let isLinked = examine(.link) { () throws(Errno) -> String? in
      try System.link(file, name)
      let (one, other) = (try System.information(file), try System.information(name))
      return one.inode == other.inode && other.links == 2
        ? nil : "a file with two names is counted \(other.links) times"
    }
    guard isLinked else { return }
    exclude(.excludeLink, refusedWith: .exists, else: "a name that was taken was given once more") {
      () throws(Errno) in try System.link(file, name)
    }
  }

  private mutating func tryTimes(of file: String) {
    var offset: Double?
    _ = examine(.touch) { () throws(Errno) -> String? in
      let descriptor = try System.open(file, .reading)
      let earlier = Timestamp.now
      try descriptor.touch()
      let later = Timestamp.now
      // Opened anew, as other hosts read heartbeats.
      let seen = try System.open(file, .reading).information().modified
      offset = (seen.seconds(since: earlier) + seen.seconds(since: later)) / 2
      return nil
    }
    facts.clockOffset = offset
    let name = path("s")
    guard (try? System.create(name, permissions: 0o600)) != nil else { return }
    let start = Instant.now
    repeat {
      if (try? System.list(folder))?.contains("s") == true { break }
      TimeSpan.milliseconds(5).pause()
    } while Instant.now - start < .seconds(30)
    facts.listingDelay = (Instant.now - start).seconds
  }

  private static func remove(_ folder: String) throws(Errno) {
    for name in try System.list(folder) {
      if name == "d" {
        try System.removeDirectory(folder + "/d")
      } else {
        try System.unlink(folder + "/" + name)
      }
    }
    try System.removeDirectory(folder)
  }

  /// Removes the folders that killed doctors left: after an hour no doctor uses them.
  private func sweepLeftovers() {
    for name in (try? System.list(facts.path)) ?? [] where name.hasPrefix(Self.prefix) {
      let leftover = facts.path + "/" + name
      guard let information = try? System.information(leftover), information.isDirectory,
        Timestamp.now.seconds(since: information.modified) > 3600
      else { continue }
      try? Self.remove(leftover)
    }
  }
}
