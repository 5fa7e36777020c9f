import SpoolQueue
import Testing

@Suite("The line that tells how far something is, on a real terminal")
struct StatusLineTests {
  private static let terminal = ["TERM": "xterm", "NO_COLOR": ""]
  /// A run that ends when the test says so.
  private static let wait = "until [ -e ../../go ]; do sleep 0.01; done"

  /// What is left on the screen at the end; nothing that this suite's terminal does not know.
  private func screen(_ terminal: TerminalProgram) -> [String] {
    let screen = TerminalScreen(terminal.screen)
    #expect(screen.unknown == [], "\(terminal.screen)")
    return screen.lines
  }

  private func letGo(_ spool: SpoolUnderTest) throws { try spool.write("go", "") }

  @Test("wait tells how many have ended, and leaves nothing but its lines")
  func waiting() throws {
    try withSpool { spool in
      try spool.drop("10-a.json", #"{"script": "true"}"#)
      try spool.drop("20-b.json", #"{"script": "\#(Self.wait); exit 3"}"#)
      try spool.drop("30-c.json", #"{"script": "\#(Self.wait)", "slots": 2}"#)
      let agent = try spool.agent(slots: 2)
      try spool.waitForRecord("a")
      let terminal = try spool.startOnTerminal(
        ["wait", "a", "b", "c"], environment: Self.terminal)
      try terminal.waitFor("a finished\n")
      try terminal.waitFor("\r\u{1b}[K1 of 3 ended  1 running")
      try letGo(spool)
      #expect(try terminal.waitForEnd() == 1)
      #expect(
        screen(terminal) == [
          "a finished", "b failed", "spool: b failed: exit status 3", "c finished",
        ])
      #expect(try agent.terminate() == 0)
    }
  }

  @Test("wait for one run tells why it waits, and what it does")
  func waitingForOne() throws {
    try withSpool { spool in
      let run = try spool.launch([
        "--name", "one", "--", "sh", "-c",
        "echo 25/100 reading >$SPOOL_RUN_DIR/progress; "
          + Self.wait.replacing(
            "../../go", with: spool.path("go")),
      ])
      let terminal = try spool.startOnTerminal(["wait", run], environment: Self.terminal)
      try terminal.waitFor("\(run) waits since no live agent serves lab/tests")
      let agent = try spool.agent()
      try terminal.waitFor("\(run) runs")
      try terminal.waitFor("25%")
      try terminal.waitFor("reading")
      try letGo(spool)
      #expect(try terminal.waitForEnd() == 0)
      #expect(screen(terminal) == ["\(run) finished"])
      #expect(try agent.terminate() == 0)
    }
  }

  @Test(
    "an agent that drains tells between its lines, which stay whole; NO_COLOR takes the colour alone",
    arguments: ["", "1"])
  func draining(noColour: String) throws {
    try withSpool { spool in
      try spool.drop("10-a.json", #"{"script": "exit 3"}"#)
      for run in ["20-b", "30-c"] { try spool.drop(run + ".json", #"{"script": "\#(Self.wait)"}"#) }
      let terminal = try spool.startOnTerminal(
        ["agent", "--drain"], environment: ["TERM": "xterm", "NO_COLOR": noColour])
      let failed = noColour.isEmpty ? "\u{1b}[31m1 failed\u{1b}[0m" : "1 failed"
      try terminal.waitFor("1 of 3 done  \(failed)  1 running  1 queued")
      try letGo(spool)
      #expect(try terminal.waitForEnd() == 0)
      let told = screen(terminal).map { line in
        line.replacing(#/^[0-9:]{8} /#, with: "TIME ").replacing(#/pid [0-9]+/#, with: "pid N")
          .replacing(#/ after [0-9.hms]+:/#, with: " after D:")
      }
      let expected = [
        "TIME lab/tests: serving, 1 slot", "TIME lab/tests: a running, pid N",
        "TIME lab/tests: a failed after D: exit status 3", "TIME lab/tests: b running, pid N",
        "TIME lab/tests: b finished after D: exit status 0", "TIME lab/tests: c running, pid N",
        "TIME lab/tests: c finished after D: exit status 0", "TIME leaving",
      ]
      // The next run may begin before the end of the one before it is told: its record is written meanwhile.
      #expect(told.sorted() == expected.sorted())
      #expect(told.first == expected.first && told.last == expected.last)
      for run in ["a", "b", "c"] {
        let ofRun = told.filter { $0.contains("tests: \(run) ") }
        #expect(ofRun == expected.filter { $0.contains("tests: \(run) ") })
      }
      let starts = told.filter { $0.contains(" running, ") }
      #expect(starts == expected.filter { $0.contains(" running, ") })
    }
  }

  @Test("launch --follow tells why it waits and how far it is, and the log stays as it was")
  func following() throws {
    try withSpool { spool in
      let go = spool.path("go")
      func wait(_ number: Int) -> String { "until [ -e \(go)\(number) ]; do sleep 0.01; done" }
      let script = """
        echo one; printf 'begin '; \(wait(1)); echo end; printf '\\033[31mred\\033[0m\\n'
        echo 1/2 half >$SPOOL_RUN_DIR/progress; \(wait(2)); printf last
        """
      let terminal = try spool.startOnTerminal(
        ["launch", "--name", "log", "--follow", "--", "sh", "-c", script],
        environment: Self.terminal)
      try terminal.waitFor("waits since no live agent")
      let agent = try spool.agent()
      try terminal.waitFor("one\nbegin ")
      // Nothing is drawn into a line that is not ended; how long is nothing? Until its end came.
      try spool.write("go1", "")
      try terminal.waitFor("end\n")
      try terminal.waitFor("50%")
      try spool.write("go2", "")
      #expect(try terminal.waitForEnd() == 0)
      let lines = screen(terminal)
      let run = try #require(lines.first)
      #expect(
        lines == [
          run, "spool: no agent serves lab/tests: spool agent -q lab/tests", "one", "begin end",
          "red", "last", "spool: \(run) finished: exit status 0",
        ])
      #expect(terminal.screen.contains("begin end\n"))
      #expect(try agent.terminate() == 0)
    }
  }

  @Test("sweep tells how many runs it has written; the line ends before the sweep's name")
  func sweeping() throws {
    try withSpool(settings: #"{"sync": false}"#) { spool in
      try spool.write(
        "sweep.json",
        #"{"method":"grid","command":["true"],"parameters":{"a":{"min":1,"max":3000}}}"#)
      let terminal = try spool.startOnTerminal(
        ["sweep", "--name", "many", spool.path("sweep.json")], environment: Self.terminal)
      try terminal.waitFor(" of 3000 runs ")
      #expect(try terminal.waitForEnd() == 0)
      let lines = screen(terminal)
      #expect(lines.count == 3)
      #expect(lines.first?.hasPrefix("many-") == true)
      #expect(lines.dropFirst().first?.hasPrefix("spool: 3000 runs, many-") == true)
    }
  }

  @Test("^C ends it as a signal does, with the line wiped")
  func interrupted() throws {
    try withSpool { spool in
      let run = try spool.launch(["--hold", "--", "true"])
      for words in [["wait", run], ["launch", "--wait", "--hold", "--", "true"]] {
        let terminal = try spool.startOnTerminal(words, environment: Self.terminal)
        try terminal.waitFor("is held")
        terminal.type("\u{3}")
        #expect(try terminal.waitForEnd() == 128 + 2)
        #expect(terminal.screen.contains("\r\u{1b}[Kspool: "))
        #expect(!screen(terminal).contains { $0.contains("is held") })
        #expect(screen(terminal).last?.contains(" was not stopped; spool kill ") == true)
      }
    }
  }

  @Test("whatever signal ends it, the line is wiped", arguments: [15, 1, 3])
  func ended(signal: Int32) throws {
    try withSpool { spool in
      let run = try spool.launch(["--hold", "--", "true"])
      let terminal = try spool.startOnTerminal(["wait", run], environment: Self.terminal)
      try terminal.waitFor("is held")
      terminal.signal(signal)
      #expect(try terminal.waitForEnd() == 128 + signal)
      #expect(terminal.screen.hasSuffix("\r\u{1b}[K"))
    }
  }

  @Test("^Z stops it with the line wiped; it comes back when it goes on")
  func stopped() throws {
    try withSpool { spool in
      let run = try spool.launch(["--hold", "--", "true"])
      let terminal = try spool.startOnTerminal(["wait", run], environment: Self.terminal)
      try terminal.waitFor("\(run) is held")
      terminal.type("\u{1a}")
      try terminal.waitFor("\r\u{1b}[K")
      try eventually("the line comes back") {
        // Whether it has stopped already is not seen: one that goes on is none the worse for it.
        terminal.signal(18)
        return terminal.sees("\(run) is held")
      }
      terminal.type("\u{3}")
      #expect(try terminal.waitForEnd() == 128 + 2)
      #expect(!screen(terminal).contains { $0.contains("is held") })
    }
  }

  @Test("the line fits the window, also one that was made narrower")
  func narrow() throws {
    try withSpool { spool in
      let run = try spool.launch(["--hold", "--name", "name-of-some-length", "--", "true"])
      let terminal = try spool.startOnTerminal(["wait", run], environment: Self.terminal)
      try terminal.waitFor("\(run) is held")
      terminal.resize(width: 20, height: 24)
      // What the window folded is erased as well: two lines up of 20 cells each.
      try terminal.waitFor("A\u{1b}[J\(run.prefix(18))…")
      terminal.resize(width: 40, height: 24)
      try terminal.waitFor("\r\u{1b}[K\(run) is held")
      terminal.type("\u{3}")
      #expect(try terminal.waitForEnd() == 128 + 2)
    }
  }

  @Test("what is no terminal, or a dumb one, sees the same as ever, byte for byte")
  func elsewhere() throws {
    try withSpool { spool in
      let agent = try spool.start(["agent"])
      try agent.waitFor("serving")
      let started = try spool.start(
        ["launch", "--name", "x", "--follow", "--", "sh", "-c", "sleep 0.5; echo one"],
        environment: Self.terminal)
      #expect(try started.waitForEnd() == 0)
      let run = try #require(started.output.split(separator: "\n").first)
      #expect(started.output == "\(run)\none\nspool: \(run) finished: exit status 0\n")
      let run2 = try spool.launch(["--", "sleep", "0.5"])
      #expect(try spool.run(["wait", run2]) == "\(run2) finished\n")
      for term in ["dumb", ""] {
        let run = try spool.launch(["--", "sleep", "0.5"])
        let terminal = try spool.startOnTerminal(["wait", run], environment: ["TERM": term])
        #expect(try terminal.waitForEnd() == 0)
        #expect(terminal.screen == "\(run) finished\n")
      }
      #expect(try agent.terminate() == 0)
      #expect(!agent.output.contains("\r") && !agent.output.contains("\u{1b}"))
    }
  }
}
