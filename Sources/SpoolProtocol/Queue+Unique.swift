// Once only: of the runs with one `unique` key no two are on their way at a time.
//
// Such runs are called KEY-1, KEY-2…, and `mkdir runs/KEY-n` for the next number decides which process may queue
// the next run. A submission is refused if a run with the key is not done, or if its name is reserved and the run
// may still come. No lock is ever taken, so no lock has to be released. A crash leaves a reservation, which counts
// for five minutes; then the next submission takes it away. That makes it safe: a launch that was only asleep finds
// neither its folder nor its file, and fails.

extension Queue {
  /// Seconds after which an empty folder is no longer a submission on its way.
  package static let reservationLifetime = 300.0

  /// The result of a request for the next name of a key.
  package enum UniqueName: Sendable, Equatable {
    /// The name is reserved for this run.
    case reserved(String)
    /// This run has the key, and is not done; the second text says what the run does.
    case taken(by: String, String)
    /// This name is reserved, and its run may still come.
    case reservedByAnother(String)
  }

  /// Reserves the next name of a key, if no run that has the key is on its way.
  ///
  /// Of any number of processes on any number of hosts, exactly one gets the name.
  package func reserve(unique key: String) throws(SpoolError) -> UniqueName {
    var least = 0
    for _ in 0..<1000 {
      let survey = try UniqueSurvey(self, key)
      if let run = survey.underWay { return .taken(by: run.name, run.words) }
      if let run = survey.reserved { return .reservedByAnother(run) }
      least = Swift.max(least, survey.highest)
      if !survey.abandoned.isEmpty {
        for run in survey.abandoned { try takeAway(run) }
        // One of these runs may have come into the queue just before.
        continue
      }
      if least >= NameNumber.limit {
        return .taken(by: RunName.numbered(key, least), Self.lastNumberWords)
      }
      let name = RunName.numbered(key, least + 1)
      least += 1
      // The record was looked for in the listing, and not by its name, because it may appear later.
      guard try reserve(name) else { continue }
      // Runs with later numbers: somebody made the name by hand, or the runs before it were pruned.
      if let run = try UniqueSurvey.findUnderWay(self, key, but: name) {
        _ = try removeEmpty(runPath(name))
        return .taken(by: run.name, run.words)
      }
      return .reserved(name)
    }
    throw SpoolError(.no, "unique \(key): others take its names all the time; try again")
  }

  /// The fault of a run of a key whose numbers are used up.
  private static let lastNumberWords =
    "has the last number that a name of the key can have; prune that run, or use another key"

  /// How long its maker may use a reservation, in seconds; must stay below `reservationLifetime`.
  static let uniquePatience = TimeSpan.seconds(reservationLifetime * 0.8)

  /// Takes an abandoned reservation away, so that its maker cannot use it any more.
  ///
  /// This only affects a launch that went on sleeping between two of its calls: it moves `runs/RUN/job.json` into
  /// the queue, and either that move or the removal finds the file.
  private func takeAway(_ run: String) throws(SpoolError) {
    try removeIfThere(runPath(run, Self.jobFile))
    _ = try removeEmpty(runPath(run))
  }

  /// Why a claimed file may not run under its name. Nil if it has no key, or if its name is a name of its key.
  ///
  /// Its claim gave it a name of the key, unless another run had the key at that moment.
  func uniqueObjection(to job: Job, named run: String) throws(SpoolError) -> String? {
    guard let key = job.unique, !Self.isName(run, ofKey: key) else { return nil }
    let survey = try UniqueSurvey(self, key)
    if let other = survey.underWay { return "unique \(key): \(other.name) \(other.words)" }
    let last = RunName.numbered(key, survey.highest)
    if survey.highest >= NameNumber.limit {
      return "unique \(key): \(last) \(Self.lastNumberWords)"
    }
    return survey.highest == 0
      ? "unique \(key): \(run) is not a name of that key; leave the name of the file to its claim"
      : "unique \(key): \(last) was not done when this was claimed"
  }

  /// Whether a run's name is a name that the key gives.
  static func isName(_ run: String, ofKey key: String) -> Bool {
    UniqueSurvey.number(of: run, key) != nil
  }

  /// The `unique` key of a dropped file; the inner value is nil if it has no key. Returns nil if the file is gone.
  ///
  /// A file that cannot be read now must not be treated as having no key: its run would end.
  func uniqueKey(ofDropped file: String) throws(SpoolError) -> String?? {
    guard let opened = try readIfThere(path(.queued, file)) else { return nil }
    // This search decides for nearly all files, without parsing them.
    let isNamed = opened.bytes.withUnsafeBytes { $0.contains(Self.uniqueWord) }
    return .some(isNamed ? (try? Job(parsing: opened.bytes))?.unique : nil)
  }

  private static let uniqueWord = Array("unique".utf8)
}

/// The runs and reservations with a key's names, as one look finds them.
private struct UniqueSurvey {
  /// A run with the key that is not done.
  struct Run {
    let name: String
    /// What the run does, in words: `waits`.
    let words: String
  }

  private(set) var underWay: Run?
  /// A name that is reserved, and whose run may still come.
  private(set) var reserved: String?
  /// Names whose reservations are too old to be used.
  private(set) var abandoned: [String] = []
  /// The highest number that any name of the key has or had; 0 if there is none.
  private(set) var highest = 0

