extension Queue {
  /// Queues what an interrupted call left unqueued of a sweep, so that all its runs can be met.
  ///
  /// - Returns: How many runs were queued.
  @discardableResult
  public func queueRest(of sweep: Sweep) throws(SpoolError) -> Int {
    guard try listIfThere(.sweeps).contains(sweep.id) else { return 0 }
    return try carryOnSweep(sweep.id, sync: settingsOrDefaults().sync)
  }

  /// The runs of a sweep that the queue has, in the order of the sweep: all but those whose records
  /// were pruned.
  public func runs(of sweep: Sweep) throws(SpoolError) -> [String] {
    let places = try places(of: sweep)
    return sweep.points.map(\.run).filter { places[$0] != nil }
  }

  /// Stops every run of a sweep that is not over yet.
  ///
  /// Those that wait come first, the last of them before the others: agents take them from the
  /// front, and what is stopped in the queue need not be started.
  ///
  /// - Returns: What became of each request; one that failed does not keep the others from theirs.
  public func kill(
    _ sweep: Sweep, _ request: KillRequest
  ) throws(SpoolError) -> [(run: String, result: Result<KillResult, SpoolError>)] {
    try queueRest(of: sweep)
    let settings = try settingsOrDefaults()
    let places = try places(of: sweep)
    var waiting: [(String, Place)] = []
    var claimed: [(String, Place)] = []
    for point in sweep.points.reversed() {
      switch places[point.run] {
      case nil, .done: continue
      case .queued(let name): waiting.append((point.run, .queued(name)))
      case .some(let place): claimed.append((point.run, place))
      }
    }
    var results: [(run: String, result: Result<KillResult, SpoolError>)] = []
    for (run, place) in waiting + claimed {
      do throws(SpoolError) {
        results.append((run, .success(try kill(run, at: place, request, settings))))
      } catch {
        results.append((run, .failure(error)))
      }
    }
    return results
  }

  /// Where the runs of a sweep are, from one look at the queue.
  private func places(of sweep: Sweep) throws(SpoolError) -> [String: Place] {
    let listing = try RunListing(self)
    let runs = Set(sweep.points.map(\.run))
    var places: [String: Place] = [:]
    for file in listing.records.contained(of: Set(runs.map { $0 + QueueFileName.ending })) {
      if let run = Self.recordName(file) { places[run] = .done }
    }
    for file in listing.waiting.texts {
      guard let name = QueueFileName(file), runs.contains(name.run) else { continue }
      places[name.run] = .queued(name)
    }
    for active in listing.claimed where runs.contains(active.run) {
      places[active.run] =
        active.folder == .starting ? .starting(active.name) : .running(active.name)
    }
    return places
  }
}
