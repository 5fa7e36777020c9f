import SpoolQueue
import SpoolTesting
import Testing

@Suite("Why a waiting run does not run") struct WhyTests {
  private static let now = Timestamp("2026-11-22T13:15:01Z") ?? .now

  private static func agent(
    _ host: String, slots: Int = 2, gpus: Int = 0, labels: Set<String> = [], used: Int = 0,
    usedGPUs: Int = 0, missing: [String] = [], trouble: String? = nil
  ) -> WaitingFacts.Agent {
    WaitingFacts.Agent(
      host: host, offer: HostOffer(slots: slots, gpus: gpus, labels: labels.union([host])),
      free: Capacity(slots: slots - used, gpus: gpus - usedGPUs), missing: missing, trouble: trouble
    )
  }

  private static func later(_ seconds: Int64) -> Timestamp {
    Timestamp(nanoseconds: now.nanoseconds + seconds * 1_000_000_000)
  }

  /// What changes of a run that nothing keeps, and what is said then.
  static let cases: [(Explanation.Cause, @Sendable (inout WaitingFacts) -> Void, String)] = [
    (.next, { _ in }, "r is next: nothing stands in its way; an agent takes it when it looks next"),
    (
      .next, { $0.ahead = 3 },
      "r has 3 before it, and there is room; an agent takes it when it looks next"
    ),
    (.held, { $0.parked = .held }, "r is held; spool release r lets it go"),
    (
      .editing, { $0.parked = .editing },
      "r is being edited, or its editing was interrupted; spool release r puts it back"
    ),
    (
      .untrusted, { $0.file = .leftAlone("everybody can write it (chmod o-w)") },
      "r is left alone by the agents of me/q: everybody can write it (chmod o-w)"
    ),
    (
      .incomplete, { $0.file = .incomplete("line 1: cut off") },
      "r may still be on its way: line 1: cut off; agents judge it once it has stood still for 5 s"
    ),
    (
      .doomed, { $0.file = .wrong("line 1: bad") },
      "r will never start: line 1: bad; the next agent that looks ends it as crashed"
    ),
    (.tooNew, { $0.file = .tooNew("format 2") }, "r is left alone: format 2"),
    (
      .paused,
      { $0.pause = Queue.Pause(owner: "ana", since: .now, reason: "new disks") },
      "r waits since its queue is paused by ana: new disks; spool queue resume me/q goes on"
    ),
    (
      .after,
      {
        $0.dependencies = .waiting(for: ["a", "b", "c", "d"])
        $0.standings = ["a": "running", "b": "queued held"]
      },
      "r waits for a (running), b (queued held), c and 1 more to end; spool why a tells of the first"
    ),
    (
      .doomed, { $0.dependencies = .impossible("it waits for a to finish, and that failed") },
      "r will never start: it waits for a to finish, and that failed; the next agent that looks ends"
        + " it as crashed"
    ),
    (
      .doomed, { $0.dependencies = .unknown("a") },
      "r will never start: it waits for a, and there is no such run; an agent ends it as crashed once"
        + " its file has stood still for 5 s"
    ),
    (
      .notBefore, { $0.demand.notBefore = later(7200) },
      "r may not start before 2026-11-22T15:15:01.000Z (in 2h); spool edit r can change that"
    ),
    (
      .retry, { $0.retry = (later(30), "attempt 1 failed: exit status 3") },
      "r is tried again at 2026-11-22T13:15:31.000Z (in 30s): attempt 1 failed: exit status 3"
    ),
    (
      .unstarted,
      {
        let mark = UnstartedMark(
          claim: ClaimName(agent: "h1-abcd", number: 1), host: "h1", inode: 1, counts: true,
          cause: "signal ILL")
        var starts = UnstartedStarts(last: mark, at: later(-12))
        starts.times = 2
        $0.unstarted = starts
      },
      "r waits: its runner died twice before its command began (signal ILL, on h1, 12s ago); the next"
        + " try in 4s"
    ),
    (
      .trouble,
      { $0.agents = [agent("box", trouble: "Too many open files")] },
      "r waits since the agents of me/q are in trouble: box cannot start runs: Too many open files;"
        + " they try again, at the latest each minute"
    ),
    (
      .noAgent, { $0.agents = [] },
      "r waits since no live agent serves me/q; spool agent -q me/q starts one"
    ),
    (
      .noAgent,
      {
        $0.agents = []
        $0.demand.gpus = 2
      }, "r waits since no live agent serves me/q; spool agent -q me/q --gpus 2 starts one"
    ),
    (
      .lack,
      {
        $0.demand.labels = ["cuda12"]
        $0.demand.slots = 3
        $0.agents = [agent("box"), agent("gpu1", labels: ["cuda12"])]
      },
      "r needs what no live agent of me/q has: box lacks the label cuda12; gpu1 has 2 slots in all,"
        + " and it needs 3; start one that has it: spool agent -q me/q --slots 3 --label cuda12"
    ),
    (
      .launcher,
      {
        $0.launcher = "srun"
        $0.agents = [agent("box", missing: ["srun"])]
      },
      "r needs the launcher srun, which is not there on box; install it there, or change launcher in"
        + " queue.json or in the job"
    ),
    (
      .next,
      {
        $0.launcher = "srun"
        $0.agents = [agent("box", missing: ["srun"]), agent("cluster")]
      }, "r is next: nothing stands in its way; an agent takes it when it looks next"
    ),
    (
      .maxRunning,
      {
        $0.maxRunning = 2
        $0.claimed = 2
        $0.ahead = 1
      },
      "r waits since 2 of 2 runs of me/q run (max_running in queue.json), and 1 run is before it; it"
        + " starts when one of them ends"
    ),
    (
      .sweepLimit, { $0.sweep = ("s-1", 3, 3) },
      "r waits since 3 of 3 runs of its sweep s-1 run; it starts when one of them ends"
    ),
    (
      .full,
      {
        $0.agents = [agent("box", used: 2), agent("gpu1", slots: 4, used: 4)]
        $0.ahead = 12
      },
      "r waits for room: box has 2 of 2 slots in use; gpu1 has 4 of 4 slots in use, and 12 runs are"
        + " before it; it starts when runs there end"
    ),
    (
      .full,
      {
        $0.demand.gpus = 2
        $0.agents = [agent("box"), agent("gpu1", gpus: 4, used: 1, usedGPUs: 3)]
      },
      "r waits for room for 1 slot and 2 gpus: gpu1 has 1 of 2 slots in use and 3 of 4 gpus; it starts"
        + " when runs there end"
    ),
    (
      .full,
      {
        let users = (1...6).map { number in
          WaitingFacts.User(
            run: "a\(number)", queue: number == 2 ? "me/other" : nil,
            slots: 1)
        }
        $0.agents = [WaitingFacts.Agent(host: "box", offer: HostOffer(slots: 6), users: users)]
      },
      "r waits for room: box has 6 of 6 slots in use (a1; a2 of me/other; a3; a4 and 2 more); it starts"
        + " when runs there end"
    ),
    (
      .full,
      {
        $0.demand.gpus = 1
        let users = [
          WaitingFacts.User(run: "a", slots: 1),
          WaitingFacts.User(run: "b", slots: 1, gpus: ["0"]),
        ]
        var box = WaitingFacts.Agent(
          host: "box", offer: HostOffer(slots: 9, gpus: 2), users: users)
        box.add(elsewhere: ["1": "train of ann/night, by ann"], free: [:])
        $0.agents = [box]
      },
      "r waits for room for 1 slot and 1 gpu: box has 2 of 9 slots in use and 2 of 2 gpus (b; gpu 1:"
        + " train of ann/night, by ann); it starts when runs there end"
    ),
    (
      .full,
      {
        $0.demand.gpus = 0.5
        let users = [
          WaitingFacts.User(run: "a", slots: 1, gpus: ["0"], eighths: 4),
          WaitingFacts.User(run: "b", slots: 1, gpus: ["0"], eighths: 1),
        ]
        var box = WaitingFacts.Agent(
          host: "box", offer: HostOffer(slots: 9, gpus: 2), users: users)
        box.add(elsewhere: ["1": "train of ann/night, by ann (0.75)"], free: ["1": 2])
        $0.agents = [box]
      },
      "r waits for room for 1 slot and 0.5 of a gpu: box has 2 of 9 slots in use and 1.375 of 2 gpus"
        + " (a; b; gpu 1: train of ann/night, by ann (0.75)); it starts when runs there end"
    ),
    (
      .next,
      {
        $0.demand.gpus = 0.375
        let user = WaitingFacts.User(run: "a", slots: 1, gpus: ["0"], eighths: 5)
        $0.agents = [
          WaitingFacts.Agent(host: "box", offer: HostOffer(slots: 9, gpus: 1), users: [user])
        ]
      },
      "r is next: nothing stands in its way; an agent takes it when it looks next"
    ),
    (
      .lack,
      {
        $0.demand.gpus = 0.5
        $0.agents = [agent("box")]
      },
      "r needs what no live agent of me/q has: box hands out 0 gpus, and it needs 0.5; start one that has it:"
        + " spool agent -q me/q --gpus 1"
    ),
    (
      .next,
      {
        var box = agent("box")
        box.unseenQueues = ["/spool/ann/private"]
        $0.agents = [box]
      },
      "r is next: nothing that can be seen from here stands in its way; box serves /spool/ann/private,"
        + " too, and what runs there takes room as well; an agent takes it when it looks next"
    ),
    (
      .kept, { $0.kept = "large" },
      "r waits since room is kept for large, which others have passed for 10 minutes; it starts when"
        + " that has started, or fits beside it"
    ),
  ]

