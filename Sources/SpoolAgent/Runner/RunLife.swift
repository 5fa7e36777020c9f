import SpoolProtocol

/// The life of one attempt, from its file in `starting/` to its record, in the order in which it happens.
///
/// 1. If there was no request to stop when the attempt was made, the runner forks the command, which waits
///    behind its gate.
/// 2. `start.json` goes to disk with the command's process number, then the file moves to `running/`. If
///    the runner dies before the move, the command has never executed, and the file goes back. If it dies
///    later, others find the number, and kill the command by it. Until the move every failure is thrown,
///    and the claimer puts the file back. From `running/` a run can only end: a later failure becomes the
///    attempt's objection.
/// 3. The runner looks for a request to stop once more. `kill` first writes its request, and then looks
///    where the run is; if that is `running/`, it leaves the run to its runner. So the runner finds each
///    request at this look, or at a later one in step 5.
/// 4. On a network file system the start may have taken so long that another host is about to take the run
///    over. If so, the command is killed behind its gate. From here on the fence, a thread that touches no
///    file, kills the command if heartbeats fail for too long.
/// 5. The gate opens. One loop handles all that happens, until the command and all processes that
///    it started have ended: only then is the slot free, and the agent is told so. If the run is
///    lost meanwhile, all of them are killed, and nothing is published.
/// 6. The outcome is published. Another host may do so at the same moment: the first link wins, and the
///    other side leaves.
final class RunLife {
  private let queue: Queue
  private let settings: QueueSettings
  private let kind: FileSystemKind
  private let sync: Sync
  /// The time between two looks for changes that no event reports.
  private let poll: TimeSpan
  private let link: AgentLink
  private let lease: Lease
  private let memory: OutOfMemory
  /// The kernel's counters when the command began; those of the host once it goes on.
  private var counted = OutOfMemory.Count()
  private let netrc: Netrc
  private var attempt: Attempt
  private var stuck = StuckNote()
  private var desk: RequestDesk
  private var cause: Cause?

  /// Why the command is being stopped.
  private enum Cause: Equatable {
    case request(KillRequest)
    case timeLimit(Double)
    case told

    /// In words, for a user who asks why the run does not end.
    var words: String {
      switch self {
      case .request(let request): request.words
      case .timeLimit(let seconds): "time limit: \(DurationText.text(seconds))"
      case .told: "told to stop"
      }
    }
  }

  init(
    _ attempt: Attempt, _ disk: Disk, _ settings: QueueSettings, poll: TimeSpan, _ link: AgentLink,
    _ memory: OutOfMemory, netrc: Netrc
  ) {
    self.attempt = attempt
    self.memory = memory
    desk = RequestDesk(attempt)
    queue = attempt.queue
    self.settings = settings
    self.poll = poll
    self.link = link
    self.netrc = netrc
    kind = disk.kind
    sync = Sync(settings, disk)
    lease = Lease(seconds: settings.lease, isEnforced: kind == .network)
  }

  /// Brings the attempt from `starting/` to its outcome.
  ///
  /// - Parameters:
  ///   - handsOutGPUs: Whether the agent manages gpus. If so, a run without any sees none.
  ///   - whenOver: Called when the command and all that it had left are gone, before the record is written.
  /// - Returns: The outcome; nil if the claim or the lease was lost, or another outcome was first.
  /// - Throws: ``SpoolError`` only while the file is in `starting/`: its claimer puts it back.
  func live(handsOutGPUs: Bool, whenOver: () -> Void) throws(SpoolError) -> Outcome? {
    // An objection from before the start is the file's fault, and final. Later ones may be the host's.
    let isHopeless = attempt.objection != nil
    var request = attempt.isKillRequested ? try queue.killRequest(of: attempt.run) : nil
    let command = request == nil ? try fork(handsOutGPUs) : nil
    guard let heartbeat = try enter(command) else { return nil }
    // It keeps the start record open and locked until the run has left running/.
    defer { withExtendedLifetime(heartbeat) {} }
    do throws(SpoolError) {
      if request == nil { request = try queue.killRequest(of: attempt.run) }
    } catch {
      attempt.object(error.message)
    }
    guard request == nil, attempt.objection == nil, let command else {
      command?.discard()
      let reason = request?.words ?? attempt.objection ?? "it has no command"
      return publish(
        Outcome(
          state: request == nil ? .crashed : .killed, reason: reason, endedAt: heartbeat.now,
          isHopeless: isHopeless), heartbeat)
    }
    guard lease.isGood else {
      command.discard()
      return nil
    }
    lease.arm(command.leader)
    defer { lease.disarm() }
    guard let outcome = seeToTheEnd(command, heartbeat) else { return nil }
    // Its number may soon be another process's.
    lease.disarm()
    whenOver()
    return publish(outcome, heartbeat)
  }

  // MARK: The start

  /// Forks the command behind its gate. Returns nil if the attempt has an objection.
  private func fork(_ handsOutGPUs: Bool) throws(SpoolError) -> ProcessTree? {
    guard attempt.objection == nil else { return nil }
    do throws(SpoolError) {
      let command = try ProcessTree(
        commandOf: attempt, account: .current, handsOutGPUs: handsOutGPUs, netrc: netrc)
      attempt.hasForked(command.leader)
      return command
    } catch {
      // An error of the system passes: the run waits in the queue meanwhile.
      if error.kind == .system { throw error }
      attempt.object(error.message)
      return nil
    }
  }

