import SpoolProtocol

/// The life of one attempt: start, heartbeats, requests to stop, the end.
final class RunLife {
  let queue: Queue
  let settings: QueueSettings
  let kind: FileSystemKind
  /// Seconds between looks at what raises no event.
  let poll: Double
  let watch: RequestWatch
  let lease: Lease
  /// The start record, if the run had spoiled the one before: it is open, and locked, in its place.
  var remade: HeldFile?
  private let account = Account.current

  init(
    _ queue: Queue, _ kind: FileSystemKind, _ settings: QueueSettings, poll: Double,
    _ watch: RequestWatch
  ) {
    self.queue = queue
    self.settings = settings
    self.poll = poll
    self.watch = watch
    self.kind = kind
    lease = Lease(seconds: settings.lease, isEnforced: kind == .network)
  }

  /// Brings an attempt from `starting/` to its outcome.
  ///
  /// - Parameter handsOutGPUs: Whether the agent has gpus: then a run without any sees none.
  /// - Returns: nil: the claim or the lease was lost, or another outcome was first.
  /// - Throws: ``SpoolError`` only while the file is in `starting/`, which its claimer puts back.
  func live(
    _ prepared: Attempt, handsOutGPUs: Bool, _ signals: borrowing SignalPipe,
    _ tell: (RunnerReport) -> Void
  ) throws(SpoolError) -> Outcome? {
    var attempt = prepared
    // What the file asks for can never be done; what fails later may be the host's doing.
    let isHopeless = prepared.objection != nil
    var kill = try queue.killRequest(of: attempt.run)
    let command = kill == nil ? try fork(&attempt, handsOutGPUs) : nil
    guard let entry = try enter(&attempt, command) else { return nil }
    let clock = entry.clock
    // From here on the run is ours to end; what fails is its outcome, or is tried again.
    do throws(SpoolError) {
      // A request that came while the start was written must not find the command running.
      if kill == nil { kill = try queue.killRequest(of: attempt.run) }
    } catch {
      attempt.objection = attempt.objection ?? error.message
    }
    // Open, and with it locked, until the run is put away.
    defer { withExtendedLifetime(entry) {} }
    let ending = Ending(attempt, entry.heartbeat, clock, self)
    guard kill == nil, attempt.objection == nil, let command else {
      command?.discard()
      let reason = kill?.words ?? attempt.objection ?? "it has no command"
      let state = kill == nil ? RunState.crashed : .killed
      return ending.publish(
        Outcome(state: state, reason: reason, endedAt: clock.now, isHopeless: isHopeless), signals,
        tell)
    }
    // Another host may be about to take the run over: a command that never ran leaves no trace.
    guard lease.isGood else {
      command.discard()
      return nil
    }
    lease.arm(command.pid)
    defer { lease.disarm() }
    let supervision = Supervision(attempt, command, entry.heartbeat, clock, self)
    guard let outcome = supervision.run(signals, tell) else { return nil }
    return ending.publish(outcome, signals, tell)
  }

  /// What a run in `running/` is kept with.
  private final class Entry {
    let heartbeat: Descriptor
    let clock: RunClock

    init(_ heartbeat: consuming Descriptor, _ clock: RunClock) {
      self.heartbeat = heartbeat
      self.clock = clock
    }
  }

  /// Brings the attempt to `running/`; nil: the claim was lost. A command that cannot follow is
  /// ended behind its gate.
  private func enter(
    _ attempt: inout Attempt, _ command: CommandProcess?
  ) throws(SpoolError) -> Entry? {
    do throws(SpoolError) {
      let heartbeat = try attempt.publishStart(sync: settings.sync, kind: kind)
      let clock = try RunClock(kind, heartbeat, attempt)
      if try attempt.enterRunning(sync: settings.sync) { return Entry(heartbeat, clock) }
      command?.discard()
      return nil
    } catch {
      command?.discard()
      throw error
    }
  }

  /// Forks the command behind its gate; nil: the attempt has an objection.
  private func fork(
    _ attempt: inout Attempt, _ handsOutGPUs: Bool
  ) throws(SpoolError) -> CommandProcess? {
    guard attempt.objection == nil else { return nil }
    do throws(SpoolError) {
      let command = try CommandProcess(
        attempt, account: account, handsOutGPUs: handsOutGPUs)
      attempt.start.command = ProcessIdentity(of: command.pid)
      return command
    } catch {
      // What is the system's passes, and the run waits for that in the queue.
      if error.kind == .system { throw error }
      attempt.objection = error.message
      return nil
    }
  }
}

/// The file server's time, as well as this host knows it.
struct RunClock: Sendable {
  private let offset: Int64

  /// Compares this host's clock with the time of a file just written.
  init(
    _ kind: FileSystemKind, _ file: borrowing Descriptor, _ attempt: Attempt
  ) throws(SpoolError) {
    if kind == .local {
      offset = 0
      return
    }
    do throws(Errno) {
      offset = try file.information().modified.nanoseconds(since: .now)
    } catch {
      throw SpoolError("look at", attempt.folder, error)
    }
  }

  /// Now.
  var now: Timestamp { Timestamp.now.adding(nanoseconds: offset) }
}
