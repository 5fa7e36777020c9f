extension Queue {
  /// Finds the run that a person means: by its exact name, otherwise by a prefix of its name, otherwise by its
  /// random part.
  ///
  /// - Throws: ``SpoolError`` of kind `notFound`, or of kind `badInput` with the list if several runs fit.
  public func resolve(_ text: String) throws(SpoolError) -> String {
    try resolve([text])[0].get()
  }

  /// Finds the runs that a person means by several texts, with one look at the queue. All names are collected only
  /// if one of the texts is not a run's whole name.
  package func resolve(_ texts: [String]) throws(SpoolError) -> [Result<String, SpoolError>] {
    let exact = try sightings.met(of: Set(texts))
    var runs = RunNames(exact.isSuperset(of: texts) ? exact : try allRuns())
    var isCertain = false
    var results: [Result<String, SpoolError>] = []
    for text in texts {
      do throws(SpoolError) {
        results.append(.success(try resolve(text, among: &runs)))
      } catch {
        if isCertain || error.kind != .notFound {
          results.append(.failure(error))
          continue
        }
        // A run that is tried again moves back into queued/, which this look has already passed.
        runs.formUnion(try allRuns())
        isCertain = true
        do throws(SpoolError) {
          results.append(.success(try resolve(text, among: &runs)))
        } catch {
          results.append(.failure(error))
        }
      }
    }
    return results
  }

  private func resolve(
    _ text: String, among runs: inout RunNames
  ) throws(SpoolError) -> String {
    let matches = runs.matches(text)
    if matches.count == 1, let match = matches.first { return match }
    if matches.isEmpty {
      let hint = elsewhere(text) ?? "\(command("list --limit 0")) shows all"
      throw SpoolError(.notFound, "\(reference): there is no run \(text) (\(hint))")
    }
    let shown = matches.sorted().prefix(10).joined(separator: " ")
    throw SpoolError(
      .badInput,
      "\(reference): \(text) fits \(matches.count) runs: \(shown)\(matches.count > 10 ? " …" : "")")
  }

  /// The queues of the same root that have such a run, in words. Returns nil if none is found within a
  /// second.
  private func elsewhere(_ text: String) -> String? {
    let deadline = Instant.now + .seconds(1)
    let place = ShellPlace.current
    var found: [String] = []
    for other in Spool(root: root, entity: entity).queues() where other.path != path {
      if found.count == 3 || Instant.now > deadline { break }
      var runs = RunNames((try? other.allRuns()) ?? [])
      let matches = runs.matches(text)
      guard let match = matches.min() else { continue }
      let name = matches.count == 1 ? match : "\(match) and others"
      found.append("\(other.reference) has \(name): -q \(place.name(of: other.path))")
    }
    return found.isEmpty ? nil : found.joined(separator: ", ")
  }

  /// The run's name in the name of a file in `done/`. Returns nil if that is not a record's name.
  package static func recordName(_ file: String) -> String? {
    guard file.hasSuffix(QueueFileName.ending), file.utf8.first != UInt8(ascii: ".") else {
      return nil
    }
    return String(file.dropLast(QueueFileName.ending.utf8.count))
  }

  /// An attempt of a file in `running/`.
  package struct FoundAttempt: Sendable {
    package let start: StartRecord
    /// The information about the record's file.
    package let file: FileInformation
    /// The time by the file server's clock. The file is opened for it, since a look by name may be seconds old.
    package let heartbeat: Timestamp
    package let hasEnded: Bool
    /// Why it does not end although it should; nil if it has no such sentence.
    package let stuck: String?
    /// The user who has suspended it, and the time; nil if it is not suspended.
    package let suspension: RequestAuthor?
  }

  /// Finds the attempt of the file's claim. It is not simply the attempt with the highest number, which may belong
  /// to another claim.
  ///
  /// - Returns: Nil if there is none for certain. A run without an attempt is ended as crashed, so an attempt that
  ///   could not be read must not look like a missing attempt.
  package func findAttempt(of name: QueueFileName) throws(SpoolError) -> FoundAttempt? {
    let listed: [String]?
    do throws(SpoolError) {
      listed = try runDirectory(name.base).certainNames()
    } catch {
      // The run has put something else in the place of its folder.
      guard error.errno?.isInItsPlace == true else { throw error }
      return nil
    }
    guard let names = listed else { return nil }
    for number in NameNumber.attempts(names).sorted(by: >) {
      guard let file = try openStart(name.base, number),
        var start = StartRecord(file.bytes), start.claim == name.claim
      else { continue }
      // The folder decides the number, whatever the file says.
      start.attempt = number
      start.run = name.base
      // The folder is gone since the look above: it is not an attempt of a file that is still in its place.
      guard let entries = try attemptDirectory(name.base, number).names() else { continue }
      // A run may have put a file of that name there, which is not an outcome.
      var hasEnded = entries.contains(Self.endFile)
      if hasEnded { hasEnded = try readEnd(name.base, number)?.claim == start.claim }
      return FoundAttempt(
        start: start, file: file.information, heartbeat: file.information.modified,
        hasEnded: hasEnded,
        stuck: entries.contains(Self.stuckFile) ? readStuck(name.base, number) : nil,
        suspension: entries.contains(Self.suspendedFile) ? readSuspension(name.base, number) : nil)
    }
    return nil
  }

  /// Opens an attempt's `start.json`. Returns nil if the attempt has none for certain.
  func openStart(_ run: String, _ number: Int) throws(SpoolError) -> OpenedFile? {
    let folder = runPath(run, "\(number)")
    let path = folder + "/" + Self.startFile
    var isListed = false
    while true {
      do throws(Errno) {
        return try readWhole(path)
      } catch {
        // Spool did not write it; it counts like a record that does not parse.
        if error == .tooLarge { return nil }
        // Something else has the file's name, or its folder's name.
        if [.isDirectory, .symbolicLink, .notDirectory, .noDevice].contains(error) { return nil }
        guard error == .notFound else { throw SpoolError("read", path, error) }
        guard try FreshDirectory(folder).has(Self.startFile) == true else { return nil }
        // The file appeared between the two looks, and is read again.
        if isListed { throw SpoolError("read", path, error) }
        isListed = true
      }
    }
  }

  /// Makes a new attempt for a file in `running/` whose own attempt left no trace. Returns nil if the file is gone.
  package func replacementStart(
    _ name: QueueFileName, _ claim: ClaimName, _ settings: QueueSettings
  ) throws(SpoolError) -> StartRecord? {
    guard let file = try readIfThere(path(.running, name.text)) else { return nil }
    _ = try reserve(name.base)
    var number = 1
    while try !reserveAttempt(name.base, number) { number += 1 }
    let asked = try? Job(parsing: file.bytes)
    // The job is taken from an earlier attempt, if there was one: it says after which ends the run may be tried again.
    let trust = Trust(self, settings)
    let started = try startedJob(of: name.base, inode: file.information.inode, as: trust)
    let job =
      started?.job
      ?? asked.map { (try? merge($0, settings)) ?? $0.merging(over: settings.jobDefaults) }
    // No process holds the attempt: if this end fails, others may end the run although this process lives.
    var holder = Holder.current
    holder.process = .nobody
    var start = StartRecord(
      claim: claim, run: name.base, attempt: number, holder: holder, command: nil,
      inode: file.information.inode, lease: settings.lease, slot: 0,
      createdAt: name.stamp.flatMap { Timestamp(stamp: $0) } ?? file.information.modified,
      owner: Account.of(file.information.owner).name, job: job, argv: [])
    let isTrusted = trust.objection(to: file.information) == nil
    start.hooks = (isTrusted ? job?.hooks : nil) ?? settings.jobDefaults.hooks
    let attempt = Attempt(queue: self, name: name, number: number, start: start, file: file.bytes)
    _ = try attempt.publishStart(sync: sync(settings))
    return start
  }
}
