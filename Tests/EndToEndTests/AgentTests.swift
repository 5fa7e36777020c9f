import SpoolQueue
import SpoolTesting
import Testing

@Suite("Agents")
struct AgentTests {
  @Test("two agents on one queue: each of 2,000 jobs runs exactly once", .timeLimit(.minutes(20)))
  func twoAgents() throws {
    try withSpool(settings: #"{"sync": false}"#) { spool in
      let count = 2000
      for number in 0..<count {
        try spool.drop("job\(number).json", #"{"command": ["true", "\#(number)"]}"#)
      }
      // The second has room where the first sees none, since slots are the host's: so both work.
      let agents = try [spool.agent(slots: 4, drain: true), spool.agent(slots: 8, drain: true)]
      for agent in agents { #expect(try agent.waitForEnd(within: 600) == 0) }
      #expect(try spool.names("done").count == count)
      #expect(try spool.names("queued").isEmpty)
      // Each file was run once, in one attempt.
      var files: Set<String> = []
      for name in try spool.names("done") {
        let run = String(name.dropLast(5))
        let record = try spool.record(run)
        #expect(record.state == .finished)
        #expect(files.insert(try #require(record.file)).inserted)
        #expect(try spool.names("runs/\(run)") == ["1"])
      }
      #expect(files.count == count)
      // Both worked.
      for agent in agents { #expect(agent.output.contains(" finished after ")) }
    }
  }

  @Test("--once starts what fits, leaves, and its runs count against the host's slots")
  func once() throws {
    try withSpool { spool in
      for run in ["a", "b", "c"] {
        try spool.drop("\(run).json", #"{"script": "until [ -e ../../go ]; do sleep 0.01; done"}"#)
      }
      try spool.run(["agent", "--once", "--slots", "2"])
      #expect(try spool.names("running").count == 2)
      try spool.run(["agent", "--once", "--slots", "2"])
      #expect(try spool.names("running").count == 2)
      try spool.write("go", "")
      try eventually("two recorded") { try spool.names("done").count == 2 }
      try eventually("slots free") { try spool.names("running").isEmpty }
      try spool.run(["agent", "--once", "--slots", "2"])
      try spool.waitForRecord("c")
    }
  }

  @Test(
    "under nohup an agent outlives its terminal; without, it leaves with it",
    arguments: [true, false])
  func hangUp(isIgnored: Bool) throws {
    try withSpool { spool in
      let ignore = isIgnored ? "trap '' HUP; " : ""
      let agent = try spool.start(
        "/bin/sh", ["-c", ignore + #"exec "$0" agent"#, BuiltProgram.path],
        output: "/dev/null")
      try agent.waitFor("serving")
      agent.send(.hangUp)
      if isIgnored {
        try spool.drop("a.json", #"{"command": ["true"]}"#)
        try spool.waitForRecord("a")
        agent.send(.term)
      }
      #expect(try agent.waitForEnd(within: 600) == 0)
      #expect(agent.output.contains("leaving"))
    }
  }

  @Test("a paused queue gives nothing until it is resumed; a live agent obeys both")
  func paused() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      try spool.run(["queue", "pause", spool.queue])
      try agent.waitFor("paused")
      try spool.drop("a.json", #"{"command": ["true"]}"#)
      #expect(try spool.names("queued") == ["a.json"])
      try spool.run(["queue", "resume", spool.queue])
      try spool.waitForRecord("a")
    }
  }

  @Test("settings that do not parse leave the last good ones in force")
  func badSettings() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      // Claimed, so the good ones were read; "serving" is said before.
      try spool.drop("before.json", #"{"command": ["true"]}"#)
      try spool.waitForRecord("before")
      try spool.write("queue.json", #"{"lease": "5m", "leese": 1}"#)
      try agent.waitFor(#"unknown key "leese" (did you mean "lease"?)"#)
      try spool.drop("a.json", #"{"command": ["true"]}"#)
      try spool.waitForRecord("a")
    }
  }

  @Test("the agent's file says the queue's lease, from the start and when that changes")
  func announcedLease() throws {
    try withSpool(settings: #"{"lease": 2}"#) { spool in
      func lease() throws -> Double? {
        // None for a moment, while the file is replaced.
        guard let file = try spool.names("agents").first(where: { !$0.hasPrefix(".") }),
          let text = try? spool.text("agents/" + file)
        else { return nil }
        return try JSON(parsing: Array(text.utf8), dialect: .strict)["lease"]?.doubleValue
      }
      let agent = try spool.agent()
      defer { withExtendedLifetime(agent) {} }
      #expect(try lease() == 2)
      try spool.write("queue.json", #"{"lease": 1}"#)
      try eventually("the shorter lease is announced") { try lease() == 1 }
    }
  }

  @Test("several queues take turns")
  func turns() throws {
    try withSpool { first in
      try withSpool { second in
        let order = first.path("order")
        for (spool, name) in [(first, "first"), (second, "second")] {
          for number in 1...3 {
            try spool.drop(
              "\(number).json", #"{"command": ["sh", "-c", "echo \#(name) >>'\#(order)'"]}"#)
          }
        }
        try first.run(["agent", "-q", first.queue, "-q", second.queue, "--drain"])
        let lines = try first.text("order").split(separator: "\n").map { String($0) }
        try #require(lines.count == 6)
        // No queue gives two before the other gave one.
        for pair in stride(from: 0, to: 6, by: 2) {
          #expect(Set(lines[pair..<pair + 2]).count == 2)
        }
      }
    }
  }
}
