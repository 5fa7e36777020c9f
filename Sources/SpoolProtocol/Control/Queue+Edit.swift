// A job file is edited in three steps. It is parked as NAME.json.editing, where no agent takes it. It is replaced
// there as a whole, once the new text was checked. It is put back. At each moment the run has one file, which holds
// the old text or the new text. After a crash the file is parked, and `release` puts it back.
//
// The text is edited elsewhere, and not in place: an editor that died in the middle would leave a part of the text,
// and backups beside it.

/// A waiting run that was taken out of the agents' reach to be edited.
package struct EditedRun: Sendable {
  /// The run's name; for a dropped file, the name that it asks for.
  package let run: String
  /// The text of its job file when it was parked.
  package let text: String
  /// Whether it was held before.
  package let wasHeld: Bool
  let queue: Queue
  /// The parked file's name, `NAME.json.editing`.
  let name: QueueFileName
  let job: Job?
  let information: FileInformation

  /// The place where the file goes after the edit.
  package enum Place: Sendable {
    case asBefore
    case held
  }
}

extension Queue {
  /// Parks a waiting run to edit its job file.
  ///
  /// - Throws: ``SpoolError`` of kind `no` if it does not wait (any more), is being edited, or was started before:
  ///   later attempts use the job with which the first was started.
  package func park(_ run: String) throws(SpoolError) -> EditedRun {
    guard let place = try locate(run) else {
      throw SpoolError(.notFound, "\(reference): there is no run \(run)")
    }
    guard case .queued(let name) = place else {
      throw SpoolError(.no, "\(run): \(Self.words(place)); only a waiting run can be edited")
    }
    if name.parked == .editing {
      throw SpoolError(
        .no,
        "\(run): is being edited; if that was interrupted, \(command("release", run)) puts it"
          + " back")
    }
    if name.isFull {
      for attempt in try attemptNumbers(of: run)
      where try attemptDirectory(run, attempt).has(Self.startFile) == true {
        throw SpoolError(
          .no,
          "\(run): was started already (attempt \(attempt)), and is tried again as it was then;"
            + " to change it: \(command("kill", run)); \(command("launch --from", run))")
      }
    }
    let parked = name.parked(.editing)
    if try list(.queued).contains(parked.text) {
      throw SpoolError(.no, "\(run): \(path(.queued, parked.text)) is there already")
    }
    guard try renameWaiting(name.text, to: parked.text) else {
      throw SpoolError(
        .no, "\(run): was just taken by an agent, or changed by another user; it cannot be edited")
    }
    do throws(SpoolError) {
      let path = path(.queued, parked.text)
      let file = try naming("read", path, doing: read(path))
      guard file.information.isRegular else {
        throw SpoolError(.badInput, "\(path): is not a file that can be edited")
      }
      let owner = file.information.owner
      // The edited file will belong to the editor, or to its present owner if root edits it. So an agent of that
      // user must take it.
      if owner != Account.current.user || owner == 0 && Account.isRoot {
        let settings = try settingsOrDefaults()
        let editor = Account.isRoot ? owner : Account.current.user
        if let objection = Trust(self, settings, as: editor).objection(to: file.information) {
          throw Self.foreign(run, objection)
        }
      }
      guard file.bytes.count <= Job.sizeLimit, !file.bytes.contains(0) else {
        throw SpoolError(.badInput, "\(path): is not a text of at most \(Job.sizeLimit) bytes")
      }
      return EditedRun(
        run: run, text: String(raw: file.bytes), wasHeld: name.parked == .held, queue: self,
        name: parked,
        job: try? Job(parsing: file.bytes), information: file.information)
    } catch {
      _ = try renameWaiting(parked.text, to: name.text)
      throw error
    }
  }
}

extension EditedRun {
  /// The resolved job of a request in the run's queue.
  package func resolve(_ request: JobRequest) throws(SpoolError) -> Job {
    try queue.resolve(request).asked
  }

  /// Returns why the text cannot be the job file of this run, or nil if it can.
  ///
  /// A text that launch would refuse is refused here too. The runs that it waits for must be named in full, since
  /// the text is queued as it stands.
  package func complaint(about text: String) throws(SpoolError) -> String? {
    let job: Job
    do throws(JobFileError) {
      job = try Job(parsing: text.rawBytes)
    } catch {
      return error.description
    }
    if name.isFull, let before = self.job, job.unique != before.unique {
      return "\"unique\" cannot be changed: the run's name is made of it"
    }
    do throws(SpoolError) {
      if let after = job.after, let complaint = try complaint(about: after) { return complaint }
      _ = try queue.resolve(JobRequest(job))
      return nil
    } catch {
      if error.kind == .system { throw error }
      return error.message
    }
  }

