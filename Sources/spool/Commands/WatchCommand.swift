import SpoolQueue
import SpoolTerminal

extension Command {
  static let watch = Command(
    name: "watch", group: "LOOK",
    abstract: "Watch runs in a live view with progress, on a terminal.",
    discussion: """
      Shows queues with their counts and agents, running runs with their command, time, host and \
      progress, the queue ahead, and the runs that ended last: each has a share of the rows, for \
      the runs of all queues together, and what one does not need goes to the others. A run that \
      writes "37/100 reading" into $SPOOL_RUN_DIR/progress has a bar and an estimate of the time \
      that is left. ? shows the keys: log, kill, hold, suspend, retry, filter.
      """,
    examples: [
      Example("spool watch", "Watches your default queue."),
      Example("spool watch --all", "Watches every queue of every entity."),
    ],
    parameters: [
      .queues, .entity, .root,
      .flag("all", short: "a", "Watch every queue of every entity; with -e those of that one."),
      .option("every", "D", "How often to look, 1s when not given."),
    ],
    suggestedFor: ["top", "monitor", "tui"]
  ) { arguments in
    try arguments.exclude("all", "queue")
    let interval = try arguments.duration("every").map { Swift.max($0, 0.1) } ?? 1
    let contexts = try Context.each(arguments)
    let queues =
      arguments.flag("all") ? try contexts[0].allQueues() : try contexts.map { try $0.queue() }
    if let need = Terminal.takeScreen() {
      throw arguments.usageError(
        "watch needs \(need); "
          + (queues.count == 1
            ? queues[0].command("list --json") : contexts[0].spool.command("list --all --json"))
          + ", in a loop, is for programs")
    }
    var watch = Watch(queues: queues, interval: interval)
    return watch.run()
  }
}

private struct Watch: LiveView {
  let queues: [Queue]
  let interval: Double
  let colour = Terminal.usesColour(1)
  var snapshot = WatchSnapshot()
  var state = WatchState()

  mutating func look(width: Int, height: Int) {
    snapshot = WatchSnapshot(queues, after: snapshot)
  }

  mutating func resize(width: Int, height: Int) -> Bool {
    state.page = Swift.max(height - 2, 1)
    return false
  }

  func lines(width: Int, height: Int) -> [String] {
    var log: [String] = []
    if case .log(let run, let queue) = state.mode, queues.indices.contains(queue) {
      log = LogTail.lines(of: run, in: queues[queue], count: height)
    }
    return WatchScreen(snapshot, state, width: width, height: height, colour: colour)
      .lines(log: log)
  }

  mutating func press(_ key: Key) -> LiveStep? {
    switch state.press(key, snapshot) {
    case nil: return nil
    case .quit: return .quit
    case .suspend: return .suspend
    case .redraw: return .redraw
    case .some(let action):
      perform(action)
      return .look
    }
  }

  /// The time for which the view stands still for a runner, in seconds.
  private static let patience = 5.0

  private mutating func perform(_ action: WatchState.Action) {
    do {
      switch action {
      case .quit, .suspend, .redraw: break
      case .kill(let run, let queue):
        state.message = try queues[queue].kill(run, KillRequest(reason: "from spool watch"))
          .text(run)
      case .hold(let run, let queue):
        try queues[queue].hold(run)
        state.message = "\(run): held"
      case .release(let run, let queue):
        try queues[queue].release(run)
        state.message = "\(run): released"
      case .retry(let run, let queue):
        state.message = "\(run): again as \(try queues[queue].retry(run))"
      case .stop(let run, let queue):
        state.message = try queues[queue]
          .suspend(run, reason: "from spool watch", timeout: Self.patience).text(run, .suspend)
      case .resume(let run, let queue):
        state.message = try queues[queue].resume(run, timeout: Self.patience).text(run, .resume)
      }
    } catch {
      state.message = error.message
    }
  }
}

enum LogTail {
  /// The number of bytes of the log that can fill a screen.
  private static let limit = 65_536

  /// The last lines of the last attempt's output, or a line that says why they cannot be read.
  static func lines(of run: String, in queue: Queue, count: Int) -> [String] {
    do {
      guard let number = try queue.attemptNumbers(of: run).last else {
        return ["it has not started: there is no log"]
      }
      let path = queue.runPath(run, "\(number)/" + Queue.outputFile)
      let file = try System.open(path, .reading)
      let information = try file.information()
      guard information.isRegular else { return ["\(path): is not a file"] }
      try file.seek(to: Swift.max(information.size - limit, 0))
      let bytes = try file.read(atMost: limit)
      return bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        .suffix(count + 1).map { LogExcerpt.shown(String(raw: Array($0))) }
    } catch {
      return ["there is no log that can be read: \((error as? SpoolError)?.message ?? "\(error)")"]
    }
  }
}
