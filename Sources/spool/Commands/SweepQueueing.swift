import SpoolQueue
import SpoolTerminal

/// Queues many runs at once, shows how far it is, and prints their common name when they are queued.
struct SweepQueueing {
  let isJSON: Bool

  /// - Parameter enqueue: Queues the runs. Its arguments are called as ``Queue/enqueue(_:reporting:telling:)`` says.
  /// - Returns: The sweep that was queued.
  func run(
    _ enqueue: ((SweepProgress) -> Void, (Sweep) -> Void) throws -> (
      sweep: Sweep, wasInterrupted: Bool
    )
  ) throws -> Sweep {
    var failure: OutputError?
    let line = StatusLine()
    var (step, count): (SweepProgress.Step?, CountProgress) = (nil, CountProgress(total: 0))
    func show(_ progress: SweepProgress) {
      guard line.isShown else { return }
      // Each step has its own speed.
      if step != progress.step {
        (step, count) = (progress.step, CountProgress(total: progress.total))
      }
      count.add(progress.done - count.done)
      line.show { count.text("runs \(progress.step.rawValue)") }
    }
    let (sweep, wasInterrupted) = try enqueue({ show($0) }) { sweep in
      do throws(OutputError) {
        try printLine(isJSON ? sweep.summary.text : sweep.id)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    if wasInterrupted {
      errorLine("spool: \(sweep.id) was interrupted before; the rest of it is queued now")
    }
    return sweep
  }
}

extension Sweep {
  /// The number of its runs, and their names: `3 runs, lr-k2p4-0001 to lr-k2p4-0003`.
  var extent: String {
    let count = points.count
    let words = counted(count, "run")
    guard let first = points.first, let last = points.last else { return words }
    return words + (count == 1 ? ", \(first.run)" : ", \(first.run) to \(last.run)")
  }

  /// The sweep and the names of its runs.
  fileprivate var summary: JSONObject {
    JSONObject([
      ("sweep", .string(id)),
      ("method", .string(method.rawValue)),
      ("seed", seed.map { .number("\($0)") } ?? .null),
      ("max_running", maxRunning.map { .number($0) } ?? .null),
      ("runs", .strings(points.map(\.run))),
    ])
  }
}