  /// Brings the attempt to `running/`. Returns nil if the claim was lost. In this case, and if it throws,
  /// the command is dead.
  private func enter(_ command: ProcessTree?) throws(SpoolError) -> Heartbeat? {
    var hasEntered = false
    defer { if !hasEntered { command?.discard() } }
    let heartbeat = try Heartbeat(
      attempt.publishStart(sync: sync, kind: kind), of: attempt, lease,
      every: .seconds(settings.lease / 4), kind)
    hasEntered = try attempt.enterRunning(sync: sync)
    return hasEntered ? heartbeat : nil
  }

  // MARK: The command

  /// How long a command goes on before its runner gives back memory.
  private static let settling = TimeSpan.seconds(1)

  /// How long processes that the command left may take to end by themselves: the last program of a
  /// pipeline may still write its result.
  private static let respite = TimeSpan.milliseconds(100)

  /// Lets the command go, and waits until it and all processes that it started have ended. Returns nil if
  /// the run was lost; all of them are dead then.
  private func seeToTheEnd(_ command: ProcessTree, _ heartbeat: Heartbeat) -> Outcome? {
    let startedAt = heartbeat.now
    let began = Instant.now
    counted.group = memory.countOfGroup
    do throws(Errno) {
      try command.open()
    } catch {
      // The child is dead already: the loop finds out how it ended.
      link.tell(.trouble("\(attempt.run): cannot let its command go: \(error)"))
    }
    link.tell(.running(run: attempt.run, attempt: attempt.number, pid: command.leader))
    var folder = RunFolder(attempt, kind, sync: sync.isOn, poll: poll)
    let timeout = attempt.start.job?.timeout
    let limit = timeout.map { began + .seconds($0) } ?? .last
    // Without a limit there is nothing to warn of.
    var warning =
      timeout == nil
      ? .last : attempt.start.job?.warn.map { limit - .seconds($0) } ?? .last
    var lean = began + Self.settling
    var end: (Timestamp, TimeSpan)?
    while command.reap() {
      let now = Instant.now
      if command.status == nil {
        if link.isToldToEnd { stop(command, .told) }
        if now >= lean {
          // The command goes on: until it ends, little is to be done.
          lean = .last
          counted.host = OutOfMemory.countOfHost
          // The program's text may be on the server that is away when the lease ends.
          if kind == .local { OwnMemory.giveBack() }
        }
        if !desk.isSuspended, now >= limit + desk.standstill(at: now) {
          stop(command, .timeLimit(timeout ?? 0))
        }
        if !desk.isSuspended, now >= warning + desk.standstill(at: now) {
          warning = .last
          if cause == nil { command.signal(SignalNumber.warning) }
        }
      } else if end == nil {
        end = (heartbeat.now, now - began)
        desk.hasEnded()
        command.clear(respite: Self.respite)
        folder.next = now + .seconds(1)
      }
      if command.status != nil, link.isToldToEnd { command.hurry() }
      command.play()
      if let refusal = command.refusal {
        let reason = command.status == nil ? cause?.words : "its command has ended"
        stuck.say("\(reason ?? "it is over"), but \(refusal)", of: attempt, link)
      }
      guard heartbeat.isKept(attempt) else {
        abandon(command)
        return nil
      }
      if .now >= folder.next { look(command, &folder, heartbeat) }
      var wake = Swift.min(command.next, heartbeat.next, folder.next)
      if command.status == nil, cause == nil, !desk.isSuspended {
        wake = Swift.min(wake, Swift.min(limit, warning) + desk.standstill(at: now))
      }
      if command.status == nil { wake = Swift.min(wake, lean) }
      wait(command, &folder, until: wake)
    }
    let (endedAt, duration) = end ?? (heartbeat.now, .now - began)
    stuck.clear(attempt)
    var outcome = describe(command)
    outcome.leftBehind = command.leftBehind
    outcome.remarks += stuck.remarks
    if let remark = desk.remark(at: .now) { outcome.remarks.append(remark) }
    outcome.endedAt = endedAt
    if command.failure == nil {
      outcome.startedAt = startedAt
      outcome.duration = duration.seconds
    }
    return outcome
  }

  private func look(_ command: ProcessTree, _ folder: inout RunFolder, _ heartbeat: Heartbeat) {
    do throws(SpoolError) {
      let found = try folder.look(mends: command.status == nil, heartbeat, link)
      if let request = found.kill {
        if command.status == nil { stop(command, .request(request)) } else { command.hurry() }
      }
      if !found.others.isEmpty { serve(found.others, command, &folder, heartbeat) }
    } catch {
      // Once the command has ended a request can only hurry the rest.
      if command.status == nil { link.tell(.trouble(error.message)) }
    }
  }

