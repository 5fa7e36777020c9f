import SpoolQueue
import SpoolTerminal

/// A report of a run for a mail: the command, the end, the last lines of the log, and how to retry it.
struct RunReport {
  let run: Run
  let queue: Queue

  /// The number of lines of the log.
  private static let logLines = 20

  /// One line: `train-9x7c failed (3) on gpu1`.
  var title: String {
    "\(run.run) \(run.state.isDone ? "" : "is ")\(RunRow.status(of: run))"
      + (run.host.map { " on " + $0 } ?? "")
  }

  /// The lines, each ended by a newline.
  var text: String {
    var lines = [title + (run.duration.map { " after " + SpanText.short(seconds: $0) } ?? "")]
    if let reason = run.reason { lines.append(reason) }
    lines += run.remarks
    lines.append("")
    func add(_ label: String, _ value: String?) {
      guard let value, !value.isEmpty else { return }
      lines.append(label + String(repeating: " ", count: Swift.max(1, 10 - label.count)) + value)
    }
    add("what", RunWhat.words([RunWhat(run)])[0])
    if let config = run.runConfig, !config.isEmpty { add("config", Self.cut(config.text)) }
    add("queue", queue.reference)
    add("started", run.startedAt.map { MomentText.full($0) })
    add("ended", run.endedAt.map { MomentText.full($0) })
    if let attempts = run.attempts, attempts > 1 {
      add("attempt", "\(run.attempt ?? 0) of \(attempts)")
    }
    add("summary", (run.summary?.withShortNumbers.text).map { Self.cut($0) })
    add("folder", queue.runPath(run.run))
    lines.append("")
    let log = run.attempt.flatMap { number in
      LogExcerpt(of: run.run, attempt: number, in: queue, count: Self.logLines)
    }
    if let log, !log.lines.isEmpty {
      lines.append(log.isCut ? "The last lines of its log:" : "Its log:")
      lines += [""] + log.lines.map { "    " + $0 } + [""]
    } else {
      lines += ["It printed nothing.", ""]
    }
    // The reader of a mail may be on any host, in any directory.
    if run.state.isDone { lines.append(queue.command("retry", run.run, in: .none)) }
    lines.append(queue.command("logs", run.run, in: .none))
    return lines.map { escapingControls($0) + "\n" }.joined()
  }

  /// A long value would make the mail too large for an argument of a command.
  private static func cut(_ text: String) -> String {
    let head = text.prefix(2000)
    return head.endIndex == text.endIndex ? text : head + "…"
  }

  /// The report as a mail, with its head.
  func mail(to address: String) -> String {
    // The head of a mail is ASCII.
    let subject = escapingControls("spool: " + title).map { $0.isASCII ? $0 : "?" }
    return """
      To: \(escapingControls(address))
      Subject: \(String(subject))
      MIME-Version: 1.0
      Content-Type: text/plain; charset=utf-8
      Content-Transfer-Encoding: 8bit
      Auto-Submitted: auto-generated

      \(text)
      """
  }
}
