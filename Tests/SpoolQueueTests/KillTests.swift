import SpoolQueue
import SpoolTesting
import Testing

@Suite struct KillTests {
  let request = KillRequest(reason: "too slow", signal: "INT", grace: 3)

  /// Kills a waiting run, and expects it in `done/` as killed.
  private func expectEnded(_ queue: Queue, _ run: String, asked name: String? = nil) throws {
    #expect(try queue.kill(name ?? run, request) == .ended)
    let record = try queue.record(of: run)
    #expect(record["state"] == "killed" && record["reason"] == .string(request.words))
    #expect(record["started_at"] == .null && record["exit_code"] == .null)
    #expect(record["attempt"] == 1)
    for folder in [Queue.Folder.queued, .starting, .running] {
      #expect(try queue.names(folder) == [])
    }
    #expect(try queue.names(inRun: run) == ["1", "kill"])
    #expect(try queue.names(inRun: run + "/1") == ["end.json", "job.json", "start.json"])
  }

  @Test("A waiting run ends as killed, with who and why") func queued() throws {
    try withQueue { queue in
      let run = try queue.launch()
      try expectEnded(queue, run)
      let user = Account.current.name
      #expect(request.words == "killed by \(user) on \(Host.current.name): too slow")
      #expect(try queue.kill(run, request) == .wasDone)
    }
  }

  @Test("A held run ends as killed") func held() throws {
    try withQueue { queue in
      let run = try queue.launch(held: true)
      try expectEnded(queue, run)
    }
  }

  @Test("What is not a regular file is refused, and stays for its owner to remove") func noJob()
    throws
  {
    try withQueue { queue in
      let names = ["50-20261127T000000.000000Z-full.json", "dropped.json", "link.json"]
      for name in names.prefix(2) {
        try System.makeDirectory(queue.path(.queued, name), permissions: 0o700)
      }
      try Platform.makeLink(queue.path(.queued, names[2]), to: "/dev/null")
      for run in ["full", "dropped", "link"] {
        let error = #expect(throws: SpoolError.self) { try queue.kill(run, request) }
        #expect(error?.kind == .badInput)
      }
      #expect(Set(try queue.list(.queued)) == Set(names))
      for folder in [Queue.Folder.starting, .running, .done, .runs] {
        #expect(try queue.list(folder) == [])
      }
      for name in names.prefix(2) { try System.removeDirectory(queue.path(.queued, name)) }
      try System.unlink(queue.path(.queued, names[2]))
    }
  }

  @Test("A dropped file ends as killed, under the name it gets") func dropped() throws {
    try withQueue { queue in
      try queue.drop("10-two words.json")
      try expectEnded(queue, "two_words")
    }
  }

  @Test("A waiting drop is not in the way of the run whose name it asks for") func taken() throws {
    try withQueue { queue in
      try queue.drop("hello.json")
      let first = try queue.start("hello.json", by: try TestAgent(in: queue))
      try queue.drop("hello.json")
      #expect(try queue.kill("hello", request) == .requested)
      #expect(try queue.killRequest(of: "hello") != nil)
      #expect(try queue.locate("hello") == .running(first.name))
      #expect(try queue.names(.queued) == ["hello.json"])
      try first.finish(.finished(), sync: false)
      #expect(try queue.kill("hello", request) == .wasDone)
      #expect(try queue.names(.queued) == ["hello.json"])
    }
  }

  @Test("A file that is no job ends as killed") func invalid() throws {
    try withQueue { queue in
      try queue.drop("bad.json", "{")
      try expectEnded(queue, "bad")
    }
  }

