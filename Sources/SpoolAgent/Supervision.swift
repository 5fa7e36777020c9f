import SpoolProtocol

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
  private let stuck: StuckNote
  private var leftBehind: LeftBehind?
  /// When its start record was found missing.
  private var brokenSince: Int64?

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
    /// How long to wait before KILL is sent once more.
    var pause: Int64 = 1_000_000_000

    /// In words, for who asks why the run does not end.
    var words: String {
      switch cause {
      case .request(let request): request.words
      case .timeLimit(let seconds): "time limit: \(DurationText.text(seconds))"
      case .told: "told to stop"
      }
    }
  }

  /// Seconds from TERM to KILL where no request says otherwise.
  private static let grace = KillRequest.defaultGrace
  /// How long a run's folder may be missing: 2 s.
  private static let patience: Int64 = 2_000_000_000
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
    stuck = StuckNote(attempt)
    let number = heartbeat.number
    beat = { life.beat(number, attempt) }
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
    guard let status = wait(began, signals, tell) else { return nil }
    let duration = Double(Clock.sinceBoot - began) / 1e9
    let endedAt = clock.now
    guard clearDescendants(signals, tell) else { return nil }
    stuck.clear()
    var outcome = describe(status)
    outcome.leftBehind = leftBehind
    outcome.remarks = stuck.remarks
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
          if !isReported {
            isReported = true
            failure = command.failure()
          }
          return status
        }
      }
      if signals.isToldToEnd, stopping == nil { stop(.told, tell) }
      let now = Clock.sinceBoot
      if let limit, now >= limit, stopping == nil {
        stop(.timeLimit(job?.timeout ?? 0), tell)
      }
      if let time = warning, now >= time {
        warning = nil
        if stopping == nil { command.signal(SignalNumber.warning) }
      }
      if let stopping, now >= stopping.killAt { kill(stopping, now, tell) }
      if now >= nextBeat {
        if beat() == .lost { return abandon() }
        nextBeat = life.nextBeat
      }
      if life.lease.hasFired { return abandon() }
      if now >= nextLook {
        look(tell)
        let interval = brokenSince == nil ? life.lookInterval(isWatched: isWatched) : 1
        nextLook = Clock.sinceBoot + Int64(interval * 1e9)
      }
      var deadline = Swift.min(nextBeat, nextLook)
      if let limit, stopping == nil { deadline = Swift.min(deadline, warning ?? limit) }
      if let stopping { deadline = Swift.min(deadline, stopping.killAt) }
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
    mendFolders()
    if life.kind == .local { try? attempt.mendPlacesMeanwhile(sync: life.settings.sync) }
    // Armed before the first look: what comes after it is told.
    if !isWatched, brokenSince == nil, life.kind == .local {
      isWatched = true
      life.watch.start()
    }
    do throws(SpoolError) {
      guard let request = try life.queue.killRequest(of: attempt.run) else { return }
      if case .request(let known)? = stopping?.cause, known == request { return }
      stop(.request(request), tell)
    } catch {
      // Nobody can have left a request where the run has put something else: that is mended soon.
      if error.errno?.isObstacle == true { return }
      tell(.trouble(error.message))
    }
  }

  /// Makes the run's folder again where the run removed or spoiled it. Not at once: it may be about to do
  /// so itself.
  private func mendFolders() {
    if attempt.hasStart {
      brokenSince = nil
      return
    }
    isWatched = false
    let now = Clock.sinceBoot
    guard let since = brokenSince else {
      brokenSince = now
      return
    }
    guard now - since >= Self.patience else { return }
    brokenSince = now
    // What cannot be mended now may be at the end.
    life.remade = (try? attempt.mendFolders(sync: life.settings.sync)) ?? life.remade
  }

  private func stop(_ cause: Stopping.Cause, _ tell: (RunnerReport) -> Void) {
    var signal = SignalNumber.term
    var grace = Self.grace
    if case .request(let request) = cause {
      signal = SignalName.number(request.signal) ?? signal
      grace = request.grace
    }
    let killAt = Clock.sinceBoot + Int64(Swift.min(grace, 1e9) * 1e9)
    let stopping = Stopping(cause: cause, killAt: killAt)
    self.stopping = stopping
    guard let refusal = command.signal(signal) else { return }
    stuck.say("\(stopping.words), but \(ProcessFacts(of: command.pid).words(refusal))", tell)
  }

  /// KILL to all; again and again, at times that grow apart, for as long as the command does not end.
  private func kill(_ stopping: Stopping, _ now: Int64, _ tell: (RunnerReport) -> Void) {
    let left = command.killAll()
    if let one = left.first(where: { $0.refusal != nil })
      ?? (stopping.isKilled ? left.first { $0.pid == command.pid } : nil)
    {
      stuck.say("\(stopping.words), but \(ProcessFacts(of: one.pid).words(one.refusal))", tell)
    }
    self.stopping?.isKilled = true
    self.stopping?.killAt = now + stopping.pause
    self.stopping?.pause = Swift.min(stopping.pause * 2, 60_000_000_000)
  }

  /// The run is another's: nothing of ours may go on.
  private func abandon() -> ExitStatus? {
    command.killAll()
    var pause: Int64 = 2_000_000
    while true {
      let look = Child.look()
      if look == .none { break }
      if case .ended = look { continue }
      command.killAll()
      _ = try? waitForInput([], until: Clock.sinceBoot + pause)
      pause = Swift.min(pause * 2, 10_000_000_000)
    }
    return nil
  }

  /// Seconds in which what the command left may come to its own end: the last program of a pipe, which
  /// still writes down what it was given.
  private static let respite = 0.1

  /// Ends what the command left behind, and sees it gone; heartbeats go on. false: the run was lost
  /// meanwhile.
  private func clearDescendants(
    _ signals: borrowing SignalPipe, _ tell: (RunnerReport) -> Void
  ) -> Bool {
    let now = Clock.sinceBoot
    // Who was asked to stop has had its time.
    let isHurried = stopping?.isKilled == true
    let termAt = stopping == nil ? now + Int64(Self.respite * 1e9) : now
    var killAt = termAt + Int64(Leftovers.grace * 1e9)
    if let stopping { killAt = Swift.min(killAt, stopping.killAt) }
    let left = Leftovers(group: command.pid, termAt: termAt, killAt: isHurried ? now : killAt)
    var nextBeat = life.nextBeat
    var nextRequest = now + 1_000_000_000
    while let next = left.look() {
      if let refusal = left.refusal {
        stuck.say("its command has ended, but \(refusal)", tell)
      }
      if sleep(signals, until: Swift.min(next, nextBeat, nextRequest)) { nextRequest = 0 }
      if signals.isToldToEnd { left.hurry() }
      if Clock.sinceBoot >= nextRequest {
        if (try? life.queue.killRequest(of: attempt.run)) ?? nil != nil { left.hurry() }
        nextRequest = Clock.sinceBoot + Int64(life.lookInterval(isWatched: isWatched) * 1e9)
      }
      if Clock.sinceBoot >= nextBeat {
        if beat() == .lost { return isAbandoned() }
        nextBeat = life.nextBeat
      }
      if life.lease.hasFired { return isAbandoned() }
    }
    leftBehind = left.record
    return true
  }

  private func isAbandoned() -> Bool {
    _ = abandon()
    return false
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
  func lookInterval(isWatched: Bool) -> Double {
    if kind == .network { return poll }
    // What the run does to its file in running/ raises no event.
    return isWatched && watch.isTold ? 10 : 1
  }
}