  private func complaint(about after: Dependencies) throws(SpoolError) -> String? {
    if after.runs.contains(run) { return "\"after\": it cannot wait for itself" }
    let known = try queue.allRuns()
    if let unknown = after.runs.first(where: { !known.contains($0) }) {
      return "\"after\": there is no run \(unknown)"
    }
    _ = try queue.resolve(after)
    return try circle(through: after).map { "\"after\": it would wait for itself: \($0)" }
  }

  /// Returns how the run would wait for itself, as `a → b → a`, or nil if it would not.
  ///
  /// Launch names only runs that are there, so it makes no circle; an edit could.
  private func circle(through after: Dependencies) throws(SpoolError) -> String? {
    var way: [String: String] = [:]
    var next = Array(Set(after.runs))
    for run in next { way[run] = self.run }
    var waiting: [String: QueueFileName] = [:]
    for file in try queue.list(.queued) {
      if let name = QueueFileName(file) { waiting[name.run] = name }
    }
    while let run = next.popLast() {
      guard let name = waiting[run],
        let file = try? queue.read(queue.path(.queued, name.text)),
        let job = try? Job(parsing: file.bytes)
      else { continue }
      for other in job.after?.runs ?? [] {
        if other == self.run {
          var circle = [other, run]
          while let before = way[circle[circle.count - 1]], before != other {
            circle.append(before)
          }
          return (circle + [other]).reversed().joined(separator: " → ")
        }
        if way[other] == nil {
          way[other] = run
          next.append(other)
        }
      }
    }
    return nil
  }

  /// Replaces the job file as a whole by a text that was found good.
  ///
  /// - Throws: ``SpoolError``: of kind `no` if the run was released, killed or removed meanwhile.
  package func replace(with text: String) throws(SpoolError) {
    let aside = Aside("edit", in: queue.path(.queued))
    let path = queue.path(.queued, name.text)
    let sync = try queue.settingsOrDefaults().sync
    try naming("write", aside.path) { () throws(Errno) in
      let file = try System.create(aside.path, permissions: queue.shape.files)
      try file.write(text.rawBytes)
      // The file's owner decides as which user it is executed. Only root can keep another owner.
      if try file.information().owner != information.owner, Account.current.user == 0 {
        try file.setOwner(information.owner, group: information.group)
      }
      if sync { try file.sync() }
    }
    guard try isParked() else { throw moved() }
    try queue.publishFile(aside.path, as: path)
    aside.release()
    // If the file was moved between the look and the rename, the file that was just put there is a second file of
    // the run. No agent can have taken that yet.
    if try isElsewhere() {
      try queue.removeIfThere(path)
      throw moved()
    }
    if sync { try queue.syncDirectory(.queued) }
  }

  /// Ends the edit: the file goes back to its place before the edit, or is held.
  ///
  /// - Throws: ``SpoolError`` of kind `no` if somebody moved it meanwhile.
  package func putBack(_ place: Place = .asBefore) throws(SpoolError) {
    let target = name.parked(wasHeld || place == .held ? .held : nil)
    if try queue.list(.queued).contains(target.text) {
      throw SpoolError(
        .no,
        "\(run): \(queue.path(.queued, target.text)) is there by now; \(name.text) stays beside it")
    }
    guard try queue.renameWaiting(name.text, to: target.text) else { throw moved() }
    if try queue.settingsOrDefaults().sync { try queue.syncDirectory(.queued) }
  }

  private func moved() -> SpoolError {
    SpoolError(
      .no, "\(run): was released, killed or removed while it was edited; nothing was changed")
  }

  private func isParked() throws(SpoolError) -> Bool {
    try queue.list(.queued).contains(name.text)
  }

  /// Whether the run has another file, or is over.
  private func isElsewhere() throws(SpoolError) -> Bool {
    let hasOther = try queue.sightings.has { other in
      other.file != name.text && other.name.priority == name.priority
        && other.name.stamp == name.stamp && other.name.base == name.base
    }
    if hasOther || !name.isFull { return hasOther }
    return try queue.sightings.isDone(name.base)
  }
}
