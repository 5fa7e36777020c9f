import SpoolProtocol

// The judgement of one waiting file: it is claimed, left alone, or waits for an obstacle to go.
extension Scheduler {
  /// A file on its way through the checks of ``SpoolProtocol/WaitingCheck/ofFile``.
  struct Judgement: Sendable {
    let file: WaitingFile
    /// The facts about the file when it was read; nil before that.
    var seen: FileInformation?
    var demand = Demand()
    var sweep: String?
    /// Why the run can never start.
    var objection: String?
    /// The checks to be made.
    var checks: ArraySlice<WaitingCheck> = []
  }

  /// Takes in the result of a ``Decision/look(_:)``.
  mutating func saw(_ sight: Sight, at moment: Moment) {
    guard let file = judgement?.file else { return }
    switch sight {
    case .gone:
      judgement = nil
      queues[file.queue].forgetUnfinished(file.name)
    case .leftAlone(let reason): leaveAlone(file, reason)
    case .incomplete(let seen, let reason):
      judgement?.seen = seen
      if !isSettled("it may still be on its way: \(reason)", at: moment) { judgement = nil }
    case .wrong(let seen): judgement?.seen = seen
    case .unclear(let seen, let sweep):
      judgement?.seen = seen
      judgement?.sweep = sweep
      judgement?.checks = [.sweepLimit]
    case .job(let seen, let demand, let sweep):
      judgement?.seen = seen
      judgement?.demand = demand
      judgement?.sweep = sweep
      judgement?.checks = WaitingCheck.ofFile[...]
    }
  }

  /// Makes the next checks. Returns nil if one of them finds that the file must wait.
  mutating func judge(at moment: Moment) -> Decision? {
    while let current = judgement, let check = current.checks.first {
      judgement?.checks.removeFirst()
      switch check {
      case .failedStarts, .retry, .launcher: return .find(check, current.file)
      case .dependencies where current.demand.after == nil: continue
      case .sweepLimit where current.sweep == nil: continue
      case .dependencies, .sweepLimit: return .find(check, current.file)
      default:
        let kept = round.kept?.demand(for: current.file)
        let obstacle = current.demand.obstacle(
          at: check, on: offer, free: round.free, keeping: kept,
          now: queues[current.file.queue].now(moment))
        if let obstacle {
          meet(obstacle, at: moment)
        } else if check == .capacity, !round.sure.fits(current.demand, keeping: kept),
          let seen = current.seen
        {
          askAboutGPUs(for: current.file, current.demand)
          wait(for: .capacity, seen, current.demand)
        }
      }
    }
    guard let ready = judgement, let seen = ready.seen else { return nil }
    return .claim(
      Claim(
        file: ready.file, seen: seen, demand: ready.demand, sweep: ready.sweep,
        objection: ready.objection))
  }

  /// Takes in the answer to a ``Decision/find(_:_:)``.
  mutating func found(_ answer: Answer, at moment: Moment) {
    guard let current = judgement, let seen = current.seen else { return }
    let file = current.file
    switch answer {
    case .nothing: break
    case .until(let time, let words):
      tell(file, words)
      wait(for: .until(time), seen, current.demand)
    case .standing(let standing):
      if let obstacle = standing.obstacle { meet(obstacle, at: moment) }
    case .missing(let missing):
      queues[file.queue].missing.insert(missing.program)
      leaveAlone(file, missing.reason)
    case .limit(let limit):
      guard let sweep = current.sweep else { return }
      if !queues[file.queue].sweeps.admits(file.name, of: sweep, limit: limit) { judgement = nil }
    }
  }

  /// Takes in that a file could not be read or claimed.
  ///
  /// - Returns: Whether the error concerns only this file, so that the round goes on.
  mutating func failed(_ error: SpoolError, at moment: Moment) -> Bool {
    guard let file = judgement?.file else { return false }
    judgement = nil
    if error.errno?.isAbsence == true {
      // A part of it moved or went meanwhile. No other file has to wait for that.
      leaveAlone(file, "it is looked at again: \(error.message)")
      queues[file.queue].postpone(file.name, until: moment + WaitingCheck.settling)
      round.lookAgain(at: moment + WaitingCheck.settling)
      return true
    }
    guard let refusal = error.errno, refusal.isRefusal else {
      queues[file.queue].postpone(file.name, until: moment + WaitingCheck.settling)
      return false
    }
    // It is immutable, or only its owner may rename it in that directory.
    leaveAlone(file, "it cannot be claimed: \(refusal)")
    return true
  }

  // MARK: Obstacles

  private mutating func meet(_ obstacle: Obstacle, at moment: Moment) {
    guard let current = judgement, let seen = current.seen else { return }
    let file = current.file
    switch obstacle {
    case .impossible(let reason): return object(reason)
    case .unknown(let run):
      let reason = Obstacle.words(forUnknown: run)
      // Both files may have been dropped at the same time.
      if isSettled(reason, at: moment) { object(reason) } else { judgement = nil }
      return
    case .runs(let runs):
      let run = QueueFileName(file.name)?.run ?? file.name
      if let circle = queues[file.queue].waitingRoom.circle(of: run, waitingFor: runs) {
        return object("it waits for itself: \(circle.joined(separator: " → "))")
      }
      tell(file, "for \(Obstacle.words(for: runs))")
    case .lack(let lack): skip(file, "\(host) \(lack.words)")
    case .until(let time): tell(file, "until \(time.text)")
    case .capacity:
      if current.demand.isOverdue(at: queues[file.queue].now(moment)) { keep(file, current.demand) }
    }
    wait(for: obstacle, seen, current.demand)
  }

  /// Lets the run be claimed to end with this reason, once its sweep has room.
  private mutating func object(_ reason: String) {
    judgement?.objection = reason
    judgement?.demand = Demand()
    judgement?.checks = [.sweepLimit]
  }

  private mutating func wait(for obstacle: Obstacle, _ seen: FileInformation, _ demand: Demand) {
    guard let file = judgement?.file else { return }
    queues[file.queue].waitingRoom.add(file.name, seen, demand, obstacle)
    queues[file.queue].forgetUnfinished(file.name)
    judgement = nil
  }

  private mutating func isSettled(_ reason: String, at moment: Moment) -> Bool {
    guard let file = judgement?.file, let seen = judgement?.seen else { return false }
    if queues[file.queue].hasSettled(file.name, seen, at: moment) { return true }
    skip(file, reason)
    round.lookAgain(at: moment + WaitingCheck.settling)
    return false
  }

  // MARK: Reports

  private mutating func leaveAlone(_ file: WaitingFile, _ reason: String) {
    judgement = nil
    queues[file.queue].forgetUnfinished(file.name)
    skip(file, reason)
  }

  private mutating func skip(_ file: WaitingFile, _ reason: String) {
    if let event = queues[file.queue].skip(file.name, reason) { unsaid.append(event) }
  }

  mutating func tell(_ file: WaitingFile, _ what: String) {
    if let event = queues[file.queue].wait(file.name, what) { unsaid.append(event) }
  }
}
