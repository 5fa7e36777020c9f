extension Attempt {
  /// Returns the outcome with the place where the run goes after it: back into `queued/` if its job asks for that
  /// and an attempt is left.
  ///
  /// Only for a caller that is about to publish the outcome, and has seen the file in `running/` under this claim.
  package func decided(_ outcome: Outcome) throws(SpoolError) -> Outcome {
    let policy = RetryPolicy(start.job)
    // This is the usual case, and nothing has to be looked at.
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
  /// Counts the ended attempts of a run, except the attempt with the given number.
  ///
  /// A claim that died in `starting/` leaves a folder without an outcome, which is not an attempt of the run. A
  /// missing folder counts as an ended attempt: the run removed it, and would otherwise be repeated for ever.
  ///
  /// - Parameter names: A listing of `runs/RUN`.
  fileprivate func outcomes(
    of run: String, _ names: [String], besides number: Int
  ) throws(SpoolError) -> Int {
    let folders = Set(NameNumber.attempts(names))
    // The missing folders below the number. They are counted, not walked: a run may have made a folder of any number.
    var count = Swift.max(number - 1, 0) - folders.count { $0 < number }
    for other in folders where other != number {
      do throws(SpoolError) {
        if try attemptDirectory(run, other).has(Self.endFile) != false { count += 1 }
      } catch {
        // If the run has put a link there, the folder counts as missing.
        guard error.errno == .symbolicLink else { throw error }
        count += 1
      }
    }
    return count
  }
}