  /// Carries out requests that do not end the run.
  private func serve(
    _ requests: [RunRequest], _ command: ProcessTree, _ folder: inout RunFolder,
    _ heartbeat: Heartbeat
  ) {
    // Before the program executes, a signal would end the copy of this process that is to execute it.
    guard command.isReported else {
      folder.next = .now + .milliseconds(10)
      return
    }
    let objection =
      command.status == nil ? cause.map { "is being ended: \($0.words)" } : "its command has ended"
    var served = 0
    for request in requests {
      do throws(SpoolError) {
        try desk.serve(request, command, objection: objection, at: heartbeat.now)
        served += 1
      } catch {
        link.tell(.trouble("\(attempt.run): \(error.message)"))
      }
    }
    if served > 0, requests.count == Queue.requestsPerLook { folder.next = .now }
  }

  /// Begins to stop the command. Only a request replaces another cause.
  private func stop(_ command: ProcessTree, _ new: Cause) {
    var signal = SignalNumber.term
    var grace = KillRequest.defaultGrace
    if case .request(let request) = new {
      if cause == new { return }
      signal = SignalName.number(request.signal) ?? signal
      grace = request.grace
    } else if cause != nil {
      return
    }
    cause = new
    command.stop(.asking(signal, grace: .seconds(grace), at: .now))
    // A stopped process handles the signal only after it is continued.
    if desk.isSuspended { desk.end(command) }
  }

  /// Kills all processes: the run belongs to another host now.
  private func abandon(_ command: ProcessTree) {
    command.stop(Teardown(at: .now))
    while command.reap() {
      command.play()
      _ = link.wait(until: command.next)
    }
  }

  /// Waits for a signal, the command's report, a note of the agent about the run's folder, or the time.
  private func wait(_ command: ProcessTree, _ folder: inout RunFolder, until deadline: Instant) {
    guard
      let heard = link.wait(command.isReported ? nil : command.report.number, until: deadline)
    else { return }
    if heard.other { command.readReport() }
    if heard.agent { folder.next = .first }
  }

  private func describe(_ command: ProcessTree) -> Outcome {
    var outcome = Outcome(state: .crashed, endedAt: .now)
    if let failure = command.failure {
      let job = attempt.start.job
      outcome.reason = failure.words(
        job?.launcher?.isEmpty == false ? "launcher" : "command",
        program: attempt.start.argv.first ?? "", directory: job?.cwd ?? "",
        path: command.search ?? "")
      return outcome
    }
    outcome.exitCode = command.status?.code
    outcome.signal = command.status?.signal
    let words = command.status?.words ?? "in an unknown way"
    switch cause {
    case .request(let request):
      outcome.state = .killed
      outcome.reason = request.words
    case .timeLimit(let seconds):
      outcome.state = .failed
      outcome.reason = "time limit: \(DurationText.text(seconds)), then \(words)"
    case .told:
      outcome.reason = "told to stop: its runner on \(Host.current.name) was ended, then \(words)"
    case nil:
      outcome.state = outcome.exitCode == 0 ? .finished : .failed
      outcome.reason = words
      if outcome.state == .failed { addLackOfMemory(to: &outcome) }
    }
    return outcome
  }

  /// Adds the facts of the kernel's counters to the end of a command that no request ended.
  private func addLackOfMemory(to outcome: inout Outcome) {
    let now = OutOfMemory.Count(
      group: memory.countOfGroup, host: counted.host == nil ? nil : OutOfMemory.countOfHost)
    // 137 is how a shell tells that KILL has ended its command.
    if outcome.signal == "KILL" || outcome.exitCode == 137 {
      if let words = now.words(since: counted) {
        outcome.reason = (outcome.reason ?? "") + ", " + words
      }
    } else if let remark = now.remark(since: counted) {
      outcome.remarks.append(remark)
    }
  }

  // MARK: The end

  /// Publishes the outcome. If the disk is full, or the system refuses something else, it tries again every
  /// second, and heartbeats go on.
  ///
  /// - Returns: The outcome, which says where the run goes now; nil if the run was lost, or another outcome
  ///   was first.
  private func publish(_ outcome: Outcome, _ heartbeat: Heartbeat) -> Outcome? {
    var told: Errno?
    var outcome = outcome
    var progress = EndProgress()
    while lease.isGood {
      let before = progress.level
      do throws(SpoolError) {
        return try attempt.finish(&outcome, &progress, sync: sync) ? outcome : nil
      } catch {
        heartbeat.remade = progress.start ?? heartbeat.remade
        // Reported once per error number: the message differs each time, by the name of the file.
        let reason = error.errno ?? .inputOutput
        if reason != told {
          link.tell(.trouble("\(attempt.run): \(error.message); trying again"))
        }
        told = reason
      }
      // The next level of the repair may help.
      if progress.level != before { continue }
      // Notes of the agent about the run's folder are no reason to write sooner.
      let next = Instant.now + .seconds(1)
      while !link.isToldToEnd, link.wait(until: next) != nil, .now < next {}
      // A reboot does not wait for space on the disk: recovery will record the run as crashed.
      if link.isToldToEnd { return nil }
      guard heartbeat.isKept(attempt, beats: told == .notFound) else { return nil }
    }
    return nil
  }
}
