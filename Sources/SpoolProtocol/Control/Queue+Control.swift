extension Queue {
  /// A change to a waiting run, made by giving its file another name.
  package enum WaitingChange: Sendable, Equatable {
    /// Takes the run out of the agents' reach until it is released. A held run stays held.
    case hold
    /// Gives the run back to the agents, also after an edit that was interrupted.
    case release
    /// Gives the run another priority, from 0 (first) to 99 (last). Among runs of equal priority it keeps the place
    /// that its submission time gives it.
    case move(toPriority: Int)

    /// The participle for messages: `held`, as in "only what waits can be held".
    var participle: String {
      switch self {
      case .hold: "held"
      case .release: "released"
      case .move: "moved"
      }
    }

    func target(of name: QueueFileName) -> QueueFileName {
      switch self {
      case .hold: name.parked == nil ? name.parked(.held) : name
      case .release: name.parked(nil)
      case .move(let priority): name.withPriority(priority)
      }
    }
  }

  /// Takes a waiting run out of the agents' reach until ``release(_:)``. A held run stays held.
  ///
  /// - Throws: ``SpoolError`` of kind `no` if it does not wait (any more).
  public func hold(_ run: String) throws(SpoolError) { try change(run, .hold) }

  /// Gives a run that is held, or whose edit was interrupted, back to the agents.
  ///
  /// - Throws: ``SpoolError`` of kind `no` if it does not wait (any more).
  public func release(_ run: String) throws(SpoolError) { try change(run, .release) }

  /// Gives a waiting run another priority, from 0 (first) to 99 (last). Among runs of equal priority it keeps the
  /// place that its submission time gives it.
  ///
  /// - Throws: ``SpoolError`` of kind `no` if it does not wait (any more).
  public func move(_ run: String, toPriority priority: Int) throws(SpoolError) {
    try change(run, .move(toPriority: priority))
  }

  private func change(_ run: String, _ change: WaitingChange) throws(SpoolError) {
    for (_, result) in try self.change([(run, nil)], change) { try result.get() }
  }

  /// Changes many waiting runs; a run that cannot be changed does not stop the others.
  ///
  /// - Parameter runs: Each run with the place where it was seen; nil if it was not looked for yet.
  /// - Returns: The result for each run, in the same order. All changes are on disk by then.
  /// - Throws: ``SpoolError`` if the queue cannot be read or synced at all, or if there is no such priority.
  package func change(
    _ runs: [(run: String, place: Place?)], _ change: WaitingChange
  ) throws(SpoolError) -> [(run: String, result: Result<Void, SpoolError>)] {
    if case .move(let priority) = change, !(0...99).contains(priority) {
      throw SpoolError(.badInput, "priority \(priority): must be from 0 (first) to 99 (last)")
    }
    // Many runs share one look. A single run is looked for right before its rename.
    var names = runs.count > 1 ? Set(try list(.queued)) : nil
    var results: [(run: String, result: Result<Void, SpoolError>)] = []
    var isChanged = false
    for (run, place) in runs {
      do throws(SpoolError) {
        let done = try self.change(run, at: place, change, &names)
        isChanged = isChanged || done
        results.append((run, .success(())))
      } catch {
        results.append((run, .failure(error)))
      }
    }
    if isChanged, try settingsOrDefaults().sync { try syncDirectory(.queued) }
    return results
  }

  /// `names` are the names in `queued/`, nil if not listed yet. Returns false if nothing had to change.
  private func change(
    _ run: String, at seen: Place?, _ change: WaitingChange, _ names: inout Set<String>?
  ) throws(SpoolError) -> Bool {
    let found = if let seen { seen } else { try locate(run) }
    guard let found else {
      throw SpoolError(.notFound, "\(reference): there is no run \(run)")
    }
    guard case .queued(let name) = found else {
      throw SpoolError(
        .no, "\(run): \(Self.words(found)); only a waiting run can be \(change.participle)")
    }
    if name.parked == .editing, change != .release {
      // The editor puts the file back under the name from which it was taken.
      throw SpoolError(
        .no,
        "\(run): is being edited, and can be \(change.participle) afterwards; if the edit was"
          + " interrupted, \(command("release", run)) puts it back")
    }
    let target = change.target(of: name)
    if target.text == name.text { return false }
    // The rename would replace a file of that name: two dropped files may differ in nothing but their priority.
    let isThere =
      if let names { names.contains(target.text) } else {
        try list(.queued).contains(target.text)
      }
    if isThere {
      throw SpoolError(.no, "\(run): \(path(.queued, target.text)) is there already")
    }
    guard try renameWaiting(name.text, to: target.text) else {
      throw SpoolError(
        .no,
        "\(run): was just taken by an agent, or changed by another user; only a waiting run can be"
          + " \(change.participle)")
    }
    names?.remove(name.text)
    names?.insert(target.text)
    return true
  }

  static func words(_ place: Place) -> String {
    switch place {
    case .queued: "waits"
    case .starting: "is starting"
    case .running: "is running"
    case .done: "is over"
    }
  }
}
