import SpoolQueue
import SpoolTerminal

struct RunPage {
  let run: Run
  let attempts: [RunAttempt]
  let queue: Queue
  /// The courses of the numbers that the run logged.
  var history = MetricHistory(keeping: 2)
  var now = Timestamp.now

  /// The page, each line ended by a newline.
  var text: String {
    var page = Lines()
    page.add("run", run.run)
    page.add("state", RunRow.status(of: run))
    page.add("reason", run.reason)
    for remark in run.remarks { page.add("remark", remark) }
    page.add("left behind", run.leftBehind?.words)
    page.add("progress", run.progress)
    page.add("queue", queue.reference)
    addRequest(to: &page)
    addTimes(to: &page)
    page.add("summary", run.summary?.withShortNumbers.text)
    page.add("W&B config", run.logged?["config"]?.withShortNumbers.text)
    page.add("W&B exit", run.logged?["exit_code"]?.text)
    for (label, line) in zip(history.lines.indices.map { $0 == 0 ? "history" : "" }, history.lines)
    {
      page.add(label, line)
    }
    page.add("folder", queue.runPath(run.run))
    if run.state.isDone { page.add("record", queue.path(.done, run.run + ".json")) }
    for attempt in attempts { add(attempt, to: &page) }
    return page.text
  }

  private func addRequest(to page: inout Lines) {
    // The job is merged if the run was tried already; otherwise it is the file's.
    let job = attempts.last?.job ?? run.file.flatMap { try? Job(parsing: $0.rawBytes) }
    page.add("name", run.name)
    page.add("job", run.job)
    if let command = run.command {
      let words = executed(command, launcher(job), job)
      if let script = RunRow.script(in: command) {
        page.add("script", lines: script)
        page.add("args", run.args.map { shellQuoted($0) })
      } else {
        page.add("command", shellQuoted(words.command))
      }
      page.add("launcher", shellQuoted(words.launcher))
    }
    if let config = run.runConfig, !config.isEmpty { page.add("config", config.text) }
    page.add("cwd", job?.cwd)
    // Only names are shown: a value may be a secret.
    page.add("env", job?.env?.variables.map { $0.name }.joined(separator: " "))
    page.add("env files", job?.envFile?.joined(separator: " "))
    page.add("author", run.author)
    page.add("owner", run.owner)
    page.add("priority", run.priority.map { "\($0)" })
    page.add("project", run.project)
    page.add("tags", run.tags?.joined(separator: " "))
    if let notes = run.notes { page.add("notes", lines: notes) }
    page.add("timeout", job?.timeout.map { SpanText.short(seconds: $0) })
    page.add("warn", job?.warn.map { SpanText.short(seconds: $0) })
    page.add("retry on", job?.retryOn?.map { "\($0)" }.joined(separator: " "))
    page.add("not before", moment(job?.notBefore.map { Timestamp(nanoseconds: $0.nanoseconds) }))
    for (label, key) in [("after", "ok"), ("after any", "any"), ("after failed", "failed")] {
      let runs = run.after?[key]?.arrayValue?.compactMap { $0.stringValue } ?? []
      page.add(label, runs.joined(separator: " "))
    }
    page.add("require", job?.require?.joined(separator: " "))
    page.add("slots", job?.slots.map { "\($0)" })
    page.add("gpus", job?.gpus.map { $0.text })
    page.add("unique", run.unique)
    page.add("retry of", run.retryOf)
    page.add("sweep", run.sweep)
  }

