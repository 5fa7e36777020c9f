import SpoolProtocol

/// Publishing an outcome, for as long as that takes.
struct Ending {
  private let attempt: Attempt
  private let heartbeat: Int32
  private let clock: RunClock
  private let life: RunLife

  init(
    _ attempt: Attempt, _ heartbeat: borrowing Descriptor, _ clock: RunClock, _ life: RunLife
  ) {
    self.attempt = attempt
    self.heartbeat = heartbeat.number
    self.clock = clock
    self.life = life
  }

  /// Publishes; on a full disk, or whatever else the system refuses, tries again every second while
  /// heartbeats go on.
  ///
  /// - Returns: nil: the run was lost, or another outcome was first.
  func publish(
    _ outcome: Outcome, _ signals: borrowing SignalPipe, _ tell: (RunnerReport) -> Void
  ) -> Outcome? {
    var nextBeat = life.nextBeat
    var told: Errno?
    var outcome = outcome
    var progress = EndProgress()
    while life.lease.isGood {
      let before = progress.level
      do throws(SpoolError) {
        return try attempt.finish(&outcome, &progress, sync: life.settings.sync) ? outcome : nil
      } catch {
        life.remade = progress.start ?? life.remade
        // Once, not once a second; the message has a new file name each time.
        let reason = error.errno ?? .inputOutput
        if reason != told {
          tell(.trouble("\(attempt.run): \(error.message); trying again"))
        }
        told = reason
      }
      // A step further may do it.
      if progress.level != before { continue }
      _ = try? waitForInput([signals.reader.number], until: Clock.sinceBoot + 1_000_000_000)
      signals.drain()
      // A reboot does not wait for room: recovery records the run as crashed.
      if signals.isToldToEnd { return nil }
      if Clock.sinceBoot >= nextBeat || told == .notFound {
        if life.beat(heartbeat, attempt) == .lost { return nil }
        nextBeat = life.nextBeat
      }
    }
    return nil
  }
}
