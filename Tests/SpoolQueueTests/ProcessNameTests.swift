#if os(Linux)
  import SpoolQueue
  import SpoolTesting
  import Testing

  @testable import SpoolSystem

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

    @Test(
      "The line of a process is read by its bytes",
      arguments: ["sh", "a) S 1 2", "(", "", "\u{600}", ")\n7 (x"])
    func line(_ name: String) {
      let rest = " T 1 2 -77 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 18446744073709551615 0 0"
      let stat = ProcessStat(Array("12 (\(name))\(rest)\n".utf8))
      #expect(stat?.state == UInt8(ascii: "T"))
      #expect(stat?.session == -77 && stat?.started == .max)
      #expect(stat?.isZombie == false)
    }

    @Test(
      "A line without the facts is none",
      arguments: [
        "", "12", "12 (sh", "12 (sh)", "12 (sh) T 1 2 3",
        "12 (sh) T 1 2 x 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 0",
        "12 (sh) T 1 2 3 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 18446744073709551616 0",
      ])
    func noLine(_ text: String) { #expect(ProcessStat(Array(text.utf8)) == nil) }
  }
#endif
