/// A question that is asked about each waiting run: does this prevent its start?
///
/// Agents and `spool why` ask the same questions, and only this file defines their order. The cases have the order of
/// `spool why`: removing a later obstacle alone would not start the run. Agents ask in the order of ``ofQueue`` and
/// then ``ofFile``. It differs where a look costs system calls, or where the first answer decides more than the words:
///
/// - ``maxRunning`` comes before a file is read: if the queue is full, no file has to be read.
/// - ``failedStarts`` and ``retry`` come before ``dependencies``: for a run that never started these two need no
///   look at the disk; dependencies may need a listing.
/// - ``lack`` comes before ``notBefore``: an agent that drains leaves runs that its host can never execute, and
///   waits for a time. A person is told first what holds on every host.
/// - ``launcher`` and ``sweepLimit`` come last: they are looked for on disk, and only for runs that could start.
package enum WaitingCheck: Sendable, CaseIterable {
  /// The run's file is held, or being edited.
  case parked
  /// The run's file is not a job that may be executed, or may still be on its way.
  case file
  /// The run's queue is paused.
  case paused
  /// The run waits for other runs, or for a run that cannot end as it must.
  case dependencies
  /// The run's last start failed a moment ago.
  case failedStarts
  /// The run's next attempt has a delay.
  case retry
  /// The run's own time has not come.
  case notBefore
  /// No live agent serves the run's queue.
  case agents
  /// The host will never have all that the run needs.
  case lack
  /// The agent cannot start any runs.
  case trouble
  /// The host has not the program that launches the run's command.
  case launcher
  /// The queue's limit of running runs is reached.
  case maxRunning
  /// The sweep's limit of running runs is reached.
  case sweepLimit
  /// The host has too little free capacity, or the rest is kept for another run.
  case capacity

  /// The checks of an agent for a queue before it reads a file there. Before that, the agent has already asked
  /// whether it can start runs at all.
  package static let ofQueue: [WaitingCheck] = [.paused, .maxRunning]

  /// The checks of an agent for a file that it has read, and that is a job, in this order.
  package static let ofFile: [WaitingCheck] = [
    .failedStarts, .retry, .dependencies, .lack, .notBefore, .capacity, .launcher,
    .sweepLimit,
  ]

  /// How long a file that does not parse, or waits for an unknown run, must have stayed unchanged before it is judged.
  package static let settling = TimeSpan.seconds(5)

  /// Whether a limit allows no more starts. Returns false if there is no limit.
  package static func isReached(_ limit: Int?, by claimed: Int) -> Bool {
    limit.map { claimed >= $0 } ?? false
  }
}
