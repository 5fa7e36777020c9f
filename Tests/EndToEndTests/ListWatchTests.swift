import SpoolQueue
import Testing

@Suite("spool list --watch, on a real terminal")
struct ListWatchTests {
  private static let enter = "\u{1b}[?1049h"
  private static let leave = "\u{1b}[?1049l"

  private func start(_ spool: SpoolUnderTest, _ words: [String] = []) throws -> TerminalProgram {
    let terminal = try spool.startOnTerminal(
      ["list", "--watch", "--every", "100ms"] + words, environment: ["TERM": "xterm"])
    try terminal.waitFor(Self.enter)
    return terminal
  }

  @Test("it is drawn anew as runs come and go, fits the window, and leaves the terminal as it was")
  func drawing() throws {
    try withSpool { spool in
      let terminal = try start(spool)
      try terminal.waitFor("lab/tests: 0 running, 0 queued, 0 done, 0 agents")
      try terminal.waitFor("no runs")
      #expect(terminal.modes != terminal.firstModes)
      for number in 1...9 { try spool.drop("r\(number).json", #"{"command": ["true"]}"#) }
      try terminal.waitFor("9 queued")
      try terminal.waitFor("r9")
      // Five rows are left: a heading, the titles, one of the runs, what is missing, the keys.
      terminal.resize(width: 40, height: 5)
      try terminal.waitFor("8 more")
      terminal.resize(width: 80, height: 24)
      try terminal.waitFor("r9")
      try spool.drain(slots: 2)
      try terminal.waitFor("9 done")
      terminal.type("q")
      #expect(try terminal.waitForEnd() == 0)
      #expect(terminal.screen.hasSuffix(Self.leave))
      #expect(terminal.modes == terminal.firstModes)
    }
  }

  @Test("whatever ends it, the terminal is as it was", arguments: [2, 15, 1])
  func ending(signal: Int32) throws {
    try withSpool { spool in
      let terminal = try start(spool, ["--all"])
      try terminal.waitFor("q: quit")
      terminal.signal(signal)
      #expect(try terminal.waitForEnd() == 128 + signal)
      #expect(terminal.screen.hasSuffix(Self.leave))
      #expect(terminal.modes == terminal.firstModes)
    }
  }

  @Test(
    "a signal stops it as ^Z does, with the terminal as it was meanwhile",
    arguments: ["list", "watch"])
  func stopping(command: String) throws {
    try withSpool { spool in
      let words = command == "list" ? ["list", "--watch"] : ["watch"]
      let terminal = try spool.startOnTerminal(words, environment: ["TERM": "xterm"])
      try terminal.waitFor("lab/tests")
      terminal.signal(20)
      try terminal.waitFor(Self.leave)
      try eventually("the terminal as it was") { terminal.modes == terminal.firstModes }
      try eventually("it is drawn anew") {
        // Whether it has stopped already is not seen: one that goes on is none the worse for it.
        terminal.signal(18)
        return terminal.sees(Self.enter)
      }
      try terminal.waitFor("lab/tests")
      terminal.type("q")
      #expect(try terminal.waitForEnd() == 0)
      #expect(terminal.modes == terminal.firstModes)
    }
  }

  @Test("looks may be further apart than poll(2) can wait")
  func patient() throws {
    try withSpool { spool in
      let terminal = try spool.startOnTerminal(
        ["list", "--watch", "--every", "36500d"], environment: ["TERM": "xterm"])
      try terminal.waitFor("every 36500d")
      // Drawn anew, it has waited.
      terminal.resize(width: 40, height: 5)
      try terminal.waitFor("every 36500d")
      terminal.type("q")
      #expect(try terminal.waitForEnd() == 0)
    }
  }

  @Test("a queue that goes away is told of, and comes back")
  func away() throws {
    try withSpool { spool in
      let terminal = try start(spool)
      try terminal.waitFor("no runs")
      let path = spool.queue
      try System.rename(path, path + ".away")
      try terminal.waitFor("there is no such queue")
      try System.rename(path + ".away", path)
      try terminal.waitFor("no runs")
      terminal.type("\u{3}")
      #expect(try terminal.waitForEnd() == 0)
    }
  }

  @Test("a dumb terminal is sent nothing that it cannot draw", arguments: ["dumb", ""])
  func dumb(term: String) throws {
    try withSpool { spool in
      for words in [["list", "--watch"], ["watch"]] {
        let terminal = try spool.startOnTerminal(words, environment: ["TERM": term])
        #expect(try terminal.waitForEnd() == 2)
        #expect(terminal.screen.contains("needs a terminal that can draw, and TERM is \"\(term)\""))
        #expect(!terminal.screen.contains("\u{1b}"))
      }
    }
  }

  @Test("where there is no terminal it says what to do, and words that do not fit are refused")
  func refused() throws {
    try withSpool { spool in
      let text = try spool.run(["list", "--watch"], expecting: 2)
      #expect(
        text.contains("--watch needs a terminal; spool list --json, in a loop, is for programs"))
      for words in [["--watch", "--json"], ["--every", "1s"], ["--watch", "--every", "x"]] {
        try spool.run(["list"] + words, expecting: 2)
      }
      let terminal = try spool.startOnTerminal(["list", "--watch", "-q", "nowhere"])
      #expect(try terminal.waitForEnd() == 3)
      #expect(!terminal.screen.contains(Self.enter))
    }
  }
}
