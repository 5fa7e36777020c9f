/// The facts in the directory that decide whether a waiting run is started.
package struct WaitingFacts: Sendable {
  package var run: String
  /// `ENTITY/QUEUE`.
  package var queue: String
  /// The argument of `-q` by which commands find the queue.
  package var option: String
  /// The option `-q` and a trailing blank, for commands that need it; empty if the shell's default is this queue.
  package var runOption = ""
  package var parked: QueueFileName.Parked?
  package var file = File.ready
  package var pause: Queue.Pause?
  package var settingsFault: String?
  package var dependencies = Dependencies.Standing.met
  /// The states of the runs that it waits for: `running`, `queued held`.
  package var standings: [String: String] = [:]
  /// The time of its next attempt, and the end of the last attempt.
  package var retry: (time: Timestamp, after: String)?
  /// The failed starts, while the run waits for the next try.
  package var unstarted: UnstartedStarts?
  package var demand = Demand()
  /// The launcher: the program before its command.
  package var launcher: String?
  package var agents: [Agent] = []
  /// How many runs of its queue may be claimed at a time, and how many are claimed.
  package var maxRunning: Int?
  package var claimed = 0
  /// The limit of its sweep, and how many runs of the sweep are claimed.
  package var sweep: (id: String, limit: Int, claimed: Int)?
  /// The number of runs before it that agents may take.
  package var ahead = 0
  /// A larger run before it that other runs have passed for too long.
  package var kept: String?
  /// The present time by the file server's clock.
  package var now: Timestamp

  /// The agents' judgement of the file.
  package enum File: Sendable, Equatable {
    case ready
    /// Agents leave the file alone, for this reason.
    case leftAlone(String)
    case incomplete(String)
    case wrong(String)
    case tooNew(String)
  }

  package struct Agent: Sendable {
    package var host: String
    package var offer: HostOffer
    /// The free capacity, as far as it is known.
    package var free: Capacity
    /// The runs of its queues, as far as they are known.
    package var users: [User] = []
    /// The gpus that runs of other queues have, or processes of no run, each with words for these.
    package private(set) var elsewhere: [String: String] = [:]
    /// The paths of further queues that it serves and that cannot be read from here.
    package var unseenQueues: [String] = []
    /// Programs that its host does not have.
    package var missing: [String]
    /// The cause that keeps it from starting any run.
    package var trouble: String?

    /// Creates an agent from the runs that its host has.
    package init(
      host: String, offer: HostOffer, users: [User], missing: [String] = [], trouble: String? = nil
    ) {
      self.init(
        host: host, offer: offer, free: Capacity(slots: offer.slots, gpus: offer.gpus),
        missing: missing, trouble: trouble)
      self.users = users
      add(elsewhere: [:], free: [:])
    }

    package init(
      host: String, offer: HostOffer, free: Capacity, missing: [String] = [], trouble: String? = nil
    ) {
      self.host = host
      self.offer = offer
      self.free = free
      self.missing = missing
      self.trouble = trouble
    }

    /// Takes in the gpus that others have, beside its users.
    ///
    /// - Parameter free: The free eighths of those of which only a part is in use.
    package mutating func add(elsewhere: [String: String], free: [String: Int]) {
      self.elsewhere = elsewhere
      var taken: [String: Int] = [:]
      for user in users {
        for gpu in user.gpus {
          taken[gpu] = (taken[gpu] ?? 0).adding(clamped: user.eighths)
        }
      }
      for gpu in elsewhere.keys { taken[gpu] = GPUAmount.eighthsOfOne - (free[gpu] ?? 0) }
      var room = GPURoom(whole: offer.gpus.subtracting(clamped: taken.count))
      for eighths in taken.values {
        room.add(eighths: GPUAmount.eighthsOfOne.subtracting(clamped: eighths))
      }
      let slots = users.reduce(offer.slots) { $0.subtracting(clamped: $1.slots) }
      self.free = Capacity(slots: slots, gpus: room)
    }

    var usedSlots: Int { offer.slots.subtracting(clamped: free.slots) }

    /// The gpus in use, as a number: `1.5`.
    var usedGPUs: String {
      let all = offer.gpus.multiplied(clamped: GPUAmount.eighthsOfOne)
      return GPUAmount.text(eighths: all.subtracting(clamped: free.gpus.eighths))
    }
  }

  /// A run that takes room of a host.
  package struct User: Sendable, Equatable {
    package var run: String
    /// The queue of the run, `ENTITY/QUEUE`; nil for the queue of the waiting run.
    package var queue: String?
    package var slots: Int
    package var gpus: [String]
    /// The eighths that it takes of each gpu.
    package var eighths: Int

    package init(
      run: String, queue: String? = nil, slots: Int, gpus: [String] = [],
      eighths: Int = GPUAmount.eighthsOfOne
    ) {
      self.run = run
      self.queue = queue
      self.slots = slots
      self.gpus = gpus
      self.eighths = eighths
    }
  }

  package init(run: String, queue: String, now: Timestamp) {
    self.run = run
    self.queue = queue
    option = queue
    self.now = now
  }
}

