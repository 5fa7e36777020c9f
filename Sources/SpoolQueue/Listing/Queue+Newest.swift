extension Queue {
  /// The number of records of which the submission time is read at once.
  private static var recordCount: Int { 64 }

  /// The run that was submitted last. Returns nil if there is no such run.
  package func newestRun(of selection: Selection = Selection()) throws(SpoolError) -> String? {
    let listing = try RunListing(self)
    var best: (run: String, time: Timestamp)?
    func note(_ run: String, _ time: Timestamp?) {
      if let time, best.map({ time > $0.time }) ?? true { best = (run, time) }
    }
    let active = selection.narrowed { !$0.isDone }
    for entry in active.map({ listing.select(limit: nil, $0).entries }) ?? [] {
      guard case .active(let file) = entry else { continue }
      let stamp = file.name.stamp.flatMap { Timestamp(stamp: $0) }
      note(file.run, stamp ?? listing.reader.readOrFind(file)?.createdAt)
    }
    // The newest records come first. No run was submitted after its end, so that the search can stop early.
    guard let done = selection.narrowed(\.isDone) else { return best?.run }
    var (known, limit) = (0, Self.recordCount)
    while true {
      let records = listing.select(limit: limit, done).entries
      var oldestEnd: Timestamp?
      for entry in records.dropFirst(known) {
        let run = listing.place(of: entry).run
        guard let record = try? listing.reader.readRecord(of: run) else { continue }
        note(run, record.createdAt)
        oldestEnd = record.endedAt
      }
      if records.count < limit { return best?.run }
      if let oldestEnd, let best, oldestEnd <= best.time { return best.run }
      (known, limit) = (limit, limit * 2)
    }
  }

  /// The run that a word means: `@latest` is the last submitted run of this user, `@latest-failed` the run of this
  /// user with the newest failure or crash. Any other text is returned as it is.
  ///
  /// - Parameter states: The states in which `@latest` is searched; empty for all.
  /// - Throws: ``SpoolError`` of kind `notFound` if there is no such run, of kind `badInput` for another word
  ///   that begins with `@`.
  package func meant(
    by text: String, in states: Set<RunState> = []
  ) throws(SpoolError) -> String {
    guard text.hasPrefix("@") else { return text }
    var selection = Selection(states: states)
    if isShared { selection.owners = Selection.ownNames }
    let run: String?
    switch text {
    case "@latest": run = try newestRun(of: selection)
    case "@latest-failed":
      selection.states = [.failed, .crashed]
      run = try select(selection).first?.run
    default:
      throw SpoolError(.badInput, "\(text): is no run (there are @latest and @latest-failed)")
    }
    guard let run else {
      let whose = isShared ? " of yours" : ""
      let kind = text == "@latest" ? "" : " that failed"
      throw SpoolError(.notFound, "\(reference): there is no run\(whose)\(kind)")
    }
    return run
  }
}

extension Selection {
  /// The selection with only some of its states. Returns nil if no state is left.
  fileprivate func narrowed(_ isWanted: (RunState) -> Bool) -> Selection? {
    var selection = self
    let all = states.isEmpty ? Set(RunState.allCases) : states
    selection.states = all.filter(isWanted)
    return selection.states.isEmpty ? nil : selection
  }
}
