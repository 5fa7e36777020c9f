import SpoolQueue
import SpoolTerminal

/// The state of one run, in words, for a user who waits for its end.
///
/// The queue is looked at twice a second, or every two seconds on a network file system. The reason why a run waits
/// costs more looks, and is asked for every two seconds, or every ten.
struct RunPulse {
  private let queue: Queue
  private let run: String
  private let interval: TimeSpan
  private var nextLook = Instant.first
  private var nextReason = Instant.first
  private var seen: Run?
  private var reason = ""

  init(_ queue: Queue, _ run: String) throws(SpoolError) {
    self.queue = queue
    self.run = run
    interval = .milliseconds(try queue.fileSystem == .network ? 2000 : 500)
  }

  /// The text to show now.
  ///
  /// - Parameter isQuiet: Whether to show only the progress that the run wrote, because its log is being shown.
  mutating func text(isQuiet: Bool = false) -> StatusText {
    // A log that is shown has the progress in it.
    look(readsLog: !isQuiet)
    guard let seen else { return StatusText() }
    switch seen.state {
    case .idle, .queued: return StatusText("\(run) \(reason)")
    case .starting: return StatusText("\(run) is starting")
    case .running: return running(seen, isQuiet)
    case .killed, .crashed, .failed, .finished: return StatusText()
    }
  }

  private func running(_ seen: Run, _ isQuiet: Bool) -> StatusText {
    if isQuiet, seen.progress == nil { return StatusText() }
    // The run's time comes from the file server's clock; a small difference does not matter here.
    let elapsed = seen.startedAt.map { Swift.max(Timestamp.now.seconds(since: $0), 0) } ?? 0
    var text = StatusText("\(run) runs")
    text.add(SpanText.short(seconds: elapsed))
    text.add(seen.host ?? "")
    for part in seen.progress.map({ RunProgress($0).parts(after: elapsed) }) ?? [] {
      text.add(part)
    }
    return text
  }

  private mutating func look(readsLog: Bool) {
    let now = Instant.now
    if now < nextLook { return }
    nextLook = now + interval
    // A fact that cannot be read now is shown later, or not at all; the wait goes on.
    seen = try? queue.run(named: run)
    if readsLog, let run = seen, let text = RunProgress.inLog(of: run, in: queue) {
      seen?.progress = text
    }
    guard let seen, seen.state.isWaiting else { return }
    if now < nextReason { return }
    reason = (try? queue.explanation(of: run))?.words ?? "waits"
    nextReason = now + interval * 4
  }
}
