import SpoolQueue
import Testing

@Suite("launch --unique")
struct UniqueEndToEndTests {
  @Test("of many processes that race exactly one queues its run; the others print its name")
  func race() throws {
    try withSpool(settings: #"{"sync": false}"#) { spool in
      for round in 1...3 {
        let programs = try (0..<20).map { number in
          let output = spool.path("out.\(round).\(number)")
          let program = try spool.start(
            ["launch", "--unique", "k", "--", "true"], output: output)
          return (program, output)
        }
        var winners = 0
        for (program, output) in programs {
          let status = try program.waitForEnd()
          #expect(status == 0 || status == 1, "\(program.output)")
          if status == 0 { winners += 1 }
          #expect(try readText(output) == "k-\(round)\n")
        }
        #expect(winners == 1)
        #expect(try spool.names("queued").count == 1)
        try spool.run(["kill", "--all"])
      }
    }
  }

  @Test("launched, dropped, and launched again once it is over")
  func wholeWay() throws {
    try withSpool { spool in
      let unique = ["launch", "--unique", "nightly", "--", "true"]
      #expect(try spool.output(unique) == "nightly-1\n")
      #expect(try spool.output(unique, expecting: 1) == "nightly-1\n")
      #expect(try spool.run(unique, expecting: 1).contains("unique nightly: nightly-1 waits"))
      try spool.drop("a.json", #"{"command": ["true"], "unique": "nightly"}"#)
      // The oldest first: the dropped one meets a run that is not done, or one that is.
      try spool.run(["move", "a", "--priority", "0"])
      try spool.drain()
      #expect(try spool.record("a").state == .crashed)
      #expect(try spool.record("a").reason == "unique nightly: nightly-1 waits")
      #expect(try spool.record("nightly-1").state == .finished)
      try spool.drop("b.json", #"{"command": ["true"], "unique": "nightly"}"#)
      try spool.drain()
      #expect(try spool.record("nightly-2").state == .finished)
      #expect(try spool.record("nightly-2").unique == "nightly")
      #expect(try spool.output(unique) == "nightly-3\n")
      try spool.run(["kill", "nightly-3"])
    }
  }
}