  /// Looks in the order in which runs move: first a name is reserved, then its run is in the queue, and then it is
  /// done.
  init(_ queue: Queue, _ key: String) throws(SpoolError) {
    let names = try Self.names(queue, .runs, key)
    underWay = try Self.findUnderWay(queue, key, but: nil)
    let files = try Self.names(queue, .done, key)
    let done = Set(files.compactMap { Queue.recordName($0) })
    for run in done.union(names) { highest = Swift.max(highest, Self.number(of: run, key) ?? 0) }
    // A run may have been put back into queued/ after the first look there.
    if underWay == nil { underWay = try Self.findUnderWay(queue, key, but: nil) }
    if let run = underWay {
      highest = Swift.max(highest, Self.number(of: run.name, key) ?? 0)
      return
    }
    let moving = Set(try Self.moving(queue, key).map { $0.run })
    for run in names where Self.number(of: run, key) != nil && !done.contains(run) {
      if moving.contains(run) { continue }
      try look(at: run, queue, key)
    }
  }

  /// Looks at a folder in `runs/` for which the queue has no file.
  private mutating func look(at run: String, _ queue: Queue, _ key: String) throws(SpoolError) {
    guard let names = try queue.runDirectory(run).names() else { return }
    // The folder belonged to a run whose record was pruned.
    if !NameNumber.attempts(names).isEmpty { return }
    if names.contains(Queue.jobFile),
      let file = try? queue.read(queue.runPath(run, Queue.jobFile)),
      let job = try? Job(parsing: file.bytes), job.unique != key
    {
      return
    }
    guard let folder = try? System.information(queue.runPath(run)), folder.isDirectory,
      let now = queue.serverTime()
    else {
      reserved = run
      return
    }
    if now.seconds(since: folder.modified) < Queue.reservationLifetime {
      reserved = run
    } else {
      abandoned.append(run)
    }
  }

  /// Returns a run that has the key and is not done, or nil if there is none.
  ///
  /// - Parameter run: A name that is ignored.
  static func findUnderWay(
    _ queue: Queue, _ key: String, but run: String?
  ) throws(SpoolError) -> Run? {
    for found in try moving(queue, key) where found.run != run {
      // If the run asks for no key, or for another key, it does not matter. Its file tells that without the
      // listings that show where the run is by now.
      if let opened = try? queue.read(queue.path(found.folder, found.file)),
        let job = try? Job(parsing: opened.bytes), job.unique != key
      {
        continue
      }
      // The run may have moved on since it was listed.
      guard let (folder, name, words) = try place(of: found.run, queue) else { continue }
      // A file that cannot be read now may ask for the key.
      if let opened = try? queue.read(queue.path(folder, name.text)),
        let job = try? Job(parsing: opened.bytes), job.unique != key
      {
        continue
      }
      return Run(name: found.run, words: words)
    }
    return nil
  }

  /// The place of a run that is not done, and what it does, in words. Returns nil if it is done, or gone.
  private static func place(
    of run: String, _ queue: Queue
  ) throws(SpoolError) -> (Queue.Folder, QueueFileName, words: String)? {
    switch try queue.locate(run) {
    case nil, .done: nil
    case .queued(let name): (.queued, name, name.parked == nil ? "waits" : "is held")
    case .starting(let name): (.starting, name, "is starting")
    case .running(let name): (.running, name, "is running")
    }
  }

  /// The files of the queue that have a name of the key.
  private static func moving(_ queue: Queue, _ key: String) throws(SpoolError) -> [ActiveRun] {
    var found: [ActiveRun] = []
    for folder in Sightings.unfinished {
      for file in try names(queue, folder, key) {
        // A dropped file has no name before its claim.
        guard let active = ActiveRun(folder, file), active.name.isFull,
          number(of: active.name.base, key) != nil
        else { continue }
        found.append(active)
      }
    }
    return found
  }

  /// The names in a folder that contain the key: usually few names of many.
  private static func names(
    _ queue: Queue, _ folder: Queue.Folder, _ key: String
  ) throws(SpoolError) -> [String] {
    let wanted = Array((key + "-").utf8)
    return try queue.table(folder) { UnsafeRawBufferPointer($0).contains(wanted) }.texts
  }

  /// The number of `KEY-3`, which is 3, if it is written exactly as ``RunName/numbered(_:_:)`` writes it. Returns
  /// nil if the run's name is not a name of the key.
  static func number(of run: String, _ key: String) -> Int? {
    guard run.utf8.starts(with: (key + "-").utf8) else { return nil }
    let digits = run.utf8.dropFirst(key.utf8.count + 1)
    return NameNumber.read(Substring(digits))
  }
}

extension UnsafeRawBufferPointer {
  /// Whether the wanted bytes occur in these bytes.
  fileprivate func contains(_ wanted: [UInt8]) -> Bool {
    guard let first = wanted.first, count >= wanted.count else { return wanted.isEmpty }
    for start in 0...(count - wanted.count)
    where self[start] == first && self[start..<(start + wanted.count)].elementsEqual(wanted) {
      return true
    }
    return false
  }
}
