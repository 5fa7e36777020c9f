import SpoolQueue
import SpoolTesting
import Testing

@Suite struct CheckTests {
  @Test("A new queue is sound") func newQueue() throws {
    try withQueue { _ in }
  }

  @Test("e2e") func e2e() throws {
    try withQueue { queue in
      let name = try queue.enqueue(Job(parsing: Array(#"{"command":["echo","hi"]}"#.utf8)))
      let r = try BuiltProgram.run(["agent", "-q", queue.path, "--drain"])
      #expect(r.status == 0)
      #expect(try queue.locate(name) == .done)
      let c = try BuiltProgram.run(["recover", "--check", "-q", queue.path])
      #expect(c.status == 0, "\(c)")
      try BuiltProgram.running(["agent", "-q", queue.path]) { agent in
        eventually("serving") { agent.errors.contains("serving") }
        try agent.signal(Signal.terminate)
        #expect(try agent.wait().status == 0)
      }
      _ = try Processes.deadOne()
    }
  }
}
