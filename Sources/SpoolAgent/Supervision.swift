import SpoolQueue

/// A command that was let go, watched until it and all its descendants are gone.
final class Supervision {
  private let attempt: Attempt
  private let command: CommandProcess
  private let heartbeat: Int32
  private let clock: RunClock
  private let life: RunLife
  private let beat: () -> Tenure
  private var stopping: Stopping?
  private var failure: CommandStart.Failure?
  private var isReported = false
  private var isWatched = false

  /// Why and how the command is being ended.
  private struct Stopping {
    enum Cause {
      case request(KillRequest)
      case timeLimit(Double)
      case told
    }
    var cause: Cause
    var killAt: Int64
    var isKilled = false
  }

  /// Seconds from TERM to KILL where no request says otherwise.
  private static let grace = KillRequest.defaultGrace
  /// A command that ends sooner is not worth a watch of its folder: 20 ms.
  private static let settled: Int64 = 20_000_000

  init(
    _ attempt: Attempt, _ command: CommandProcess, _ heartbeat: borrowing Descriptor,
    _ clock: RunClock, _ life: RunLife
  ) {
    self.attempt = attempt
    self.command = command
    self.heartbeat = heartbeat.number
    self.clock = clock
    self.life = life
    let number = heartbeat.number
    beat = { life.beat(number, attempt.name) }
  }

  /// Lets the command go and waits for its end; nil: the run was lost, and the command is dead.
  func run(_ signals: borrowing SignalPipe, _ tell: (RunnerReport) -> Void) -> Outcome? {
    let startedAt = clock.now
    let began = Clock.sinceBoot
    do throws(Errno) {
      try command.open()
    } catch {
      // Its child is dead already: the loop finds out how.
      tell(.trouble("\(attempt.run): cannot let its command go: \(error)"))
    }
    tell(.running(run: attempt.run, attempt: attempt.number, pid: command.pid))
    defer { if isWatched { life.watch.stop() } }
    guard let status = wait(began, signals, tell) else { return nil }
    let duration = Double(Clock.sinceBoot - began) / 1e9
    let endedAt = clock.now
    guard clearDescendants(signals) else { return nil }
    var outcome = describe(status)
    outcome.startedAt = failure == nil ? startedAt : nil
    outcome.endedAt = endedAt
    outcome.duration = failure == nil ? duration : nil
    return outcome
  }

  private func wait(
    _ began: Int64, _ signals: borrowing SignalPipe, _ tell: (RunnerReport) -> Void
  ) -> ExitStatus? {
    let job = attempt.start.job
    let limit = job?.timeout.map { began + Int64($0 * 1e9) }
    // Nobody is warned of a limit that there is not.
    var warning = limit.flatMap { limit in job?.warn.map { limit - Int64($0 * 1e9) } }
    var nextBeat = life.nextBeat
    var nextLook = began + Self.settled
    while true {
      while case .ended(let pid, let status) = Child.look() {
        if pid == command.pid {
          if !isReported { failure = command.failure() }
          return status
        }
      }
      if signals.isToldToEnd, stopping == nil { stop(.told) }
      let now = Clock.sinceBoot
      if let limit, now >= limit, stopping == nil {
        stop(.timeLimit(job?.timeout ?? 0))
      }
      if let time = warning, now >= time {
        warning = nil
        if stopping == nil { command.signal(SignalNumber.warning) }
      }
      if let stopping, !stopping.isKilled, now >= stopping.killAt {
        self.stopping?.isKilled = true
        command.killAll()
      }
      if now >= nextBeat {
        if beat() == .lost { return abandon() }
        nextBeat = life.nextBeat
      }
      if life.lease.hasFired { return abandon() }
      if now >= nextLook {
        look(tell)
        nextLook = Clock.sinceBoot + Int64(life.lookInterval(isWatched: isWatched) * 1e9)
      }
      var deadline = Swift.min(nextBeat, nextLook)
      if let limit, stopping == nil { deadline = Swift.min(deadline, warning ?? limit) }
      if let stopping, !stopping.isKilled { deadline = Swift.min(deadline, stopping.killAt) }
      if sleep(signals, until: deadline) { nextLook = 0 }
    }
  }

