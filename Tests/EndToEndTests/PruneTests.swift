import SpoolQueue
import SpoolTesting
import Testing

@Suite("Making room, with the real program")
struct PruneTests {
  @Test("prune says what it would remove, removes it, and refuses to guess")
  func command() throws {
    try withSpool { spool in
      try spool.drop("10-a.json", #"{"command": ["true"]}"#)
      try spool.drop("20-b.json", #"{"script": "exit 1"}"#)
      try spool.drain()
      try spool.run(["prune"], expecting: 2)
      #expect(
        try spool.output(["prune", "--keep-count", "1", "--dry-run"]).hasPrefix("a: the whole run"))
      #expect(try spool.names("done").count == 2)
      #expect(
        try spool.run(["prune", "--keep-count", "1"])
          == "lab/tests: 1 run and 0 folders of others removed\n")
      #expect(try spool.names("done") == ["b.json"])
      #expect(try spool.names("runs") == ["b"])
      try spool.run(["prune", "--keep-logs", "0s"])
      #expect(try spool.names("done") == ["b.json"])
      #expect(try spool.names("runs") == [])
      #expect(try spool.output(["list"]).contains("failed (1)"))
    }
  }

  @Test("agents apply keep of queue.json, when they start and when it changes")
  func agents() throws {
    try withSpool { spool in
      for number in 1...120 { try spool.drop("r\(number).json", #"{"command": ["true"]}"#) }
      try spool.drain(slots: 2)
      #expect(try spool.names("done").count == 120)
      try spool.write("queue.json", #"{"keep": {"count": 7}, "sync": false}"#)
      let agent = try spool.agent()
      try eventually("seven records") { try spool.names("done").count == 7 }
      try eventually("seven folders") { try spool.names("runs").count == 7 }
      try spool.write("queue.json", #"{"keep": {"count": 3}, "sync": false}"#)
      try eventually("three records") { try spool.names("done").count == 3 }
      _ = agent
    }
  }
}