  @Test("Each cause, and what would change it", arguments: cases.indices)
  func cause(_ index: Int) {
    let (cause, change, sentence) = Self.cases[index]
    var facts = WaitingFacts(run: "r", queue: "me/q", now: Self.now)
    facts.agents = [Self.agent("box")]
    change(&facts)
    #expect(facts.explanation.cause == cause)
    #expect(facts.explanation.sentence == sentence)
  }

  @Test("The cause that counts is the one that agents meet first") func order() {
    var facts = WaitingFacts(run: "r", queue: "me/q", now: Self.now)
    #expect(facts.explanation.cause == .noAgent)
    facts.demand.notBefore = Self.later(60)
    #expect(facts.explanation.cause == .notBefore)
    #expect(
      facts.explanation.sentence.hasSuffix("no live agent serves me/q either: spool agent -q me/q"))
    facts.dependencies = .waiting(for: ["a"])
    #expect(facts.explanation.cause == .after)
    facts.pause = Queue.Pause(owner: "ana", since: .now, reason: nil)
    #expect(facts.explanation.cause == .paused)
    facts.file = .wrong("x")
    #expect(facts.explanation.cause == .doomed)
    facts.parked = .held
    #expect(facts.explanation.cause == .held)
  }

  @Test("Settings that do not parse are told of beside the cause") func settings() {
    var facts = WaitingFacts(run: "r", queue: "me/q", now: Self.now)
    facts.agents = [Self.agent("box", used: 2)]
    facts.settingsFault = "line 1, column 2: unknown key"
    #expect(facts.explanation.cause == .full)
    #expect(
      facts.explanation.sentence.hasSuffix(
        "and queue.json cannot be used (line 1, column 2: unknown key): agents that run go on with the"
          + " last good settings, one that is started now claims nothing"))
  }

  private func why(_ queue: Queue, _ run: String) throws -> Explanation {
    try queue.explanation(of: run)
  }

  @Test("From the files alone") func files() throws {
    try withQueue { queue in
      let run = try queue.launch()
      #expect(try why(queue, run).cause == .noAgent)
      let agent = try TestAgent(in: queue)
      #expect(try why(queue, run).cause == .next)
      try queue.pause()
      #expect(try why(queue, run).cause == .paused)
      try queue.resume()
      try queue.hold(run)
      #expect(try why(queue, run).cause == .held)
      try queue.release(run)
      var job = Job(command: ["true"])
      job.after = Dependencies()
      job.after?.ok = [run]
      let second = try queue.enqueue(job)
      #expect(
        try why(queue, second).sentence.hasPrefix("\(second) waits for \(run) (queued) to end"))
      job.after = nil
      job.require = ["nowhere"]
      let third = try queue.enqueue(job)
      #expect(try why(queue, third).cause == .lack)
      _ = try queue.claim(try queue.waitingFile(of: run), by: agent)
      #expect(try why(queue, run).cause == .starting)
      // The agent has one slot, and its claim takes it.
      let fourth = try queue.enqueue(Job(command: ["true"]))
      let full = try why(queue, fourth)
      #expect(full.cause == .full)
      #expect(
        full.sentence
          == "\(fourth) waits for room: \(Host.current.name) has 1 of 1 slots in use (\(run)), and"
          + " 2 runs are before it; it starts when runs there end")
      #expect(throws: SpoolError.self) { try why(queue, "nobody") }
    }
  }
}