  /// Waits for a signal, the command's report, a change in the run's folder, or the time.
  ///
  /// - Returns: Whether the folder is worth a look.
  private func sleep(_ signals: borrowing SignalPipe, until deadline: Int64) -> Bool {
    var descriptors = [signals.reader.number]
    if !isReported { descriptors.append(command.report.number) }
    let watched = life.watch.descriptor
    if let watched { descriptors.append(watched) }
    guard let ready = try? waitForInput(descriptors, until: deadline) else { return false }
    if ready[0] { signals.drain() }
    if !isReported, ready[1] {
      isReported = true
      failure = command.failure()
    }
    guard watched != nil, ready.last == true else { return false }
    life.watch.clear()
    return true
  }

  /// Looks for a request to stop, in a fresh listing.
  private func look(_ tell: (RunnerReport) -> Void) {
    // Armed before the first look: what comes after it is told.
    if !isWatched, life.kind == .local {
      isWatched = true
      life.watch.start(life.queue.runPath(attempt.run))
    }
    do throws(SpoolError) {
      guard let request = try life.queue.killRequest(of: attempt.run) else { return }
      if case .request(let known)? = stopping?.cause, known == request { return }
      stop(.request(request))
    } catch {
      tell(.trouble(error.message))
    }
  }

  private func stop(_ cause: Stopping.Cause) {
    var signal = SignalNumber.term
    var grace = Self.grace
    if case .request(let request) = cause {
      signal = SignalName.number(request.signal) ?? signal
      grace = request.grace
    }
    let killAt = Clock.sinceBoot + Int64(Swift.min(grace, 1e9) * 1e9)
    stopping = Stopping(cause: cause, killAt: killAt)
    command.signal(signal)
  }

  /// The run is another's: nothing of ours may go on.
  private func abandon() -> ExitStatus? {
    command.killAll()
    Child.reap(command.pid)
    while Child.look() != .none { pause() }
    return nil
  }

  /// Kills what the command left behind, and sees it gone; heartbeats go on. false: the run was
  /// lost meanwhile.
  private func clearDescendants(_ signals: borrowing SignalPipe) -> Bool {
    var nextBeat = life.nextBeat
    while true {
      switch Child.look() {
      case .none: return true
      case .ended: continue
      case .living: break
      }
      command.killAll()
      _ = try? waitForInput([signals.reader.number], until: Clock.sinceBoot + 10_000_000)
      signals.drain()
      if Clock.sinceBoot >= nextBeat {
        if beat() == .lost { return false }
        nextBeat = life.nextBeat
      }
    }
  }

  private func pause() {
    command.killAll()
    _ = try? waitForInput([], until: Clock.sinceBoot + 2_000_000)
  }

  private func describe(_ status: ExitStatus) -> Outcome {
    var outcome = Outcome(state: .failed, endedAt: clock.now)
    outcome.exitCode = status.code
    outcome.signal = status.signal.map { SignalName.text($0) }
    let words = status.code.map { "exit status \($0)" } ?? "signal \(outcome.signal ?? "?")"
    if let failure {
      outcome.state = .crashed
      outcome.exitCode = nil
      outcome.signal = nil
      outcome.reason = describe(failure)
      return outcome
    }
    switch stopping?.cause {
    case .request(let request):
      outcome.state = .killed
      outcome.reason = request.words
    case .timeLimit(let seconds):
      outcome.reason = "time limit: \(DurationText.text(seconds)), then \(words)"
    case .told:
      outcome.state = .crashed
      outcome.reason = "told to stop: its runner on \(Host.current.name) was ended, then \(words)"
    case nil:
      outcome.state = status.code == 0 ? .finished : .failed
      outcome.reason = words
    }
    return outcome
  }

  private func describe(_ failure: CommandStart.Failure) -> String {
    let job = attempt.start.job
    return failure.words(
      job?.launcher?.isEmpty == false ? "launcher" : "command",
      program: attempt.start.argv.first ?? "", directory: job?.cwd ?? "")
  }
}

extension RunLife {
  /// Seconds to the next look for a request.
  fileprivate func lookInterval(isWatched: Bool) -> Double {
    if kind == .network { return poll }
    return isWatched && watch.descriptor != nil ? Swift.max(poll, 30) : 1
  }
}
