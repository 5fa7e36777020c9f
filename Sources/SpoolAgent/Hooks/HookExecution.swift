import SpoolQueue

/// Executes one hook, in a process of its own that outlives its agent.
///
/// The hook is a child in a session of its own, gets the run's record on standard input, and has its
/// time limit; what it prints goes through this process, so that no more than
/// ``SpoolQueue/HookRecord/outputLimit`` bytes of it fill the disk. When it has ended nothing of it is
/// left, and its record says how. One thread, one loop; the hook dies with that thread.
package final class HookExecution {
  private var hook: Hook
  private let signals: SignalPipe
  private var ending: Ending?
  private var status: ExitStatus?
  private let log: HookLog

  /// Why the hook is being ended.
  private struct Ending {
    let reason: String
    let killAt: Int64
  }

  /// The hidden verb of this program that executes a hook.
  package static let word = "_hook"

  /// Seconds from TERM to KILL.
  static let grace = 5.0

  private init(_ hook: Hook, _ signals: consuming SignalPipe) {
    self.hook = hook
    self.signals = signals
    log = HookLog(hook)
  }

  /// Begins the hook of a request, and sees it to its end; tells the agent, on standard output, what
  /// became of it.
  ///
  /// - Parameters:
  ///   - queue: The queue's directory.
  ///   - file: The request in `hooks/`.
  package static func run(queue path: String, request file: String) {
    _ = CreationMask.clear()
    tell(report(path, file))
  }

  private static func report(_ path: String, _ file: String) -> HookReport {
    do throws(SpoolError) {
      let signals = try attempt("prepare", "the hook") { () throws(Errno) in try SignalPipe() }
      guard let request = HookRequest(file) else { return .void }
      guard let hook = try Queue(at: path).begin(request) else { return .void }
      let execution = HookExecution(hook, signals)
      execution.execute()
      return execution.publish()
    } catch {
      return .failed(error.message, isFinal: error.isFinalForHook)
    }
  }

  private static func tell(_ report: HookReport) {
    // The agent may be gone; what was done stands in the run's folder.
    try? Descriptor(1).write(report.line)
  }

  // MARK: Its life

  private func execute() {
    let began = Clock.sinceBoot
    do throws(SpoolError) {
      let child = try HookChild(hook)
      wait(child, began)
      hook.record.duration = Double(Clock.sinceBoot - began) / 1e9
      describe(child)
    } catch {
      hook.record.reason = "it could not be started on \(hook.record.host): \(error.message)"
    }
    hook.record.printed = log.count
    hook.record.endedAt = .now
  }

  private func wait(_ child: borrowing HookChild, _ began: Int64) {
    let limit = began + nanoseconds(hook.record.timeout)
    while true {
      let isOver = look(child)
      let now = Clock.sinceBoot
      if ending == nil, status == nil {
        if signals.isToldToEnd {
          end(child, "told to stop: its process on \(hook.record.host) was ended")
        } else if now >= limit {
          end(child, "time limit: \(DurationText.text(hook.record.timeout))")
        }
      }
      if isOver {
        // All who could write are gone: what is left is in the pipe.
        var rest = 0
        while rest < 16, take(child, until: Clock.sinceBoot) { rest += 1 }
        return
      }
      var deadline = limit
      if status != nil {
        // What it left behind has no time of its own.
        child.killAll()
        deadline = now + 10_000_000
      } else if let ending {
        if now >= ending.killAt { child.killAll() }
        deadline = now >= ending.killAt ? now + 10_000_000 : ending.killAt
      }
      _ = take(child, until: deadline)
    }
  }

  /// Asks for the ends of children; true: none is left.
  private func look(_ child: borrowing HookChild) -> Bool {
    while true {
      switch Child.look() {
      case .none: return true
      case .living: return false
      case .ended(let pid, let status):
        if pid == child.pid { self.status = status }
      }
    }
  }

  /// Waits for output, a signal or the time; true: there was output.
  private func take(_ child: borrowing HookChild, until deadline: Int64) -> Bool {
    var descriptors = [signals.reader.number]
    if !log.isOver { descriptors.append(child.output.number) }
    guard let ready = try? waitForInput(descriptors, until: deadline) else { return false }
    if ready[0] { signals.drain() }
    guard ready.count > 1, ready[1] else { return false }
    return log.copy(from: child.output)
  }

  private func end(_ child: borrowing HookChild, _ reason: String) {
    ending = Ending(reason: reason, killAt: Clock.sinceBoot + nanoseconds(Self.grace))
    child.signal(SignalNumber.term)
  }

  private func describe(_ child: borrowing HookChild) {
    if let failure = child.failure() {
      hook.record.reason = failure.words(
        "hook", program: hook.record.argv.first ?? "", directory: child.directory)
      hook.record.duration = nil
      return
    }
    hook.record.exitCode = status?.code
    hook.record.signal = status?.signal.map { SignalName.text($0) }
    let words =
      hook.record.exitCode.map { "exit status \($0)" } ?? "signal \(hook.record.signal ?? "?")"
    hook.record.reason = ending.map { "\($0.reason), then \(words)" } ?? words
  }

  private func nanoseconds(_ seconds: Double) -> Int64 { Int64(Swift.min(seconds, 1e9) * 1e9) }

  // MARK: Its end

  /// Records the end. On a full disk it is tried for a while; then the run says only that the hook was
  /// begun.
  private func publish() -> HookReport {
    let record = hook.record
    let until = Clock.sinceBoot + nanoseconds(60)
    while true {
      do throws(SpoolError) {
        try hook.publish()
        break
      } catch {
        // Gone is the folder: the hook removed it, and there is nothing to write into.
        if error.errno == .notFound || Clock.sinceBoot >= until || signals.isToldToEnd { break }
        _ = try? waitForInput([signals.reader.number], until: Clock.sinceBoot + 1_000_000_000)
        signals.drain()
      }
    }
    return .ended(
      run: hook.run, event: record.event, reason: record.reason ?? "", duration: record.duration,
      isGood: record.isGood)
  }
}

extension SpoolError {
  /// Whether another try would come to the same: what is no request, and what is not obeyed. (A refusal
  /// of the system's may pass.)
  fileprivate var isFinalForHook: Bool { kind == .badInput || (kind == .refused && errno == nil) }
}
