import SpoolQueue
import Testing

@Suite("spool launch alone on a real terminal")
struct DialogueTests {
  private func prepare(_ spool: SpoolUnderTest) throws {
    try spool.write(
      "train.json",
      #"{"command": ["echo", "rate", "${config.rate}"], "run_config": {"rate": 0.1, "n": 1}}"#)
    try spool.run(["job", "create", "train", "--file", spool.path("train.json")])
    try spool.run(["job", "alias", "train", "prod"])
    try spool.write("editor", "#!/bin/sh\nexec sed -i s/0.1/0.75/ \"$1\"\n")
  }

  @Test("job, version, configuration in an editor, queue, launch: what was typed is what ran")
  func wholeWay() throws {
    try withSpool { spool in
      try prepare(spool)
      let terminal = try spool.startOnTerminal(
        ["launch"], environment: ["EDITOR": "sh " + spool.path("editor")])
      try terminal.waitFor("  1  train  v0, prod is v0\n")
      try terminal.waitFor("Job, or c for a command [1]: ")
      terminal.type("\r")
      try terminal.waitFor("Version [v0]: ")
      terminal.type("prod\r")
      // An answer that is none is asked again.
      try terminal.waitFor("Edit it (y or n) [y]: ")
      terminal.type("\r")
      try terminal.waitFor("Queue, or n for a new one [tests]: ")
      terminal.type("nowhere\r")
      try terminal.waitFor("\"nowhere\" is not a queue of lab.\n")
      try terminal.waitFor("Queue, or n for a new one [tests]: ")
      terminal.type("\r")
      try terminal.waitFor("queue    lab/tests\njob      train:v0\ncommand  echo rate 0.75\n")
      terminal.type("y\r")
      #expect(try terminal.waitForEnd() == 0)
      let files = try spool.names("queued")
      let run = try #require(files.first?.split(separator: "-", maxSplits: 2).last?.dropLast(5))
      #expect(files.count == 1)
      #expect(terminal.screen.contains("\(run)\n"))
      try spool.drain()
      #expect(try spool.log(String(run)) == "rate 0.75\n")
      #expect(try spool.record(String(run)).runConfig?.text == #"{"rate":0.75,"n":1}"#)
    }
  }

  @Test("^C leaves at every question, and nothing is queued, made or left behind")
  func interrupted() throws {
    try withSpool { spool in
      try prepare(spool)
      let questions = [
        "a command [1]: ", "Version [v0]: ", "Edit it (y or n) [y]: ", "new one [tests]: ",
        "Launch now (y or n) [y]: ",
      ]
      for last in questions.indices {
        let terminal = try spool.startOnTerminal(
          ["launch"],
          environment: ["EDITOR": "sh " + spool.path("editor"), "TMPDIR": spool.path("hooks")])
        for question in questions[..<last] {
          try terminal.waitFor(question)
          terminal.type("\r")
        }
        try terminal.waitFor(questions[last])
        terminal.type("\u{3}")
        #expect(try terminal.waitForEnd() == 128 + 2)
      }
      #expect(try spool.names("queued").isEmpty)
      #expect(try spool.names("runs").isEmpty)
      #expect(try spool.names("hooks").isEmpty)
    }
  }

  @Test("what the dialogue would leave out is not left out: it is no dialogue then")
  func withFlags() throws {
    try withSpool { spool in
      let terminal = try spool.startOnTerminal(["launch", "--set", "a=1"])
      try terminal.waitFor("missing operand COMMAND")
      #expect(try terminal.waitForEnd() == 2)
    }
  }
}
