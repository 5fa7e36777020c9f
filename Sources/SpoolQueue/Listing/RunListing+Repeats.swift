extension RunListing {
  /// The runs among some that were repeated since by `spool retry`: `train-9x7c` if there is a
  /// `train-9x7c-2` that names it, and all runs of a sweep's point except the newest.
  func repeated(among runs: some Sequence<String>) throws(SpoolError) -> Set<String> {
    let families = try families(of: runs)
    return Set(runs.filter { families.newest(of: $0) != $0 })
  }

  /// The families of these runs.
  ///
  /// Names come first: a file is read only where a name looks like a repeat of one of the runs.
  func families(of runs: some Sequence<String>) throws(SpoolError) -> RepeatFamilies {
    // The names from which repeats are numbered, each with the lowest number asked for.
    var lowest: [String: Int] = [:]
    for run in runs {
      lowest[run] = 0
      guard let (base, count) = RunName.numbered(run) else { continue }
      lowest[base] = Swift.min(lowest[base] ?? .max, count)
    }
    var found: [String: [(count: Int, run: String, active: ActiveRun?)]] = [:]
    func look(_ active: ActiveRun?, _ run: String) {
      guard let (base, count) = RunName.numbered(run), let low = lowest[base], count >= low else {
        return
      }
      found[base, default: []].append((count, run, active))
    }
    for file in waiting.texts {
      if let run = ActiveRun(.queued, file) { look(run, run.run) }
    }
    for run in claimed { look(run, run.run) }
    for file in records.texts {
      if let run = Queue.recordName(file) { look(nil, run) }
    }
    var families = RepeatFamilies()
    for (base, members) in found {
      // Otherwise no repeat has a number above the lowest number asked for.
      guard members.contains(where: { $0.count > lowest[base] ?? 0 }) else { continue }
      for member in members.sorted(by: { $0.count < $1.count }) {
        let read =
          if let active = member.active {
            reader.readOrFind(active)
          } else if let record = try reader.readRecord(of: member.run) {
            record
          } else { try reader.find(member.run) }
        if let read { families.add(member.run, member.count, of: base, read) }
      }
    }
    return families
  }
}

/// Groups of runs that repeat one another: a run, its repeats by `spool retry`, their repeats, and so on.
struct RepeatFamilies: Sendable {
  /// The first run of the family of each repeat.
  private var first: [String: String] = [:]
  /// The newest run of each family, by the first run.
  private var newest: [String: String] = [:]
  /// Runs with a number after their name that repeat no run.
  private var singles: Set<String> = []

  /// The first run of a run's family; the run itself if it repeats no run.
  func first(of run: String) -> String { first[run] ?? run }

  /// The newest run of a run's family; the run itself if it was not repeated.
  func newest(of run: String) -> String { newest[first(of: run)] ?? run }

  /// Adds a run with a number after its name. Runs with lower numbers of the same base are added first.
  fileprivate mutating func add(_ run: String, _ count: Int, of base: String, _ read: Run) {
    var repeated: String?
    if let old = read.retryOf {
      let number = RunName.numbered(old)
      if old == base || number?.base == base && number?.count ?? 0 < count { repeated = old }
    }
    if repeated == nil, let sweep = read.sweep, Sweep.isFirstName(base, ofSweep: sweep) {
      repeated = base
    }
    guard let repeated else {
      singles.insert(run)
      return
    }
    // Of an earlier repeat that was removed since, only the name is known.
    let isNumbered = repeated != base && RunName.repeated(repeated) != nil
    let isKnown = first[repeated] != nil || singles.contains(repeated)
    let root = first[repeated] ?? (isNumbered && !isKnown ? base : repeated)
    first[run] = root
    newest[root] = run
  }
}

extension Run {
  /// Whether the run repeats the run with that name, or another repeat of it: its job file says so, or
  /// belongs to the same sweep.
  func isRepeat(of base: String) -> Bool {
    if let retryOf, retryOf == base || RunName.repeated(retryOf)?.base == base { return true }
    return sweep.map { Sweep.isFirstName(base, ofSweep: $0) } == true
  }
}
