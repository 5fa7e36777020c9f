/// A question that is asked of each waiting run: does this keep it from being started?
///
/// Agents and `spool why` ask the same questions, and this is the only place that says in which order. The
/// cases stand in the order of `spool why`: to answer a later question alone would not start the run. Agents
/// ask in the order of ``ofQueue`` and then ``ofFile``, which differs where a look costs system calls, or where
/// the first answer decides more than the words:
///
/// - ``maxRunning`` comes before a file is read: a full queue needs no reading.
/// - ``failedStarts`` and ``retry`` come before ``dependencies``: for a run that never started these two
///   need no look at the disk; dependencies may need a listing.
/// - ``lack`` comes before ``notBefore``: an agent that drains leaves what its host can never run, and waits for
///   a time. A person is told first what holds on every host.
/// - ``launcher`` and ``sweepLimit`` come last: they are looked for on disk, and only for runs that could start.
package enum WaitingCheck: Sendable, CaseIterable {
  /// Its file is held, or being edited.
  case parked
  /// Its file is no job that may be run, or may still be on its way.
  case file
  /// Its queue is paused.
  case paused
  /// It waits for other runs, or for one that cannot end as it must.
  case dependencies
  /// Its last start failed a moment ago.
  case failedStarts
  /// Its next attempt has a delay.
  case retry
  /// Its own time has not come.
  case notBefore
  /// No live agent serves its queue.
  case agents
  /// The host will never have what it needs.
  case lack
  /// The agent cannot start runs at all.
  case trouble
  /// The program before its command is not on the host.
  case launcher
  /// As many runs of its queue run as may.
  case maxRunning
  /// As many runs of its sweep run as may.
  case sweepLimit
  /// Not enough of the host is free, or that is kept for another run.
  case capacity

  /// What an agent asks of a queue before it reads a file there. Whether it can start runs at all it has asked
  /// before that.
  package static let ofQueue: [WaitingCheck] = [.paused, .maxRunning]

  /// What an agent asks of a file that it has read, and that is a job, in this order.
  package static let ofFile: [WaitingCheck] = [
    .failedStarts, .retry, .dependencies, .lack, .notBefore, .capacity, .launcher,
    .sweepLimit,
  ]

  /// For how long a file that does not parse, or waits for a run that is not there, must have stood still
  /// before it is judged.
  package static let settling = TimeSpan.seconds(5)

  /// Whether a limit lets no more runs start; false where there is no limit.
  package static func isReached(_ limit: Int?, by claimed: Int) -> Bool {
    limit.map { claimed >= $0 } ?? false
  }
}
