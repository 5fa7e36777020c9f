import SpoolQueue
import SpoolTesting
import Testing

@Suite("Hooks")
struct HookTests {
  private static let all = #"{"on_end": ["a"], "on_failure": ["b"], "on_empty": ["c"]}"#

  /// Ends a run that has hooks, as its runner does.
  private func end(
    _ queue: Queue, _ base: String = "run", hooks: String = all, as outcome: Outcome = .finished()
  ) throws -> Attempt {
    let agent = try TestAgent(in: queue)
    let run = try queue.launch(#"{"command": ["true"], "hooks": \#(hooks)}"#, named: base)
    let attempt = try queue.start(try queue.waitingFile(of: run), by: agent)
    try #require(try attempt.finish(outcome, sync: false))
    try queue.unregister(agent: agent.name)
    return attempt
  }

  private func request(_ queue: Queue, _ file: String) throws -> HookRequest {
    try #require(try queue.hookRequests().requests.first { $0.file == file })
  }

  @Test(
    "names in hooks/",
    arguments: [
      ("run.on_end.json", "on_end"), ("a.b-1.on_failure.json", "on_failure"),
      ("on_empty.3k1v.json", "on_empty"), ("on_empty.x.on_end.json", "on_end"),
      ("on_empty.json", nil), ("on_empty.a.b.json", nil), ("on_end.json", nil),
      (".on_end.json", nil), ("-x.on_end.json", nil), ("run.on_end", nil), ("notify.sh", nil),
      (".run.on_end.json", nil), ("run.on_empty.json", nil),
    ] as [(String, String?)])
  func names(_ file: String, _ event: String?) {
    #expect(HookRequest(file)?.event.rawValue == event)
  }

  @Test("an end asks for the hooks that it is an event of; another attempt is no end")
  func asked() throws {
    try withQueue { queue in
      let finished = try end(queue, "good")
      #expect(try queue.names(.hooks) == ["\(finished.run).on_end.json", "on_empty.json"])
      let failed = try end(queue, "bad", as: .failed(3))
      #expect(
        try queue.names(.hooks) == [
          "\(failed.run).on_end.json", "\(failed.run).on_failure.json",
          "\(finished.run).on_end.json", "on_empty.json",
        ])
      // The last one that ended waits for the queue to be empty.
      #expect(try readFile(queue.path(.hooks, "on_empty.json")).contains("\"\(failed.run)\""))
      let before = try queue.names(.hooks)
      _ = try end(queue, "again", as: .failed(3, next: .queued))
      _ = try end(queue, "none", hooks: #"{"on_failure": ["b"]}"#)
      _ = try end(queue, "empty", hooks: #"{"on_end": []}"#)
      #expect(try queue.names(.hooks) == before)
    }
  }

  @Test("one hook is begun once, however often it is asked for")
  func once() throws {
    try withQueue { queue in
      let attempt = try end(queue, as: .failed(3))
      let file = "\(attempt.run).on_failure.json"
      let asked = try request(queue, file)
      let hook = try #require(try queue.begin(asked))
      #expect(hook.record.argv == ["b"])
      #expect(hook.ended.state == .failed)
      #expect(hook.start.job?.command == ["true"])
      #expect(try !queue.names(.hooks).contains(file))
      // Gone; and asked for again by one who carries the end on.
      #expect(try queue.begin(asked) == nil)
      try System.link(
        queue.runPath(attempt.run, "1/end.json"), queue.path(.hooks, file))
      #expect(try queue.begin(asked) == nil)
      #expect(try !queue.names(.hooks).contains(file))
      let seen = try #require(try queue.attempts(of: attempt.run)[0].hooks.first)
      #expect(seen.event == .failure)
      #expect(seen.standing.hasPrefix("running on "))
      // The other event of the same end is another hook.
      #expect(try queue.begin(try request(queue, "\(attempt.run).on_end.json")) != nil)
    }
  }

  @Test("a request is a hint: what is not so is void, and what is no request stays")
  func hints() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch(
        #"{"command": ["true"], "hooks": {"on_failure": ["b"]}}"#, named: "run")
      let running = try queue.start(try queue.waitingFile(of: run), by: agent)
      func ask(_ file: String, _ text: String) throws -> Hook? {
        try writeFile(queue.path(.hooks, file), text)
        return try queue.begin(try #require(HookRequest(file)))
      }
      let text = #"{"run": "\#(run)", "attempt": 1, "argv": ["evil"]}"#
      // Not over; then not failed; then of no such run.
      #expect(try ask("\(run).on_failure.json", text) == nil)
      try running.finish(.finished(), sync: false)
      #expect(try ask("\(run).on_failure.json", text) == nil)
      #expect(try ask("\(run).on_end.json", text) == nil)
      #expect(try ask("on_empty.x.json", #"{"run": "nosuch", "attempt": 1}"#) == nil)
      #expect(try queue.names(.hooks) == [])
      for wrong in ["", "{", #"{"run": "other", "attempt": 1}"#, #"{"run": "\#(run)"}"#] {
        let error = #expect(throws: SpoolError.self) { try ask("\(run).on_end.json", wrong) }
        #expect(error?.kind == .badInput)
        #expect(try queue.names(.hooks) == ["\(run).on_end.json"])
      }
      try queue.unregister(agent: agent.name)
    }
  }

  @Test("queue and job: the job's hook replaces the queue's, one by one")
  func merged() throws {
    try withQueue { queue in
      try writeFile(
        queue.path + "/queue.json",
        #"{"hooks": {"on_end": ["q"], "on_failure": ["q"], "timeout": 5}, "sync": false}"#)
      let settings = try queue.readSettings()
      let agent = try TestAgent(in: queue)
      func started(_ text: String) throws -> StartRecord {
        try queue.drop("a.json", text)
        let claimed = try #require(try queue.claim("a.json", by: agent))
        let attempt = try #require(try queue.makeAttempt(claimed, settings: settings, slot: 0))
        _ = try queue.giveBack(claimed)
        return attempt.start
      }
      let own = try started(
        #"{"command": ["true"], "hooks": {"on_end": ["j"], "on_failure": [], "timeout": 7}}"#)
      #expect(own.hooks?.onEnd == ["j"])
      #expect(own.hooks?.command(for: .failure) == nil)
      #expect(own.hooks?.limit == 7)
      // A file that does not parse has the queue's; one that is not trusted has no say.
      #expect(try started("{").hooks?.onEnd == ["q"])
      #expect(StartRecord(own.json.bytes())?.hooks == own.hooks)
      try queue.unregister(agent: agent.name)
    }
  }

  @Test("whoever ends a run asks: a kill of a waiting one, and recovery")
  func everybody() throws {
    try withQueue { queue in
      let text = #"{"command": ["true"], "hooks": {"on_failure": ["b"]}}"#
      let waiting = try queue.launch(text, named: "waiting")
      #expect(try queue.kill(waiting, KillRequest()) == .ended)
      #expect(try queue.names(.hooks) == ["\(waiting).on_failure.json"])
      let agent = try TestAgent(in: queue)
      let orphan = try queue.launch(text, named: "orphan")
      _ = try queue.start(try queue.waitingFile(of: orphan), by: agent, holder: try .dead())
      var recoverer = Recoverer(queue)
      _ = try recoverer.run()
      #expect(
        try queue.names(.hooks) == ["\(orphan).on_failure.json", "\(waiting).on_failure.json"])
      try queue.unregister(agent: agent.name)
    }
  }

  @Test("a hook that cannot be asked for keeps no run from its end, and is shown")
  func unasked() throws {
    try withQueue(isSound: false) { queue in
      try System.removeDirectory(queue.path(.hooks))
      let attempt = try end(queue, hooks: #"{"on_end": ["a"]}"#)
      #expect(try queue.names(.running) == [])
      let hook = try #require(try queue.attempts(of: attempt.run)[0].hooks.first)
      #expect(hook.standing.hasPrefix("it could not be asked for: "))
      #expect(!hook.isGood)
    }
  }

  @Test("empty is when nothing waits that an agent takes, and nothing is under way")
  func emptiness() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      #expect(try queue.sightings.isWorkedOff())
      let held = try queue.launch(named: "held", held: true)
      try writeFile(queue.path(.queued, "README"), "")
      #expect(try queue.sightings.isWorkedOff())
      try queue.drop("a.json")
      #expect(try !queue.sightings.isWorkedOff())
      let claimed = try #require(try queue.claim("a.json", by: agent))
      #expect(try !queue.sightings.isWorkedOff())
      var attempt = try #require(
        try queue.makeAttempt(claimed, settings: QueueSettings(), slot: 0))
      _ = try attempt.publishStart(sync: false)
      try #require(try attempt.enterRunning(sync: false))
      #expect(try !queue.sightings.isWorkedOff())
      try attempt.finish(.finished(), sync: false)
      #expect(try queue.sightings.isWorkedOff())
      try queue.release(held)
      #expect(try !queue.sightings.isWorkedOff())
      try queue.unregister(agent: agent.name)
    }
  }

  @Test("one agent takes the request that waits for emptiness, and its hook is begun once")
  func oneTakes() throws {
    try withQueue { queue in
      let attempt = try end(queue, hooks: #"{"on_empty": ["c"]}"#)
      let taken = try #require(try queue.claimEmptyHook())
      #expect(try queue.claimEmptyHook() == nil)
      #expect(try queue.hookRequests().requests == [taken])
      let hook = try #require(try queue.begin(taken))
      #expect(hook.run == attempt.run)
      // One who carries the end on late asks once more.
      try queue.requestHooks(attempt.start.hooks, of: attempt.run, 1, .finished)
      let late = try #require(try queue.claimEmptyHook())
      #expect(try queue.begin(late) == nil)
      #expect(try queue.names(.hooks) == [])
    }
  }

  @Test("the record of a hook is what was written")
  func record() throws {
    // As precise as a record has it.
    let time = try #require(Timestamp("2026-11-22T13:15:01.482Z"))
    var hook = HookRecord(
      event: .end, argv: ["a", "b"], timeout: 2.5, holder: .current, startedAt: time)
    #expect(HookRecord(hook.json.bytes()) == hook)
    hook.endedAt = time
    hook.duration = 0.25
    hook.exitCode = 3
    hook.reason = "exit status 3"
    hook.printed = 7
    #expect(HookRecord(hook.json.bytes()) == hook)
    #expect(!hook.isGood)
    hook.holder = try .dead()
    #expect(hook.standing == "exit status 3")
    hook.reason = nil
    #expect(
      hook.standing
        == "begun on \(Host.current.name); its process died, and its end is not recorded")
    #expect(HookRecord([]) == nil)
  }
}
