extension Queue {
  /// When a waiting run that was tried already may be claimed again.
  package struct RetryTime: Sendable, Equatable {
    /// By the file server's clock.
    package let time: Timestamp
    /// Seconds from now.
    package let wait: Double
  }

  /// When the run of a waiting file may be claimed for its next attempt; nil if it may be claimed now.
  ///
  /// A run whose job has no retries costs no look at the disk.
  ///
  /// - Parameters:
  ///   - name: The file's, in `queued/`.
  ///   - job: What the file asks for, merged or not.
  ///   - defaults: The queue's, for a job that is not merged.
  package func retryTime(
    of name: QueueFileName, _ job: Job, defaults: Job = Job()
  ) throws(SpoolError) -> RetryTime? {
    // A dropped file has no name of its own before it is claimed: runs/hello is another's. What a
    // named job says is not known before it is merged.
    guard name.isFull, (job.retries ?? defaults.retries ?? 0) > 0 || job.job != nil else {
      return nil
    }
    return try retryTime(of: name.base)
  }

  /// When a run may be claimed for its next attempt, where only its name is known.
  package func retryTime(of run: String) throws(SpoolError) -> RetryTime? {
    // A request to stop it is obeyed by the next claim, and at once.
    guard let names = try runDirectory(run).names(), !names.contains(Self.killFile) else {
      return nil
    }
    for number in NameNumber.attempts(names).sorted(by: >) {
      guard let files = try attemptDirectory(run, number).names(), files.contains(Self.endFile)
      else {
        continue
      }
      guard try readEnd(run, number)?.next == .queued, let job = readStart(run, number)?.job else {
        return nil
      }
      let path = runPath(run, "\(number)/" + Self.endFile)
      let ended = try namingIfThere(
        "look at", path, absentIf: \.isAbsence,
        doing: System.open(path, .reading).information().modified)
      let seconds = RetryPolicy(job).wait(after: number, of: run)
      // The folder may have gone meanwhile: the run was killed, or somebody removed it.
      guard let ended, let now = try now() else { return nil }
      let passed = now.seconds(since: ended)
      // Negative if the clock was set back: then the time that passed is not known.
      guard passed >= 0, passed < seconds else { return nil }
      return RetryTime(
        time: ended.adding(seconds: seconds),
        wait: seconds - passed)
    }
    return nil
  }
}
