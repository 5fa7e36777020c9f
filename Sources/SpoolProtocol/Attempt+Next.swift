extension Attempt {
  /// The outcome, with where the run goes after it: back into `queued/` if its job asks for that and
  /// an attempt is left.
  ///
  /// For a caller that is about to publish it, and has seen the file in `running/` under this claim.
  package func decided(_ outcome: Outcome) throws(SpoolError) -> Outcome {
    let policy = RetryPolicy(start.job)
    // Nearly always: nothing is looked at.
    guard policy.covers(outcome) else { return outcome }
    let names = try queue.runDirectory(run).certainNames() ?? []
    let earlier = try queue.outcomes(of: run, names, besides: number)
    var decided = outcome
    decided.next = policy.next(after: outcome, earlier: earlier, isKillRequested: false)
    if decided.next == .queued, names.contains(Queue.killFile) {
      decided.next = policy.next(after: outcome, earlier: earlier, isKillRequested: true)
      let words = try queue.readKillRequest(of: run).words
      decided.reason = (decided.reason.map { $0 + "; " } ?? "") + "not tried again: " + words
    }
    if decided.next == .queued, !hasJobFile {
      // There is nothing to put back.
      decided.next = .done
      decided.reason =
        (decided.reason.map { $0 + "; " } ?? "")
        + "not tried again: its job file is gone from running/"
    }
    return decided
  }
}

extension Queue {
  /// How many attempts of a run have ended, one not counted.
  ///
  /// A claim that died in `starting/` leaves a folder without an outcome, which is no attempt of the
  /// run. A missing folder counts as one that ended: the run removed it, and would otherwise be
  /// repeated for ever.
  ///
  /// - Parameter names: A listing of `runs/RUN`.
  fileprivate func outcomes(
    of run: String, _ names: [String], besides number: Int
  ) throws(SpoolError) -> Int {
    let folders = Set(NameNumber.attempts(names))
    // Those that are missing below it; counted, not walked: a run may have made a folder of any number.
    var count = Swift.max(number - 1, 0) - folders.count { $0 < number }
    for other in folders where other != number {
      do throws(SpoolError) {
        if try attemptDirectory(run, other).has(Self.endFile) != false { count += 1 }
      } catch {
        // A link that the run has put there counts as a folder that is missing.
        guard error.errno == .symbolicLink else { throw error }
        count += 1
      }
    }
    return count
  }
}
