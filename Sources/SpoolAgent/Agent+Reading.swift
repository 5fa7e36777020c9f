import SpoolProtocol

// The answers to the scheduler's questions about waiting files. Each is looked up only when it is asked for.
extension Agent {
  /// A job file that was read.
  struct Reading {
    let name: QueueFileName
    let job: Job
  }

  func look(at file: WaitingFile) throws(SpoolError) -> Sight {
    let served = queues[file.queue]
    reading = nil
    if noteBack(file, served) { return .gone }
    switch try served.queue.inspect(file.name, served.trust) {
    case .gone: return .gone
    case .notAFile(let reason), .untrusted(let reason), .tooNew(let reason):
      return .leftAlone(reason)
    case .incomplete(let seen, let error): return .incomplete(seen, "\(error)")
    case .invalid(let seen, _): return .wrong(seen)
    case .ready(let seen, let job):
      guard let name = QueueFileName(file.name) else { return .gone }
      let submittedAt = name.stamp.flatMap { Timestamp(stamp: $0) } ?? seen.modified
      let demand = try served.queue.demand(
        of: job, submittedAt: submittedAt, served.settings ?? QueueSettings())
      reading = Reading(name: name, job: job)
      guard let demand else { return .unclear(seen, sweep: job.sweep) }
      return .job(seen, demand, sweep: job.sweep)
    }
  }

  /// Whether a waiting file is that of an own run whose runner has not reported the end yet. The report comes first in
  /// the log; the file is found again after it.
  private func noteBack(_ file: WaitingFile, _ served: ServedQueue) -> Bool {
    for (claim, assigned) in mine
    where assigned.served === served && scheduler.runs[claim]?.isOver == true
      && QueueFileName(file.name)?.base == assigned.name.base
    {
      mine[claim]?.isBack = true
      return true
    }
    return false
  }

  func answer(_ check: WaitingCheck, of file: WaitingFile) throws(SpoolError) -> Answer {
    guard let reading, let judgement = scheduler.judgement, let seen = judgement.seen else {
      return .nothing
    }
    let served = queues[file.queue]
    let settings = served.settings ?? QueueSettings()
    switch check {
    case .failedStarts:
      guard let starts = try served.queue.unstartedPause(of: reading.name, seen) else {
        return .nothing
      }
      let words = starts.words(at: scheduler.queues[file.queue].now(moment))
      return .until(starts.until, "until \(starts.until.text): \(words)")
    case .retry:
      let retry = try served.queue.retryTime(
        of: reading.name, reading.job, defaults: settings.defaults)
      return retry.map { .until($0.time, "until \($0.time.text) to be tried again") } ?? .nothing
    case .dependencies:
      return .standing(
        try judgement.demand.after?.standing { (run) throws(SpoolError) in
          try served.lookup.state(of: run)
        } ?? .met)
    case .launcher:
      return LauncherSearch.missing(for: reading.job, in: served.queue, settings).map {
        .missing($0)
      } ?? .nothing
    case .sweepLimit:
      guard let sweep = reading.job.sweep else { return .nothing }
      return .limit(try served.sweepLimits.limit(of: sweep, in: served.queue))
    default: return .nothing
    }
  }
}
