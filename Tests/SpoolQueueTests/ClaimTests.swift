import Dispatch
import SpoolQueue
import SpoolTesting
import Synchronization
import Testing

@Suite struct ClaimTests {
  @Test("A claimed run is in starting/ under its claim") func claimed() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch()
      let file = try queue.waitingFile(of: run)
      let name = try #require(try queue.claim(file, by: agent))
      #expect(name.text == file.dropLast(5) + "@\(agent.name).1.json")
      #expect(try queue.names(.queued) == [])
      #expect(try queue.names(.starting) == [name.text])
      #expect(try queue.locate(run) == .starting(name))
    }
  }

  @Test("A claim of what another took is no error") func tooLate() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let file = try queue.waitingFile(of: try queue.launch())
      let information = try System.information(queue.path(.queued, file))
      try #require(try queue.claim(file, information, for: agent.nextClaim()) != nil)
      #expect(try queue.claim(file, information, for: agent.nextClaim()) == nil)
      #expect(try queue.names(.starting).count == 1)
    }
  }

  @Test("A claim in a queue that is gone is an error, not a lost race") func unmounted() throws {
    try withQueue(isSound: false) { queue in
      let agent = try TestAgent(in: queue)
      let file = try queue.waitingFile(of: try queue.launch())
      let information = try System.information(queue.path(.queued, file))
      try System.rename(queue.path, queue.path + "-elsewhere")
      #expect(throws: SpoolError.self) {
        try queue.claim(file, information, for: agent.nextClaim())
      }
    }
  }

  @Test("Of many claimers, each run goes to one") func race() throws {
    try withQueue { queue in
      let agents = try (0..<4).map { _ in try TestAgent(in: queue).name }
      for number in 0..<40 { try queue.drop("drop\(number).json") }
      for _ in 0..<20 { _ = try queue.launch() }
      let files = try queue.names(.queued).map { file in
        (file: file, information: try System.information(queue.path(.queued, file)))
      }
      let won = Mutex<[String: Int]>([:])
      DispatchQueue.concurrentPerform(iterations: agents.count) { agent in
        for (number, waiting) in files.enumerated() {
          let claim = ClaimName(agent: agents[agent], number: number)
          do {
            if try queue.claim(waiting.file, waiting.information, for: claim) != nil {
              won.withLock { $0[waiting.file, default: 0] += 1 }
            }
          } catch {
            Issue.record(error)
          }
        }
      }
      won.withLock { won in
        #expect(won.count == 60)
        #expect(won.values.allSatisfy { $0 == 1 })
      }
      #expect(try queue.names(.queued) == [])
      let runs = try queue.names(.starting).compactMap { QueueFileName($0)?.base }
      #expect(Set(runs).count == 60)
      // The names that the losers reserved are free again.
      #expect(try queue.names(.runs) == runs.sorted())
      // As they asked for, or with a number: where the machine lets a claimer sleep between its two
      // steps, the others do not wait for it.
      for number in 0..<40 {
        let own = runs.filter { $0 == "drop\(number)" || $0.hasPrefix("drop\(number)-") }
        #expect(own.count == 1)
      }
    }
  }

  @Test("A dropped file gets the name it lacks, and keeps it") func dropped() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      try queue.drop("10-hello.json")
      let modified = try System.information(queue.path(.queued, "10-hello.json")).modified
      let name = try #require(try queue.claim("10-hello.json", by: agent))
      #expect(name.text == "10-\(modified.stamp)-hello@\(agent.name).1.json")
      #expect(try queue.names(.runs) == ["hello"])
      #expect(try queue.giveBack(name))
      #expect(try queue.names(.queued) == ["10-\(modified.stamp)-hello.json"])
    }
  }

  @Test("A file without a priority comes last, and one with a stamp keeps it") func prefixes()
    throws
  {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      try queue.drop("plain.json")
      try queue.drop("\(NamesTests.stamp)-stamped.json")
      let plain = try #require(try queue.claim("plain.json", by: agent))
      #expect(plain.priority == 99 && plain.stamp != nil)
      let stamped = try #require(try queue.claim("\(NamesTests.stamp)-stamped.json", by: agent))
      #expect(stamped.text == "99-\(NamesTests.stamp)-stamped@\(agent.name).2.json")
    }
  }

  @Test("Names that make the same run's name get numbers") func sameName() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      for file in ["a b.json", "a_b.json", "10-a*b.json"] {
        try queue.drop(file)
        try queue.start(file, by: agent).finish(.finished(), sync: false)
      }
      #expect(try queue.names(.done) == ["a_b-2.json", "a_b-3.json", "a_b.json"])
    }
  }

  @Test("A name that was used before gets a number, wherever that run is") func usedName() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      try queue.drop("hello.json")
      let first = try queue.start("hello.json", by: agent)
      try queue.drop("hello.json")
      let second = try queue.start("hello.json", by: agent)
      #expect(first.run == "hello" && second.run == "hello-2")
      try first.finish(.finished(), sync: false)
      try queue.drop("hello.json")
      let third = try queue.start("hello.json", by: agent)
      #expect(third.run == "hello-3")
      try third.finish(.finished(), sync: false)
      try second.finish(.finished(), sync: false)
      #expect(try queue.names(.done) == ["hello-2.json", "hello-3.json", "hello.json"])
    }
  }

  @Test("A name that another claimer has reserved a moment ago is left to it for a while")
  func reservedJustNow() throws {
    try withQueue(isSound: false) { queue in
      let agent = try TestAgent(in: queue)
      #expect(try queue.reserve("hello"))
      try queue.drop("hello.json")
      #expect(try queue.claim("hello.json", by: agent) == nil)
      #expect(try queue.names(.queued) == ["hello.json"])
      try Platform.setTimes(queue.runPath("hello"), to: 1_000_000_000)
      #expect(try queue.claim("hello.json", by: agent)?.base == "hello-2")
    }
  }

  @Test("A name whose run waits is nobody's to be left to") func reservedAndWaiting() throws {
    try withQueue(isSound: false) { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch(named: "hello")
      try queue.drop(run + ".json")
      #expect(try queue.claim(run + ".json", by: agent)?.base == run + "-2")
    }
  }

  @Test("A file that is claimed for no agent keeps its place when it is given back") func back()
    throws
  {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let file = try queue.waitingFile(of: try queue.launch())
      let name = try #require(try queue.claim(file, by: agent))
      #expect(try queue.giveBack(name))
      #expect(try queue.giveBack(name) == false)
      #expect(try queue.names(.queued) == [file])
      let again = try #require(try queue.claim(file, by: agent))
      #expect(again.claim?.number == 2)
    }
  }

  // MARK: What a file turns out to be

  @Test("A file that is being copied may still become a job") func partial() throws {
    try withQueue { queue in
      let trust = Trust(queue, QueueSettings())
      let texts = [
        "", "{", #"{"command": ["tr"#, #"{"command": ["true"]"#, #"{"command": ["a"], "x-b"#,
        "{\"command\": [\"\0\0\0\0\"]}", "\0\0\0",
      ]
      for text in texts {
        try queue.drop("copied.json", text)
        guard case .incomplete = try queue.inspect("copied.json", trust) else {
          Issue.record("\(text.debugDescription) is judged at once")
          continue
        }
      }
      try queue.drop("copied.json")
      guard case .ready = try queue.inspect("copied.json", trust) else {
        Issue.record("the whole file is not ready")
        return
      }
    }
  }

  @Test(
    "A whole file that is no job is claimed, to end as crashed",
    arguments: [
      ("{}", "needed"), (#"{"command": "true"}"#, "command"), (#"{"comand": ["a"]}"#, "comand"),
      ("[]", ""), ("7", ""), (#"{"command": []}"#, "command"),
    ])
  func invalid(_ text: String, _ part: String) throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      try queue.drop("bad.json", text)
      guard
        case .invalid(_, let error) = try queue.inspect("bad.json", Trust(queue, QueueSettings()))
      else {
        Issue.record("\(text) is not invalid")
        return
      }
      #expect(error.description.contains(part))
      let name = try #require(try queue.claim("bad.json", by: agent))
      let attempt = try #require(
        try queue.makeAttempt(name, settings: QueueSettings(), slot: 0))
      #expect(attempt.objection == error.description)
    }
  }

  @Test("A file for a newer spool waits for one") func newer() throws {
    try withQueue { queue in
      try queue.drop("new.json", #"{"command": ["true"], "format": 3, "new_key": 1}"#)
      guard
        case .tooNew(let reason) = try queue.inspect("new.json", Trust(queue, QueueSettings()))
      else {
        Issue.record("it is not left for a newer spool")
        return
      }
      #expect(
        reason == #""format" is 3 and this spool knows none above 2; a newer spool is needed"#)
    }
  }

  @Test("A file that is gone is no error") func gone() throws {
    try withQueue { queue in
      guard case .gone = try queue.inspect("gone.json", Trust(queue, QueueSettings())) else {
        Issue.record("it is something")
        return
      }
    }
  }

  @Test("A link, a pipe and a directory are left alone, and are findings") func special() throws {
    try withQueue(isSound: false) { queue in
      try writeFile(queue.root + "/job.json", Queue.smallJob)
      try Platform.makeLink(queue.path(.queued, "link.json"), to: queue.root + "/job.json")
      try Platform.makePipe(queue.path(.queued, "pipe.json"))
      try System.makeDirectory(queue.path(.queued, "folder.json"), permissions: 0o700)
      let trust = Trust(queue, QueueSettings())
      for file in ["link.json", "pipe.json", "folder.json"] {
        guard case .notAFile = try queue.inspect(file, trust) else {
          Issue.record("\(file) is taken for a job")
          continue
        }
      }
      let paths = try queue.check().map(\.path)
      #expect(paths == ["queued/folder.json", "queued/link.json", "queued/pipe.json"])
      #expect(try queue.check().allSatisfy { $0.kind == .fault })
    }
  }

  @Test("A file of more than 1 MiB is no job") func tooLarge() throws {
    try withQueue { queue in
      let text = #"{"command": ["true"], "notes": ""# + String(repeating: "x", count: 1 << 20)
      try queue.drop("large.json", text + "\"}")
      switch try queue.inspect("large.json", Trust(queue, QueueSettings())) {
      case .invalid, .incomplete: break
      default: Issue.record("it is taken")
      }
    }
  }
}
