extension Queue {
  /// The result of a request to stop a run.
  public enum KillResult: Sendable, Equatable {
    /// The run was waiting, and is now in `done/` as killed.
    case ended
    /// The run's runner, or its next runner, will see the request.
    case requested
    /// The run was over already.
    case wasDone
  }

  /// Stops a run, wherever it is.
  ///
  /// The request is put on disk first: from then on no claim of the run starts its command.
  ///
  /// - Parameters:
  ///   - run: The run's whole name.
  ///   - request: The author of the request, and how the run is to be stopped.
  /// - Throws: ``SpoolError``; of kind `notFound` when the queue has no such run.
  public func kill(_ run: String, _ request: KillRequest) throws(SpoolError) -> KillResult {
    try kill(run, at: nil, request)
  }

  /// Stops a run that was seen at a place, nil if it was not looked for yet. If it has moved on since, its runner
  /// sees the request.
  package func kill(
    _ run: String, at seen: Place?, _ request: KillRequest
  ) throws(SpoolError) -> KillResult {
    let settings = try settingsToObey()
    let sync = sync(settings)
    switch try ask(run, at: seen, request, settings, sync) {
    case .over(let result): return result
    case .noted(let run): return try endIfWaiting(run, settings, sync) ?? .requested
    }
  }

  /// What has become of a request so far.
  enum Asked {
    case over(KillResult)
    /// The request is on disk, for the run with that name. The run's attempt may have ended meanwhile with another
    /// attempt left. Then the run waits again, and the process that put it back may have looked for a request
    /// before there was one.
    case noted(String)
  }

  func ask(
    _ run: String, at seen: Place?, _ request: KillRequest, _ settings: QueueSettings, _ sync: Sync
  ) throws(SpoolError) -> Asked {
    guard let place = if let seen { seen } else { try findToKill(run) } else {
      throw SpoolError(.notFound, "\(reference): there is no run \(run)")
    }
    if case .done = place { return .over(.wasDone) }
    // A dropped file has no folder, and no name of its own, before it is claimed.
    var target = run
    if case .queued(let name) = place {
      try refuseNoJob(name)
      if !name.isFull { return .over(try killDropped(name, request, settings, sync)) }
      target = name.base
    }
    // The run's folder may never have been made, or the run may have removed or replaced it.
    if try !reserve(run), try look(at: runPath(run))?.isDirectory == false {
      _ = try mendRunFolder(run)
    }
    do throws(SpoolError) {
      try writeKillRequest(request, target, sync)
    } catch {
      // The run has taken the permissions of its own folder away.
      guard error.errno?.isObstacle == true, try !mendRunFolder(target).isEmpty else { throw error }
      try writeKillRequest(request, target, sync)
    }
    if case .queued(let name) = place { return .over(try endWaiting(name, settings, sync)) }
    if case .starting(let name) = place {
      return .over(try endStarting(name, target, settings, sync))
    }
    return .noted(target)
  }

  private func findToKill(_ run: String) throws(SpoolError) -> Place? {
    do throws(SpoolError) {
      return try locate(run)
    } catch {
      guard try mendFolders(for: error) else { throw error }
      return try locate(run)
    }
  }

