#if os(Linux)
  import SpoolQueue
  import SpoolTesting
  import Testing

  @Suite("Processes whose programs have odd names") struct ProcessNameTests {
    @Test(
      "A name cannot hide what stands behind it in /proc/PID/stat",
      arguments: ["plain", "a) S 1 (b", "a\u{600}", "a\u{6DD}", "e\u{301}\u{200D}", "a b\nc"])
    func names(_ name: String) throws {
      try withTemporaryDirectory { directory in
        let program = directory + "/" + name
        try writeFile(program, "#!/bin/sh\nkill -STOP $$\n", permissions: 0o755)
        let pid = try Platform.start(
          program, [], environment: [:], input: "/dev/null", output: "/dev/null",
          errors: "/dev/null")
        defer {
          Platform.signal(Signal.kill, to: pid)
          _ = try? eventually("a killed child ends") { try Platform.look(at: pid) != nil }
        }
        eventually("it stands still") { ProcessFacts(of: pid).state == "T" }
        #expect(ProcessIdentity(of: pid).isAlive)
      }
    }
  }
#endif
