// The author of a run's content. Spool writes files on behalf of other users: kill makes a record of a file that no
// agent would take, retry makes a new file from a record, and recovery believes a start record. None of these may
// make the user who typed the command the author of the content.

extension Queue {
  /// The users beside its owner who may have written a job file, in words. Nil if all of them are trusted here.
  func distrust(of file: FileInformation, _ settings: QueueSettings) -> String? {
    // The first test needs no settings: root would have to read them anew.
    if Trust(self, QueueSettings(), as: file.owner).objection(to: file) == nil { return nil }
    return Trust(self, sharedSettings(settings), as: file.owner).objection(to: file)
  }

  /// The settings as other users' agents obey them: root has its own view of them.
  private func sharedSettings(_ settings: QueueSettings) -> QueueSettings {
    Account.isRoot ? (try? settingsOrDefaults()) ?? settings : settings
  }

  /// Removes from a start record what only its writer claims. The job file itself says who owns it. The job, the
  /// hooks and the command count only if the file's owner, or the queue's owner, trusts the writer of the record.
  ///
  /// - Parameters:
  ///   - start: The record as it was read.
  ///   - record: The information about the record's file; nil if this process wrote it.
  ///   - file: The information about the job file.
  ///   - settings: The queue's settings.
  /// - Throws: ``SpoolError`` if the queue cannot be looked at.
  func correct(
    _ start: inout StartRecord, writtenAs record: FileInformation?, ofFile file: FileInformation,
    _ settings: QueueSettings
  ) throws(SpoolError) {
    start.owner = Account.of(file.owner).name
    start.distrust = distrust(of: file, settings)
    guard let record else { return }
    let settings = sharedSettings(settings)
    if Trust(self, settings, as: file.owner).objection(to: record) == nil { return }
    let owner = try naming("look at", path, doing: System.informationFollowing(path).owner)
    if Trust(self, settings, as: owner).objection(to: record) == nil { return }
    start.job = nil
    start.hooks = nil
    start.argv = []
  }

  /// Decides who will own the file of a run's repeat.
  ///
  /// If root repeats the run, it stays the owner's. Any other user makes it a file of their own, which their agent
  /// obeys. So it must be a file that their agent would take.
  ///
  /// - Returns: The run, as its record says when it is looked at, and its heir.
  /// - Throws: ``SpoolError`` of kind `refused` if it may not be repeated.
  package func inheritance(
    of run: String, _ settings: QueueSettings
  ) throws(SpoolError) -> (run: Run, heir: UInt32) {
    let record = path(.done, run + QueueFileName.ending)
    let file = try naming("read", record, doing: readWhole(record))
    guard let end = EndRecord(file.bytes), let old = end.ended, old.run == run else {
      throw SpoolError(.badInput, "\(record): is not a record that spool wrote")
    }
    let me = Account.current
    let author: UInt32?
    switch old.owner {
    case nil, "": author = file.information.owner
    case me.name: author = me.user
    case let name?: author = Account.user(named: name)
    }
    guard let author else {
      throw Self.foreign(run, "its owner \(old.owner ?? "") is not known on this host")
    }
    let heir = Account.isRoot ? author : me.user
    let trust = Trust(self, heir == 0 ? settings : sharedSettings(settings), as: heir)
    var objection =
      trust.objection(toOwner: author)
      ?? trust.objection(toRecord: file.information).map { "its record \(record): \($0)" }
      ?? end.distrust
    if objection == nil { objection = try self.objection(trust, toJobFileOf: old) }
    if let objection { throw Self.foreign(run, objection) }
    return (old, heir)
  }

  /// Refuses to make a run's content this user's own if an agent of this user would not execute it.
  ///
  /// - Parameter run: The run's whole name, wherever it is.
  /// - Throws: ``SpoolError`` of kind `refused`.
  package func refuseForeign(_ run: String) throws(SpoolError) {
    let settings = try settingsToObey()
    let trust = Trust(self, settings)
    switch try locate(run) {
    case nil: return
    case .done:
      let heir = try inheritance(of: run, settings).heir
      if heir != Account.current.user {
        throw Self.foreign(run, trust.objection(toOwner: heir) ?? "it is another's")
      }
    case .queued(let name): try refuse(.queued, name, run, trust)
    case .starting(let name): try refuse(.starting, name, run, trust)
    case .running(let name): try refuse(.running, name, run, trust)
    }
  }

  private func refuse(
    _ folder: Folder, _ name: QueueFileName, _ run: String, _ trust: Trust
  ) throws(SpoolError) {
    // If the file has moved on, it is read in its later place, and its agent has looked at it.
    guard let file = try informationIfThere(path(folder, name.text)),
      let objection = trust.objection(to: file)
    else { return }
    throw Self.foreign(run, objection)
  }

  /// The objection to the job file that the run's last attempt left.
  private func objection(
    _ trust: Trust, toJobFileOf old: Run
  ) throws(SpoolError) -> String? {
    guard let number = old.attempt else { return nil }
    return try informationIfThere(runPath(old.run, "\(number)/" + Self.jobFile))
      .flatMap { trust.objection(to: $0) }
  }

  static func foreign(_ run: String, _ objection: String) -> SpoolError {
    SpoolError(.refused, "\(run): would become yours, and must not: \(objection)")
  }

  /// Gives a new run's folder to the run's owner, as root may, by `fchown`.
  func give(folderOf run: String, to owner: UInt32) throws(SpoolError) {
    try naming("hand over", runPath(run)) { () throws(Errno) in
      try System.open(runPath(run), .directory).setOwner(owner)
    }
  }
}
