extension Queue {
  /// The content of a queue's directory, to be checked before it is removed or renamed.
  package struct Contents: Sendable, Equatable {
    package var counts = QueueCounts()
    /// The names of the live agents that serve it.
    package var agents: [String] = []
    /// Names of entries that spool has not made.
    package var strangers: [String] = []

    /// The runs in words: `2 waiting runs, 312 runs that are over`.
    package var words: String {
      [
        counts.queued > 0 ? counted(counts.queued, "waiting run") : nil,
        counts.starting + counts.running > 0
          ? counted(counts.starting + counts.running, "run") + " under way" : nil,
        counted(counts.done, "run") + " that \(counts.done == 1 ? "is" : "are") over",
      ].compactMap { $0 }.joined(separator: ", ")
    }
  }

  /// Looks at the content of the directory.
  package func contents() throws(SpoolError) -> Contents {
    var contents = Contents()
    contents.counts = try counts()
    contents.counts.queued += try undelivered()
    contents.agents = try liveAgents().map { $0.name }
    let names = try naming("list", path, doing: System.list(path))
    contents.strangers = names.filter { name in
      Folder(rawValue: name) == nil && name != Self.settingsFile && name != Self.pausedFile
        && !name.hasPrefix(".")
    }.sorted()
    return contents
  }

  /// Gives the queue another name, in its entity or in another one of its root.
  ///
  /// - Parameter evenIfServed: Also if agents serve it: they wait for the old name from then on.
  /// - Returns: The queue under its new name.
  /// - Throws: ``SpoolError``; of kind `no` if runs are under way, since their files have the old name.
  package func rename(
    to name: String, of entity: String? = nil, evenIfServed: Bool = false
  ) throws(SpoolError) -> Queue {
    try requireOwner("rename")
    let parent = (root == "/" ? "" : root) + "/" + (entity ?? self.entity)
    guard (try? System.informationFollowing(parent))?.isDirectory == true else {
      throw SpoolError(.notFound, "\(parent): there is no such entity")
    }
    let target = parent + "/" + name
    let isTaken = try naming("look at", target) { () throws(Errno) in try System.isListed(target) }
    if isTaken { throw SpoolError(.no, "\(target): is there already") }
    try requireQuiet("rename", evenIfServed: evenIfServed)
    if let entity, entity != self.entity { try refuseJobsOfEntity() }
    guard try relocate(to: target) else { throw SpoolError(.notFound, "\(path): is gone") }
    let moved = try settled(target, "renamed")
    try naming("sync", parent, doing: System.syncDirectory(parent))
    return moved
  }

  /// Removes the queue with everything in it. No link in it is followed.
  ///
  /// It vanishes in one step; a deletion in the same entity an hour later removes what an interrupted one has left.
  ///
  /// - Parameters:
  ///   - isForced: Also if runs wait, agents serve it, or it holds files that are not spool's.
  ///   - patience: The age from which a hidden directory of another deletion is removed, too, in seconds.
  /// - Throws: ``SpoolError``; of kind `no` if something stands in the way.
  package func delete(isForced: Bool = false, patience: Double = 3600) throws(SpoolError) {
    try requireOwner("delete")
    let contents = try contents()
    if !isForced, contents.counts.queued > 0 {
      let verb = contents.counts.queued == 1 ? "waits" : "wait"
      throw SpoolError(
        .no,
        "\(reference): \(counted(contents.counts.queued, "run")) \(verb) in it (--force deletes them, too)"
      )
    }
    if !isForced, let stranger = contents.strangers.first {
      let more = contents.strangers.count > 1 ? " and \(contents.strangers.count - 1) more" : ""
      throw SpoolError(
        .no, "\(reference): \(stranger)\(more) in it is not spool's (--force deletes it, too)")
    }
    try requireQuiet("delete", evenIfServed: isForced)
    guard let parent = path.directoryOfPath else { return }
    let aside = parent + "/" + Self.deleted + name + Aside.name("")
    guard try relocate(to: aside) else { throw SpoolError(.notFound, "\(path): is gone") }
    _ = try settled(aside, "deleted", mayWait: isForced)
    try naming("sync", parent, doing: System.syncDirectory(parent))
    try naming("remove everything in", aside, doing: System.removeTree(aside))
    for name in (try? System.list(parent)) ?? [] where name.hasPrefix(Self.deleted) {
      let left = parent + "/" + name
      // A younger one may still go back to its name.
      if Self.age(of: left) >= patience { try? System.removeTree(left) }
    }
  }

  private static let deleted = ".deleted."

  /// The runs of all users are concerned: in a shared queue only its owner may do it.
  private func requireOwner(_ verb: String) throws(SpoolError) {
    let owner = try naming("look at", path, doing: System.information(path).owner)
    if Account.isRoot || owner == Account.current.user { return }
    throw SpoolError(
      .refused,
      "\(reference): belongs to \(Account(user: owner).name), and only its owner may \(verb) it")
  }

  /// A waiting run with a job of this entity, named without it, would mean a job of the other entity.
  private func refuseJobsOfEntity() throws(SpoolError) {
    for file in try list(.queued) {
      guard let name = QueueFileName(file), let bytes = try? read(path(.queued, file)).bytes,
        let text = (try? Job(parsing: bytes))?.job, JobReference(text)?.entity == nil
      else { continue }
      throw SpoolError(
        .no,
        "\(reference): \(name.run) waits in it and needs \(text), which is a job of \(entity) only")
    }
  }

  private func requireQuiet(_ verb: String, evenIfServed: Bool) throws(SpoolError) {
    let contents = try contents()
    let underWay = contents.counts.starting + contents.counts.running
    if underWay > 0 {
      throw SpoolError(
        .no,
        "\(reference): \(counted(underWay, "run is", "runs are")) under way, whose files have this name"
          + " (\(command("kill --all --everyone")) stops them)")
    }
    if !evenIfServed, let agent = contents.agents.first {
      let more = contents.agents.count > 1 ? " and \(contents.agents.count - 1) more" : ""
      throw SpoolError(
        .no,
        "\(reference): the agent \(agent)\(more) serves it (stop it first, or --force to \(verb) it)"
      )
    }
  }

  /// The time since a deleted queue got its hidden name, in seconds; 0 if it is not known.
  private static func age(of path: String) -> Double {
    guard let information = try? System.information(path) else { return 0 }
    return Timestamp.now.seconds(since: information.changed)
  }

  /// The number of runs of sweeps that are decided and not in `queued/` yet.
  private func undelivered() throws(SpoolError) -> Int {
    var count = 0
    for folder in try listIfThere(.sweeps) where !folder.hasPrefix(".") {
      let files = (try? System.list(self.path(.sweeps, folder))) ?? []
      count += files.count { QueueFileName($0)?.isFull == true }
    }
    return count
  }

  /// The queue under its new name. It gets its old name again if a run was claimed, or came, right before, and
  /// if that cannot be looked at.
  ///
  /// - Parameter mayWait: Whether runs may wait in it.
  private func settled(
    _ target: String, _ done: String, mayWait: Bool = true
  ) throws(SpoolError) -> Queue {
    let moved = Queue(path: target, shape: shape)
    do throws(SpoolError) {
      let counts = try moved.activeCounts()
      if counts.starting + counts.running > 0 {
        throw SpoolError(
          .no, "\(reference): an agent has just started a run, so it was not \(done)")
      }
      if !mayWait, try counts.queued + moved.undelivered() > 0 {
        throw SpoolError(.no, "\(reference): a run has just been queued, so it was not \(done)")
      }
      return moved
    } catch {
      _ = try? moved.relocate(to: path)
      throw error
    }
  }
}