extension WaitingFacts {
  /// The first cause in the order of ``WaitingCheck``: removing only a later cause would not help.
  package var explanation: Explanation {
    var found = WaitingCheck.allCases.lazy.compactMap { cause(at: $0) }.first ?? nextCause
    if [.after, .notBefore, .retry, .unstarted].contains(found.cause), agents.isEmpty {
      found = found.adding("no live agent serves \(queue) either: spool agent -q \(option)")
    }
    guard let settingsFault, found.cause != .held, found.cause != .editing else { return found }
    return found.adding(
      "and queue.json cannot be used (\(settingsFault)): agents that run go on with the last good"
        + " settings, one that is started now claims nothing")
  }

  private func because(
    _ cause: Explanation.Cause, _ words: String, _ remedy: String = ""
  ) -> Explanation {
    Explanation(run: run, cause: cause, words: words, remedy: remedy)
  }

  /// The cause that one check finds; nil if it finds nothing.
  private func cause(at check: WaitingCheck) -> Explanation? {
    switch check {
    case .parked: parkedCause
    case .file: fileCause
    case .paused: queueCause
    case .dependencies: dependencyCause
    case .failedStarts: failureCause
    case .retry: retryCause
    case .notBefore: timeCause
    case .agents: agentCause
    case .lack: lackCause
    case .trouble: troubleCause
    case .launcher: launcherCause
    case .maxRunning: queueLimitCause
    case .sweepLimit: sweepLimitCause
    case .capacity: capacityCause
    }
  }

  private var parkedCause: Explanation? {
    switch parked {
    case .held: because(.held, "is held", "spool release \(runOption)\(run) lets it go")
    case .editing:
      because(
        .editing, "is being edited, or its editing was interrupted",
        "spool release \(runOption)\(run) puts it back")
    case nil: nil
    }
  }

  private var fileCause: Explanation? {
    switch file {
    case .ready: nil
    case .leftAlone(let reason):
      because(.untrusted, "is left alone by the agents of \(queue): \(reason)")
    case .incomplete(let reason):
      because(
        .incomplete, "may still be on its way: \(reason)",
        "agents judge it once it has stood still for 5 s")
    case .wrong(let reason):
      because(
        .doomed, "will never start: \(reason)", "the next agent that looks ends it as crashed")
    case .tooNew(let reason): because(.tooNew, "is left alone: \(reason)")
    }
  }

  private var queueCause: Explanation? {
    guard let pause else { return nil }
    return because(
      .paused, "waits since its queue is \(pause.words)", "spool queue resume \(option) goes on")
  }

  private var dependencyCause: Explanation? {
    switch dependencies {
    case .met: return nil
    case .impossible(let reason):
      return because(
        .doomed, "will never start: \(reason)", "the next agent that looks ends it as crashed")
    case .unknown(let name):
      return because(
        .doomed, "will never start: \(Obstacle.words(forUnknown: name))",
        "an agent ends it as crashed once its file has stood still for 5 s")
    case .waiting(let runs):
      let shown = Obstacle.words(for: runs) { run in
        standings[run].map { "\(run) (\($0))" } ?? run
      }
      return because(
        .after, "waits for \(shown) to end",
        "spool why \(runOption)\(runs[0]) tells of the first")
    }
  }

  private var failureCause: Explanation? {
    guard let unstarted else { return nil }
    return because(
      .unstarted, "waits: \(unstarted.words(at: now))",
      "the next try \(distance(to: unstarted.until))")
  }

  private var retryCause: Explanation? {
    guard let retry else { return nil }
    return because(
      .retry, "is tried again at \(retry.time.text) (\(distance(to: retry.time))): \(retry.after)")
  }

  private var timeCause: Explanation? {
    guard let time = demand.opening(after: now) else { return nil }
    return because(
      .notBefore, "may not start before \(time.text) (\(distance(to: time)))",
      "spool edit \(runOption)\(run) can change that")
  }

  private func distance(to time: Timestamp) -> String {
    "in " + DurationText.text(Swift.max(1, time.seconds(since: now).rounded()))
  }

  private var agentCause: Explanation? {
    guard agents.isEmpty else { return nil }
    return because(
      .noAgent, "waits since no live agent serves \(queue)",
      "spool agent -q \(option)\(options) starts one")
  }

  private var lackCause: Explanation? {
    let lacks = agents.compactMap { agent in
      demand.lack(on: agent.offer).map { "\(agent.host) \($0.words)" }
    }
    guard lacks.count == agents.count else { return nil }
    return because(
      .lack, "needs what no live agent of \(queue) has: \(lacks.joined(separator: "; "))",
      "start one that has it: spool agent -q \(option)\(options)")
  }

