import SpoolProtocol

/// Executes one hook, in a process of its own that outlives its agent.
///
/// The hook is a child in a session of its own, gets the run's record on standard input, and has its
/// time limit; what it prints goes through this process, so that no more than
/// ``SpoolFiles/HookRecord/outputLimit`` bytes of it fill the disk. When it has ended its record says how,
/// and the agent is told. What it left running, a mail on its way for one, has a minute more; nobody waits
/// for that but this process. One thread, one loop; the hook dies with that thread.
package final class HookExecution {
  private var hook: Hook
  private let signals: SignalPipe
  private var ending: Ending?
  private var status: ExitStatus?
  private let log: HookLog
  /// Whether the agent knows how it ended.
  private var isTold = false

  /// Why the hook is being ended.
  private struct Ending {
    let reason: String
    var killAt: Int64
    /// How long to wait before KILL is sent once more.
    var pause: Int64 = 1_000_000_000
  }

  /// The hidden verb of this program that executes a hook.
  package static let word = "_hook"

  /// Seconds from TERM to KILL.
  static let grace = 5.0
  /// Seconds in which what a hook left running is let alone.
  static let respite = 60.0

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
    _ = ResourceLimits.given
    if let report = report(path, file) { tell(report) }
  }

  /// What is to be said; nil: it was said.
  private static func report(_ path: String, _ file: String) -> HookReport? {
    do throws(SpoolError) {
      let signals = try naming("prepare", "the hook") { () throws(Errno) in try SignalPipe() }
      guard let request = HookRequest(file) else { return .void }
      guard let hook = try Queue(at: path).begin(request) else { return .void }
      HookExecution(hook, signals).execute()
      return nil
    } catch {
      return .failed(error.message, isFinal: error.isFinalForHook)
    }
  }

  private static func tell(_ report: HookReport) {
    // The agent may be gone; what was done stands in the run's folder.
    let output = Descriptor(1)
    try? output.write(report.line)
    // Closed here: nobody waits for what the hook left.
  }

  // MARK: Its life

  private func execute() {
    let began = Clock.sinceBoot
    do throws(SpoolError) {
      let child = try HookChild(hook)
      wait(child, began)
      hook.record.duration = Double(Clock.sinceBoot - began) / 1e9
      describe(child)
      drain(child)
      finish()
      endLeftovers(child)
    } catch {
      hook.record.reason = "it could not be started on \(hook.record.host): \(error.message)"
      finish()
    }
  }

  /// Records how the hook itself ended, and tells the agent.
  private func finish() {
    hook.record.printed = log.count
    hook.record.endedAt = .now
    publish()
    if isTold { return }
    isTold = true
    let record = hook.record
    Self.tell(
      .ended(
        run: hook.run, event: record.event, reason: record.reason ?? "",
        duration: record.duration, isGood: record.isGood))
  }

  /// Waits for the hook itself, and ends it at its time limit, with all that it started.
  private func wait(_ child: borrowing HookChild, _ began: Int64) {
    let limit = began + nanoseconds(hook.record.timeout)
    while true {
      look(child)
      if status != nil { return }
      let now = Clock.sinceBoot
      if ending == nil {
        if signals.isToldToEnd {
          end(child, "told to stop: its process on \(hook.record.host) was ended")
        } else if now >= limit {
          end(child, "time limit: \(DurationText.text(hook.record.timeout))")
        }
      }
      var deadline = limit
      if let ending {
        deadline = ending.killAt
        if now >= ending.killAt {
          child.killAll()
          if ending.pause >= nanoseconds(8), !isTold {
            // Its agent does not wait for what nobody can end.
            hook.record.reason = "\(ending.reason), and \(ProcessFacts(of: child.pid).words(nil))"
            finish()
          }
          self.ending?.killAt = now + ending.pause
          self.ending?.pause = Swift.min(ending.pause * 2, nanoseconds(60))
          deadline = now + ending.pause
        }
      }
      _ = take(child, until: deadline)
    }
  }

  /// Asks for the ends of children.
  private func look(_ child: borrowing HookChild) {
    while case .ended(let pid, let status) = Child.look() {
      if pid == child.pid { self.status = status }
    }
  }

  /// Takes what the hook itself has printed: it is in the pipe.
  private func drain(_ child: borrowing HookChild) {
    var rest = 0
    while rest < 16, take(child, until: Clock.sinceBoot) { rest += 1 }
  }

  /// Sees what the hook left running to its end, and records it where it had to be ended.
  private func endLeftovers(_ child: borrowing HookChild) {
    let now = Clock.sinceBoot
    // One that was ended has had its time.
    let termAt = ending == nil ? now + nanoseconds(Self.respite) : now
    let killAt = ending?.killAt ?? termAt + nanoseconds(Leftovers.grace)
    let left = Leftovers(group: child.pid, termAt: termAt, killAt: killAt)
    var isRecorded = false
    while let next = left.look() {
      if left.refusal != nil, !isRecorded {
        isRecorded = true
        record(left)
      }
      _ = take(child, until: next)
      if signals.isToldToEnd { left.hurry() }
    }
    record(left)
  }

  private func record(_ left: Leftovers) {
    guard let found = left.record,
      found != hook.record.leftBehind || hook.record.printed != log.count
    else { return }
    hook.record.leftBehind = found
    hook.record.printed = log.count
    publish()
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
  private func publish() {
    let until = Clock.sinceBoot + nanoseconds(60)
    while true {
      do throws(SpoolError) {
        try hook.publish()
        return
      } catch {
        // Gone is the folder: the hook removed it, and there is nothing to write into.
        if error.errno == .notFound || Clock.sinceBoot >= until || signals.isToldToEnd { return }
        _ = try? waitForInput([signals.reader.number], until: Clock.sinceBoot + 1_000_000_000)
        signals.drain()
      }
    }
  }
}

extension SpoolError {
  /// Whether another try would come to the same: what is no request, and what is not obeyed. (A refusal
  /// of the system's may pass.)
  fileprivate var isFinalForHook: Bool { kind == .badInput || (kind == .refused && errno == nil) }
}
