import SpoolQueue
import Testing

@Suite("Holding, releasing and moving what waits")
struct ControlTests {
  @Test("a held run waits until it is released, whatever agent comes")
  func hold() throws {
    try withSpool { spool in
      let run = try spool.launch(["--", "true"])
      try spool.run(["hold", run])
      try spool.drain()
      #expect(try spool.names("queued").allSatisfy { $0.hasSuffix(".json.held") })
      try spool.run(["release", run])
      try spool.drain()
      #expect(try spool.record(run).state == .finished)
    }
  }

  @Test("move changes the order, of dropped files too")
  func move() throws {
    try withSpool { spool in
      for name in ["a", "b"] {
        try spool.drop("50-\(name).json", #"{"script": "echo \#(name) >>../../order"}"#)
      }
      try spool.drop("c.json", #"{"script": "echo c >>../../order"}"#)
      try spool.run(["move", "--priority", "7", "c"])
      try spool.run(["move", "--priority", "60", "a"])
      #expect(try spool.names("queued").sorted() == ["07-c.json", "50-b.json", "60-a.json"])
      try spool.drain()
      #expect(try spool.text("order") == "c\nb\na\n")
    }
  }

  @Test("what does not wait is refused, with what it does instead")
  func refused() throws {
    try withSpool { spool in
      try spool.drop("a.json", #"{"command": ["true"]}"#)
      try spool.drain()
      let words = try spool.run(["hold", "a"], expecting: 1)
      #expect(words == "spool: a: is over; only what waits can be held\n")
      try spool.run(["hold", "nobody"], expecting: 3)
    }
  }

  @Test("a move never replaces another file")
  func taken() throws {
    try withSpool { spool in
      try spool.drop("10-a.json", #"{"command": ["true"]}"#)
      try spool.drop("20-a.json", #"{"command": ["false"]}"#)
      try spool.run(["move", "--priority", "20", "a"], expecting: 1)
      #expect(try spool.names("queued").count == 2)
    }
  }
}
