extension RunListing {
  /// Those of some runs that were repeated since, by `spool retry`: `train-9x7c` if there is a
  /// `train-9x7c-2` that says so, and of a sweep's point all but the newest run.
  ///
  /// Names come first: a file is read only where a name looks like a repeat of one of the runs.
  func repeated(among runs: some Sequence<String>) throws(SpoolError) -> Set<String> {
    // The names that repeats would be numbered from, and what is numbered so far.
    var known: [String: [(run: String, count: Int)]] = [:]
    for run in runs {
      known[run, default: []].append((run, 1))
      if let (base, count) = RunName.repeated(run) { known[base, default: []].append((run, count)) }
    }
    var memory: [String: Bool] = [:]
    var repeated: Set<String> = []
    func look(_ active: ActiveRun?, _ run: String) throws(SpoolError) {
      guard let (base, count) = RunName.repeated(run), let earlier = known[base] else { return }
      // Asked once, and only where it is of use: of many repeats of one run each has many before it.
      guard earlier.contains(where: { $0.count < count && !repeated.contains($0.run) }),
        try isRepeat(run, active, of: base, &memory)
      else { return }
      for (other, number) in earlier where number < count && !repeated.contains(other) {
        // Another name that only ends alike is no earlier run of the same.
        if number > 1 {
          guard try isRepeat(other, nil, of: base, &memory) else { continue }
        }
        repeated.insert(other)
      }
    }
    for file in waiting.texts {
      if let run = ActiveRun(.queued, file) { try look(run, run.run) }
    }
    for run in claimed { try look(run, run.run) }
    for file in records.texts {
      if let run = Queue.recordName(file) { try look(nil, run) }
    }
    return repeated
  }

  /// Whether the run says that it repeats the one with that name, or another repeat of that.
  ///
  /// - Parameters:
  ///   - active: The run's file; nil: it has a record.
  ///   - memory: What was read already.
  private func isRepeat(
    _ run: String, _ active: ActiveRun?, of base: String, _ memory: inout [String: Bool]
  ) throws(SpoolError) -> Bool {
    if let known = memory[run] { return known }
    let read =
      if let active {
        reader.readOrFind(active)
      } else if let record = try reader.readRecord(of: run) {
        record
      } else { try reader.find(run) }
    let isRepeat = read?.isRepeat(of: base) == true
    memory[run] = isRepeat
    return isRepeat
  }
}

extension Run {
  /// Whether it repeats the run with that name, or another repeat of that: its job file says so, or
  /// belongs to the same sweep.
  func isRepeat(of base: String) -> Bool {
    if let retryOf, retryOf == base || RunName.repeated(retryOf)?.base == base { return true }
    return sweep.map { Sweep.isFirstName(base, ofSweep: $0) } == true
  }
}

extension RunName {
  /// Takes the name of a repeat apart, `train-9x7c` and 2 for `train-9x7c-2`; nil: it is none.
  static func repeated(_ run: String) -> (base: String, count: Int)? {
    guard let dash = run.utf8.lastIndex(of: UInt8(ascii: "-")) else { return nil }
    guard let count = NameNumber.read(run[run.utf8.index(after: dash)...], from: 2) else {
      return nil
    }
    return (String(run[..<dash]), count)
  }
}
