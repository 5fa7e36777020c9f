extension Queue {
  /// Where a run is.
  public enum Place: Sendable, Equatable {
    /// In `queued/`, held ones too.
    case queued(QueueFileName)
    /// In `starting/`.
    case starting(QueueFileName)
    /// In `running/`.
    case running(QueueFileName)
    /// In `done/`.
    case done
  }

  /// Looks for a run in the order in which runs move, so that a moving one is met once at least.
  ///
  /// - Returns: nil: the queue has no such run.
  public func locate(_ run: String) throws(SpoolError) -> Place? {
    // Twice: a run may be put back into queued/ behind the first look.
    for _ in 0..<2 {
      if try list(.done).contains(run + QueueFileName.ending) { return .done }
      for (folder, place) in [
        (Folder.queued, { Place.queued($0) }), (.starting, { .starting($0) }),
        (.running, { .running($0) }),
      ] as [(Folder, (QueueFileName) -> Place)] {
        // Of several dropped files of the same name, the one that will have it.
        let names = try waiting(folder).filter { $0.run == run }
        if let name = names.min(by: { $0.text < $1.text }) { return place(name) }
      }
    }
    return try list(.done).contains(run + QueueFileName.ending) ? .done : nil
  }

  private func waiting(_ folder: Folder) throws(SpoolError) -> [QueueFileName] {
    try list(folder).compactMap { QueueFileName($0) }
  }

  /// Every run's name: waiting, claimed and done ones.
  public func allRuns() throws(SpoolError) -> Set<String> {
    var runs: Set<String> = []
    for folder in [Folder.queued, .starting, .running] {
      for name in try waiting(folder) { runs.insert(name.run) }
    }
    for file in try list(.done) {
      if let run = Self.recordName(file) { runs.insert(run) }
    }
    return runs
  }

  /// The run that a person means: its exact name, else a prefix of one, else its random part.
  ///
  /// - Throws: ``SpoolError`` of kind `notFound`, or of kind `badInput` with the list when several
  ///   fit.
  public func resolve(_ text: String) throws(SpoolError) -> String {
    let runs = try allRuns()
    if runs.contains(text) { return text }
    var matches = text.isEmpty ? [] : runs.filter { $0.hasPrefix(text) }
    if matches.isEmpty { matches = runs.filter { $0.hasSuffix("-" + text) } }
    if matches.count == 1, let match = matches.first { return match }
    if matches.isEmpty {
      throw SpoolError(
        .notFound, "\(reference): there is no run \(text) (spool list --limit 0 shows all)")
    }
    let shown = matches.sorted().prefix(20).joined(separator: " ")
    throw SpoolError(
      .badInput,
      "\(reference): \(text) fits \(matches.count) runs: \(shown)\(matches.count > 20 ? " …" : "")")
  }

  /// The run's name in the name of a file in `done/`; nil for what is no record.
  package static func recordName(_ file: String) -> String? {
    guard file.hasSuffix(QueueFileName.ending), file.utf8.first != UInt8(ascii: ".") else {
      return nil
    }
    return String(file.dropLast(QueueFileName.ending.utf8.count))
  }

  /// An attempt of a file in `running/`.
  package struct FoundAttempt: Sendable {
    package let start: StartRecord
    /// By the file server's clock; opened, since a look by name may be seconds old.
    package let heartbeat: Timestamp
    package let hasEnded: Bool
  }

  /// The attempt of the file's claim; never simply the one with the highest number, which may be
  /// another claim's.
  package func findAttempt(of name: QueueFileName) throws(SpoolError) -> FoundAttempt? {
    guard let names = try listRun(name.base) else { return nil }
    for number in names.compactMap({ Int($0) }).sorted(by: >) {
      let folder = runPath(name.base, "\(number)")
      guard let file = try? read(folder + "/" + Self.startFile),
        var start = StartRecord(file.bytes), start.claim == name.claim
      else { continue }
      // The folder says which it is, whatever the file says.
      start.attempt = number
      start.run = name.base
      let entries = try attempt("list", folder) { () throws(Errno) in try System.list(folder) }
      return FoundAttempt(
        start: start, heartbeat: file.information.modified,
        hasEnded: entries.contains(Self.endFile))
    }
    return nil
  }

  /// A new attempt for a file in `running/` whose own left no trace; nil: the file is gone.
  func replacementStart(
    _ name: QueueFileName, _ claim: ClaimName, _ settings: QueueSettings
  ) throws(SpoolError) -> StartRecord? {
    let file: OpenedFile
    do throws(Errno) {
      file = try read(path(.running, name.text))
    } catch {
      if error == .notFound { return nil }
      throw SpoolError("read", path(.running, name.text), error)
    }
    _ = try reserve(name.base)
    var number = 1
    while try !reserveAttempt(name.base, number) { number += 1 }
    let asked = try? Job(parsing: file.bytes)
    let job = asked.map { (try? merge($0, settings)) ?? $0.merging(over: settings.defaults) }
    let start = StartRecord(
      claim: claim, run: name.base, attempt: number, holder: .current, command: nil,
      inode: file.information.inode, lease: settings.lease, slot: 0,
      createdAt: name.stamp.flatMap { Timestamp(stamp: $0) } ?? file.information.modified,
      owner: Account(user: file.information.owner).name, job: job, argv: [])
    let attempt = Attempt(queue: self, name: name, number: number, start: start, file: file.bytes)
    _ = try attempt.publishStart(sync: settings.sync)
    return start
  }
}