  /// Calls `body`. If a run has closed or removed folders of the queue, the folders are mended and `body` is called
  /// once more.
  package func mendingFolders<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as SpoolError {
      guard try mendFolders(for: error) else { throw error }
      return try body()
    }
  }

  /// Whether folders could be the cause of an error, and were mended. If `queued/` is missing, the cause is a disk
  /// that is not mounted.
  private func mendFolders(for error: SpoolError) throws(SpoolError) -> Bool {
    guard error.errno?.isObstacle == true, try look(at: path(.queued))?.isDirectory == true else {
      return false
    }
    try completeLayout()
    _ = try mendLayout()
    return true
  }

  /// Ends a run that waits under its whole name. Returns nil if it does not wait.
  private func endIfWaiting(
    _ run: String, _ settings: QueueSettings, _ sync: Sync
  ) throws(SpoolError) -> KillResult? {
    guard let name = try waitingRuns()[run] else { return nil }
    return try endWaiting(name, settings, sync)
  }

  /// Returns the files in `queued/` that have their whole names, by their runs.
  func waitingRuns() throws(SpoolError) -> [String: QueueFileName] {
    var runs: [String: QueueFileName] = [:]
    for name in try list(.queued).lazy.compactMap({ QueueFileName($0) }) where name.isFull {
      runs[name.base] = name
    }
    return runs
  }

  /// The times after a request, in milliseconds, at which a run that was in `starting/` is looked for again.
  private static let looks: [Int] = [0, 5, 25, 100, 300, 1000, 2000, 2500]

  /// Watches a run whose start may fail. The process that puts it back then looks for a request, and this function
  /// looks whether the run was put back before there was a request. If no agent lives that could put it back, this
  /// function does.
  private func endStarting(
    _ name: QueueFileName, _ run: String, _ settings: QueueSettings, _ sync: Sync
  ) throws(SpoolError) -> KillResult {
    var passed = 0
    var vigil = Vigil()
    for time in Self.looks {
      if time > passed { TimeSpan.milliseconds(time - passed).pause() }
      passed = time
      if try !list(.starting).contains(name.text) {
        return try endIfWaiting(run, settings, sync) ?? .requested
      }
      // A run that another process is about to end has no agent either: that process gets a moment.
      guard time >= 100, try isAbandoned(name, &vigil) else { continue }
      if try giveBack(name) { return try endIfWaiting(run, settings, sync) ?? .requested }
    }
    return try endIfWaiting(run, settings, sync) ?? .requested
  }

  /// Whether the agent of a claim has left, or is dead.
  private func isAbandoned(
    _ name: QueueFileName, _ vigil: inout Vigil
  ) throws(SpoolError) -> Bool {
    guard let claim = name.claim else { return false }
    guard let agent = readAgent(claim.agent) else {
      return try !list(.agents).contains(claim.agent + QueueFileName.ending)
    }
    switch verdict(of: agent, try Judge(self)) {
    case .dead: return true
    case .alive, .unknown: return false
    case .free(let inode):
      return vigil.watch(claim.agent, .free(inode: inode)) >= Vigil.pause
    }
  }

  // This check comes before the claim: the record of a directory would be a fault of the queue, and an unreadable
  // file would stay in `starting/`.
  private func refuseNoJob(_ name: QueueFileName) throws(SpoolError) {
    let path = path(.queued, name.text)
    do throws(Errno) {
      if try System.open(path, .reading).information().isRegular { return }
    } catch {
      // An agent has it now, as the claim will find out.
      if error == .notFound { return }
      if error != .symbolicLink { throw SpoolError("read", path, error) }
    }
    throw SpoolError(.badInput, "\(path): is not a regular file and is never run; remove it")
  }

  /// Ends a run that was put back into `queued/`, if somebody has asked to stop it.
  ///
  /// - Returns: Whether it is over.
  @discardableResult
  func endIfKillIsRequested(_ name: QueueFileName) throws(SpoolError) -> Bool {
    guard try killRequest(of: name.base) != nil else { return false }
    let settings = try settingsToObey()
    return try endWaiting(name, settings, sync(settings)) == .ended
  }

  /// Claims a run with a request, and ends it.
  func endWaiting(
    _ name: QueueFileName, _ settings: QueueSettings, _ sync: Sync
  ) throws(SpoolError) -> KillResult {
    let claimName = ClaimName(agent: ClaimName.newAgent(), number: 1)
    let claimed = name.parked(nil).claimed(by: claimName)
    // The claim was lost: an agent has the run now, and its runner looks for the request.
    guard try claim(name.text, as: claimed) else { return .requested }
    return try endUnstarted(claimed, settings, sync)
  }

  /// Stops a dropped file. It is claimed first, which gives it the name that the request needs.
  private func killDropped(
    _ name: QueueFileName, _ request: KillRequest, _ settings: QueueSettings, _ sync: Sync
  ) throws(SpoolError) -> KillResult {
    let claimName = ClaimName(agent: ClaimName.newAgent(), number: 1)
    let information = try naming("look at", path(.queued, name.text)) {
      () throws(Errno) in try System.information(path(.queued, name.text))
    }
    guard let claimed = try claim(name.text, information, for: claimName) else {
      throw SpoolError(.no, "\(name.base): was just taken by an agent; kill it again by its name")
    }
    do throws(SpoolError) {
      try writeKillRequest(request, claimed.base, sync)
    } catch {
      _ = try? giveBack(claimed)
      throw error
    }
    return try endUnstarted(claimed, settings, sync)
  }

  /// Ends a run that this process claimed, like a runner without a command.
  ///
  /// If it cannot, it puts the run back. Then an agent finds the request and ends the run.
  private func endUnstarted(
    _ name: QueueFileName, _ settings: QueueSettings, _ sync: Sync
  ) throws(SpoolError) -> KillResult {
    do throws(SpoolError) {
      return try endClaimed(name, settings, sync)
    } catch {
      // This has no effect once the file is in running/.
      _ = try? giveBack(name)
      throw error
    }
  }

  private func endClaimed(
    _ name: QueueFileName, _ settings: QueueSettings, _ sync: Sync
  ) throws(SpoolError) -> KillResult {
    guard var attempt = try makeAttempt(name, settings: settings, slot: 0) else {
      return .requested
    }
    let file = try begin(&attempt, sync: sync)
    defer { withExtendedLifetime(file) {} }
    let now = try naming("look at", attempt.folder, doing: file.file.information().modified)
    guard try attempt.enterRunning(sync: sync) else { return .requested }
    let reason = try killRequest(of: attempt.run)?.words ?? "killed"
    try attempt.finish(Outcome(state: .killed, reason: reason, endedAt: now), sync: sync)
    return .ended
  }

  /// Writes the attempt's start record, which must be kept open until the run is put away.
  private func begin(_ attempt: inout Attempt, sync: Sync) throws(SpoolError) -> HeldFile {
    do throws(SpoolError) {
      return HeldFile(try attempt.publishStart(sync: sync))
    } catch {
      attempt.removeUnstarted()
      throw error
    }
  }

  private func writeKillRequest(
    _ request: KillRequest, _ run: String, _ sync: Sync
  ) throws(SpoolError) {
    let aside = Aside("kill", in: runPath(run))
    do throws(SpoolError) {
      // An empty request file still counts as a request.
      try naming("write", aside.path) { () throws(Errno) in
        try aside.writeWhatFits(request.json.bytes(), permissions: shape.files, sync: sync.isOn)
      }
      try publishKillRequest(aside.name, run: run)
    } catch {
      // Anything with that name counts as a request.
      if error.errno == .isDirectory { return }
      throw error
    }
    aside.release()
    try syncDirectory(runPath(run), sync)
  }

  /// The request to stop the run. Returns nil if a listing of its folder has none.
  package func killRequest(of run: String) throws(SpoolError) -> KillRequest? {
    guard let names = try runDirectory(run).certainNames(), names.contains(Self.killFile) else {
      return nil
    }
    return try readKillRequest(of: run)
  }

  /// The request to stop the run. There is none if the run has replaced its folder by something else.
  func killRequestIfAny(of run: String) throws(SpoolError) -> KillRequest? {
    do throws(SpoolError) {
      return try killRequest(of: run)
    } catch {
      if error.errno?.isInItsPlace == true { return nil }
      throw error
    }
  }

  /// Reads the request by its name. Only after a listing that had the name.
  package func readKillRequest(of run: String) throws(SpoolError) -> KillRequest {
    let path = runPath(run, Self.killFile)
    do throws(Errno) {
      let file = try System.open(path, .reading)
      let information = try file.information()
      let bytes = information.isRegular ? try file.readAll(limit: 65_536) : []
      return KillRequest(bytes, owner: Account(user: information.owner).name)
    } catch {
      // A request that cannot be read still counts as a request. No request is ever removed.
      if error.isObstacle {
        return KillRequest([], owner: "someone")
      }
      throw SpoolError("read", path, error)
    }
  }
}
