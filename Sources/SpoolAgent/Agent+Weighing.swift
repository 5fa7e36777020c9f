import SpoolProtocol

// What is done with one waiting file: it is claimed, left alone, or waits for what stands in its way.
extension Agent {
  /// A file that was claimed, and what is known of its run.
  struct Taken {
    let name: QueueFileName
    let claim: ClaimName
    var demand = Demand()
    /// The sweep that its run belongs to.
    var sweep: String?
    /// Why it can never start.
    var objection: String?
  }

  /// Claims a file if it is a job's, whole, trusted, and can be started; nil: it is left alone or
  /// waits, or another was first.
  func take(
    _ file: String, _ queue: ServedQueue, _ settings: QueueSettings, _ round: inout Round
  ) throws(SpoolError) -> Taken? {
    let information: FileInformation
    var job: Job?
    switch try queue.queue.inspect(file, queue.trust) {
    case .gone: return nil
    case .notAFile(let reason), .untrusted(let reason), .tooNew(let reason):
      queue.skip(file, reason, say)
      return nil
    case .incomplete(let seen, let error):
      guard isSettled(file, seen, queue, "it may still be on its way: \(error)", &round) else {
        return nil
      }
      information = seen
    case .invalid(let seen, _): information = seen
    case .ready(let seen, let whole):
      information = seen
      job = whole
    }
    var demand = Demand()
    var objection: String?
    if let job {
      let weighed = try weigh(file, information, job, queue, settings, &round)
      switch weighed {
      case .start(let known): demand = known
      case .end(let reason): objection = reason
      case .wait: return nil
      }
      if let sweep = job.sweep, try !queue.sweeps.admits(file, of: sweep, in: queue.queue) {
        return nil
      }
    }
    claims += 1
    let claim = ClaimName(agent: name, number: claims)
    guard let name = try queue.queue.claim(file, information, for: claim) else {
      leaveForLater(file, queue, &round)
      return nil
    }
    return Taken(
      name: name, claim: claim, demand: demand, sweep: job?.sweep, objection: objection)
  }

  /// A dropped file that is still there was not taken by another: its name is one that somebody reserved, and
  /// perhaps uses.
  private func leaveForLater(_ file: String, _ queue: ServedQueue, _ round: inout Round) {
    guard QueueFileName(file)?.isFull == false,
      (try? System.information(queue.queue.path(.queued, file))) != nil
    else { return }
    queue.tellWaiting(file, "for its name, which was reserved a moment ago", say)
    queue.postpone(file, for: 0.5)
    round.lookAgain = Swift.min(round.lookAgain, now + seconds(0.5))
  }

  private func isSettled(
    _ file: String, _ seen: FileInformation, _ queue: ServedQueue, _ reason: String,
    _ round: inout Round
  ) -> Bool {
    if queue.hasSettled(file, seen) { return true }
    queue.skip(file, reason, say)
    round.lookAgain = Swift.min(round.lookAgain, now + seconds(ServedQueue.settling))
    return false
  }

  /// What is done with a file that could be read.
  private enum Weighed {
    case start(Demand)
    /// It can never start.
    case end(String)
    /// It waits, in the queue's waiting room or for its file to stand still.
    case wait
  }

  private func weigh(
    _ file: String, _ seen: FileInformation, _ job: Job, _ queue: ServedQueue,
    _ settings: QueueSettings, _ round: inout Round
  ) throws(SpoolError) -> Weighed {
    guard let parsed = QueueFileName(file) else { return .wait }
    let submittedAt = parsed.stamp.flatMap { Timestamp(stamp: $0) } ?? seen.modified
    guard
      let demand = try queue.queue.demand(of: job, submittedAt: submittedAt, settings)
    else { return .start(Demand()) }
    if let starts = try queue.queue.unstartedPause(of: parsed, seen) {
      queue.tellWaiting(file, "until \(starts.until.text): \(starts.words(at: queue.now))", say)
      queue.room.add(file, seen, demand, .until(starts.until))
      return .wait
    }
    if let retry = try queue.queue.retryTime(of: parsed, job, defaults: settings.defaults) {
      queue.tellWaiting(file, "until \(retry.time.text) to be tried again", say)
      queue.room.add(file, seen, demand, .until(retry.time))
      return .wait
    }
    let obstacle = try demand.obstacle(
      on: offer, free: round.free, keeping: round.kept?.room(for: file, of: queue),
      now: queue.now, state: { (run) throws(SpoolError) in try queue.lookup.state(of: run) })
    switch obstacle {
    case nil:
      // Last: it is searched on disk, and a run that waits anyway needs none yet.
      guard let missing = LauncherSearch.missing(for: job, in: queue.queue, settings) else {
        return .start(demand)
      }
      queue.skip(file, missing.reason, say)
      queue.missing.insert(missing.program)
      return .wait
    case .impossible(let reason): return .end(reason)
    case .unknown(let run):
      let reason = "it waits for \(run), and there is no such run"
      // Both may have been dropped at once.
      return isSettled(file, seen, queue, reason, &round) ? .end(reason) : .wait
    case .runs(let runs):
      if let circle = queue.room.circle(of: parsed.run, waitingFor: runs) {
        return .end("it waits for itself: \(circle.joined(separator: " → "))")
      }
      queue.tellWaiting(file, "for \(Self.words(runs))", say)
    case .lack(let lack): queue.skip(file, "\(host) \(lack.words)", say)
    case .until(let time): queue.tellWaiting(file, "until \(time.text)", say)
    case .capacity:
      if demand.isOverdue(at: queue.now) { keep(file, demand, queue, &round) }
    }
    if let obstacle { queue.room.add(file, seen, demand, obstacle) }
    return .wait
  }

  private static func words(_ runs: [String]) -> String {
    runs.prefix(3).joined(separator: ", ") + (runs.count > 3 ? " and \(runs.count - 3) more" : "")
  }
}