  @Test("A running run gets a request, and its runner ends it") func running() throws {
    try withQueue { queue in
      let attempt = try queue.startRun(by: try TestAgent(in: queue))
      #expect(try queue.killRequest(of: attempt.run) == nil)
      #expect(try queue.kill(attempt.run, request) == .requested)
      let read = try #require(try queue.killRequest(of: attempt.run))
      #expect(read.author.user == request.author.user && read.author.host == request.author.host)
      #expect(read.signal == "INT" && read.grace == 3 && read.author.reason == "too slow")
      #expect(try queue.locate(attempt.run) == .running(attempt.name))
      #expect(try System.information(queue.runPath(attempt.run, "kill")).permissions == 0o600)
      #expect(try queue.names(inRun: attempt.run) == ["1", "kill"])
    }
  }

  @Test("A run that is starting gets a request that its runner will see") func starting() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch()
      let name = try #require(try queue.claim(try queue.waitingFile(of: run), by: agent))
      #expect(try queue.kill(run, request) == .requested)
      #expect(try queue.killRequest(of: run) != nil)
      #expect(try queue.locate(run) == .starting(name))
    }
  }

  @Test("A later request replaces an earlier one") func replaced() throws {
    try withQueue { queue in
      let attempt = try queue.startRun(by: try TestAgent(in: queue))
      _ = try queue.kill(attempt.run, request)
      _ = try queue.kill(attempt.run, KillRequest(signal: "KILL", grace: 0))
      let read = try #require(try queue.killRequest(of: attempt.run))
      #expect(read.signal == "KILL" && read.grace == 0 && read.author.reason == nil)
    }
  }

  @Test(
    "A request is obeyed whatever is in it", arguments: ["", "stop it", "{\"grace\": -1}", "[]"])
  func handMade(_ text: String) throws {
    try withQueue { queue in
      let attempt = try queue.startRun(by: try TestAgent(in: queue))
      try writeFile(queue.runPath(attempt.run, "kill"), text)
      let read = try #require(try queue.killRequest(of: attempt.run))
      #expect(read.author.user == Account.current.name)
      #expect(read.signal == "TERM" && read.grace == KillRequest.defaultGrace)
    }
  }

  @Test("A run that is over stays as it ended") func done() throws {
    try withQueue { queue in
      let attempt = try queue.startRun(by: try TestAgent(in: queue))
      try attempt.finish(.finished(), sync: false)
      #expect(try queue.kill(attempt.run, request) == .wasDone)
      #expect(try queue.record(of: attempt.run)["state"] == "finished")
      #expect(try queue.names(inRun: attempt.run) == ["1"])
    }
  }

  @Test("A run that waits for its second attempt ends as killed") func retried() throws {
    try withQueue { queue in
      let attempt = try queue.startRun(by: try TestAgent(in: queue))
      try attempt.finish(.failed(1, next: .queued), sync: false)
      #expect(try queue.kill(attempt.run, request) == .ended)
      let record = try queue.record(of: attempt.run)
      #expect(record["state"] == "killed" && record["attempt"] == 2)
    }
  }

  @Test("A run that is not there cannot be killed") func unknown() throws {
    try withQueue { queue in
      let error = #expect(throws: SpoolError.self) { try queue.kill("nothing", request) }
      let runs = try queue.names(.runs)
      #expect(error?.kind == .notFound)
      #expect(runs == [])
    }
  }

  @Test("A typing error in queue.json keeps nobody from killing") func badSettings() throws {
    try withQueue { queue in
      let run = try queue.launch()
      try writeFile(queue.path + "/queue.json", "{\"leas\": 1}")
      try expectEnded(queue, run)
    }
  }

  @Test("An agent that was quicker has the run, and its runner sees the request") func lostRace()
    throws
  {
    try withQueue { queue in
      // The request stands before the claim is tried, so that no claim of the run starts anything.
      let agent = try TestAgent(in: queue)
      let run = try queue.launch()
      let name = try #require(try queue.claim(try queue.waitingFile(of: run), by: agent))
      #expect(try queue.kill(run, request) == .requested)
      #expect(try queue.giveBack(name))
      // Whoever claims it next finds the request too.
      #expect(try queue.killRequest(of: run) != nil)
      #expect(try queue.kill(run, request) == .ended)
    }
  }
}
