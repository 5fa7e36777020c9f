extension Queue {
  /// The time at which a waiting run that was tried already may be claimed again.
  package struct RetryTime: Sendable, Equatable {
    /// The time by the file server's clock.
    package let time: Timestamp
    /// The seconds from now to that time.
    package let wait: Double
  }

  /// The time at which the run of a waiting file may be claimed for its next attempt. Returns nil if it may be
  /// claimed now.
  ///
  /// If a run's job has no retries, this costs no look at the disk.
  ///
  /// - Parameters:
  ///   - name: The name of the file in `queued/`.
  ///   - job: The file's job, merged or not.
  ///   - defaults: The queue's defaults, for a job that is not merged.
  package func retryTime(
    of name: QueueFileName, _ job: Job, defaults: Job = Job()
  ) throws(SpoolError) -> RetryTime? {
    // A dropped file has no name of its own before it is claimed: runs/hello belongs to another run. The values of
    // a named job are not known before it is merged.
    guard name.isFull, (job.retries ?? defaults.retries ?? 0) > 0 || job.job != nil else {
      return nil
    }
    return try retryTime(of: name.base)
  }

  /// The time at which a run may be claimed for its next attempt, if only its name is known.
  package func retryTime(of run: String) throws(SpoolError) -> RetryTime? {
    // The next claim obeys a request to stop the run, and at once.
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
      // The folder may be gone by now: the run was killed, or somebody removed it.
      guard let ended, let now = try now() else { return nil }
      let passed = now.seconds(since: ended)
      // A negative value means that the clock was set back: then it is not known how much time has passed.
      guard passed >= 0, passed < seconds else { return nil }
      return RetryTime(
        time: ended.adding(seconds: seconds),
        wait: seconds - passed)
    }
    return nil
  }
}