  private var troubleCause: Explanation? {
    let troubled = fitting.filter { $0.trouble != nil }
    guard !troubled.isEmpty, troubled.count == fitting.count else { return nil }
    let hosts = troubled.map { "\($0.host) cannot start runs: \($0.trouble ?? "")" }
    return because(
      .trouble,
      "waits since the agents of \(queue) are in trouble: \(hosts.joined(separator: "; "))",
      "they try again, at the latest each minute")
  }

  private var launcherCause: Explanation? {
    guard let launcher else { return nil }
    let without = fitting.filter { $0.missing.contains(launcher) }
    guard without.count == fitting.count else { return nil }
    let hosts = without.map { $0.host }.joined(separator: ", ")
    return because(
      .launcher, "needs the launcher \(launcher), which is not there on \(hosts)",
      "install it there, or change launcher in queue.json or in the job")
  }

  /// The agents whose whole capacity, free or not, is enough for the run.
  private var fitting: [Agent] { agents.filter { demand.lack(on: $0.offer) == nil } }

  /// The options with which an agent must be started.
  private var options: String {
    (demand.slots > 1 ? " --slots \(demand.slots)" : "")
      + (demand.gpus.isNone ? "" : " --gpus \(demand.gpus.cards)")
      + demand.labels.map { " --label \($0)" }.joined()
  }

  private var queueLimitCause: Explanation? {
    guard let maxRunning, WaitingCheck.isReached(maxRunning, by: claimed) else { return nil }
    return because(
      .maxRunning,
      "waits since \(claimed) of \(maxRunning) runs of \(queue) run"
        + " (max_running in queue.json)\(behind)", "it starts when one of them ends")
  }

  private var sweepLimitCause: Explanation? {
    guard let sweep, WaitingCheck.isReached(sweep.limit, by: sweep.claimed) else { return nil }
    return because(
      .sweepLimit,
      "waits since \(sweep.claimed) of \(sweep.limit) runs of its sweep \(sweep.id) run",
      "it starts when one of them ends")
  }

  private var capacityCause: Explanation? {
    if roomy.isEmpty {
      let uses = fitting.map { agent in
        let slots = "\(agent.host) has \(agent.usedSlots) of \(agent.offer.slots) slots in use"
        let taken =
          demand.gpus.isNone
          ? slots : slots + " and \(agent.usedGPUs) of \(agent.offer.gpus) gpus"
        return taken + holders(agent)
      }
      return because(
        .full, "waits for room\(needs): \(uses.joined(separator: "; "))\(behind)",
        "it starts when runs there end")
    }
    guard let kept else { return nil }
    return because(
      .kept, "waits since room is kept for \(kept), which others have passed for 10 minutes",
      "it starts when that has started, or fits beside it")
  }

  /// The agents that have room for it now.
  private var roomy: [Agent] { fitting.filter { $0.free.fits(demand) } }

  private var nextCause: Explanation {
    let unseen = roomy.flatMap { agent in agent.unseenQueues.map { "\(agent.host) serves \($0)" } }
    guard unseen.isEmpty else {
      return because(
        .next,
        (ahead == 0
          ? "is next: nothing that can be seen from here stands in its way"
          : "has \(ahead) before it, and there is room as far as it can be seen from here")
          + "; \(Self.few(unseen)), too, and what runs there takes room as well",
        "an agent takes it when it looks next")
    }
    return because(
      .next,
      ahead == 0
        ? "is next: nothing stands in its way" : "has \(ahead) before it, and there is room",
      "an agent takes it when it looks next")
  }

  /// The users of the capacity that the run lacks on an agent's host:
  /// ` (train-9x7c; gpu 0: eval-k2p4 of ann/night, by ann)`.
  private func holders(_ agent: Agent) -> String {
    let lacksSlots = agent.free.slots < demand.slots
    var words = agent.users.filter { lacksSlots || !$0.gpus.isEmpty }.map { user in
      user.run + (user.queue.map { " of " + $0 } ?? "")
    }
    if !agent.free.gpus.fits(demand.gpus) {
      words += agent.elsewhere.sorted { $0.key < $1.key }.map { "gpu \($0.key): \($0.value)" }
    }
    return words.isEmpty ? "" : " (\(Self.few(words)))"
  }

  private static func few(_ words: [String]) -> String {
    words.prefix(4).joined(separator: "; ")
      + (words.count > 4 ? " and \(words.count - 4) more" : "")
  }

  private var needs: String {
    if demand.slots == 1, demand.gpus.isNone { return "" }
    var parts = [counted(demand.slots, "slot")]
    if !demand.gpus.isNone { parts.append(demand.gpus.words) }
    return " for " + parts.joined(separator: " and ")
  }

  private var behind: String {
    ahead == 0 ? "" : ", and \(counted(ahead, "run is", "runs are")) before it"
  }
}

extension Explanation {
  /// The explanation with one more part of the sentence.
  fileprivate func adding(_ more: String) -> Explanation {
    Explanation(
      run: run, cause: cause, words: words, remedy: remedy.isEmpty ? more : remedy + "; " + more)
  }
}