  /// The executed words, or the words that will be executed: with everything replaced, if that can be done.
  private func executed(
    _ command: [String], _ launcher: [String]?, _ job: Job?
  ) -> (launcher: [String], command: [String]) {
    let launcher = launcher ?? []
    // Each word of a launcher stays one word.
    if let argv = attempts.last?.argv, argv.count > launcher.count {
      return (Array(argv.prefix(launcher.count)), Array(argv.dropFirst(launcher.count)))
    }
    // The run's folder is gone, or the run was not tried yet.
    var asked = Job(command: command)
    asked.literal = job?.isLiteral
    asked.args = run.args
    asked.runConfig = run.runConfig
    asked.sweep = run.sweep
    asked.launcher = launcher
    guard
      let argv = try? asked.launchedCommand(
        run: run.run, queue: queue.reference, attempt: run.attempt ?? 1)
    else { return (launcher, command + (run.args ?? [])) }
    return (Array(argv.prefix(launcher.count)), Array(argv.dropFirst(launcher.count)))
  }

  /// The merged launcher; for a run that was not tried yet, the launcher that it would get now.
  private func launcher(_ job: Job?) -> [String]? {
    if let launcher = job?.launcher { return launcher }
    return run.state.isDone || !attempts.isEmpty
      ? nil : (try? queue.settingsOrDefaults())?.jobDefaults.launcher
  }

  private func addTimes(to page: inout Lines) {
    page.add("created", moment(run.createdAt))
    page.add("started", moment(run.startedAt))
    page.add("ended", moment(run.endedAt))
    page.add("duration", run.duration.map { SpanText.short(seconds: $0) })
    page.add("host", run.host)
    page.add("agent", run.agent)
    if run.isUnstarted, let starts = try? queue.unstartedStarts(of: run.run) {
      page.add("next try", moment(starts.until))
    }
    if let attempts = run.attempts, attempts > 1 {
      page.add("attempts", "\(run.attempt ?? 0) of \(attempts)")
      if run.state.isWaiting, run.attempt != nil,
        let next = try? queue.retryTime(of: run.run)
      {
        page.add("next try", moment(next.time))
      }
    }
  }

  private func add(_ attempt: RunAttempt, to page: inout Lines) {
    var parts: [String] = []
    if let outcome = attempt.outcome {
      parts.append(RunRow.status(of: outcome))
      if let duration = outcome.duration {
        parts.append("after " + SpanText.short(seconds: duration))
      }
    } else {
      parts.append(attempt.unstarted.map { "not started: \($0)" } ?? "not ended")
    }
    if let host = attempt.host { parts.append("on " + host) }
    if attempt.outcome == nil, let pid = attempt.pid { parts.append("as process \(pid)") }
    if let reason = attempt.outcome?.reason { parts.append("– " + reason) }
    page.add("attempt \(attempt.number)", parts.joined(separator: " "))
    for log in attempt.logs { page.add("", "\(log.path), \(log.size) bytes") }
    for hook in attempt.hooks {
      let duration = hook.duration.map { " after " + DurationText.text($0) } ?? ""
      page.add(hook.event.rawValue, hook.standing + duration)
      if let left = hook.leftBehind { page.add("", "left behind: " + left.words) }
      if hook.printed > 0 {
        let path = queue.runPath(run.run, "\(attempt.number)/" + Queue.hookLog(hook.event))
        page.add("", "\(path), \(Swift.min(hook.printed, HookRecord.outputLimit)) bytes")
      }
    }
  }

  private func moment(_ time: Timestamp?) -> String? {
    guard let time else { return nil }
    let distance = SpanText.relative(seconds: time.wholeSeconds, now: now.wholeSeconds)
    return "\(MomentText.full(time)) (\(distance))"
  }
}

/// Labels with their values, one under the other.
private struct Lines {
  private(set) var text = ""

  private static let indent = 12

  /// Adds a value, unless it is unknown or empty.
  mutating func add(_ label: String, _ value: String?) {
    guard let value, !value.isEmpty else { return }
    let padding = String(repeating: " ", count: Swift.max(1, Self.indent - label.utf8.count))
    text += label + padding + escapingControls(value) + "\n"
  }

  mutating func add(_ label: String, lines value: String) {
    var label = label
    for line in value.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty { text += label + "\n" } else { add(label, String(line)) }
      label = ""
    }
  }
}
