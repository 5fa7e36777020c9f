import SpoolQueue
import Testing

@Suite("edit")
struct EditEndToEndTests {
  /// An editor that is a line of shell; `$1` is the file.
  private func edit(
    _ spool: SpoolUnderTest, _ run: String, _ line: String, expecting status: Int32 = 0
  ) throws -> String {
    try spool.write("editor", "#!/bin/sh\n\(line)\n")
    try System.setPermissions(spool.path("editor"), 0o700)
    let program = try spool.start(
      ["edit", run], environment: ["EDITOR": spool.path("editor"), "TMPDIR": spool.queue])
    #expect(try program.waitForEnd() == status, "\(program.output)")
    return program.output
  }

  /// What an edit left beside the queue's own.
  private func copies(_ spool: SpoolUnderTest) throws -> [String] {
    try System.list(spool.queue).filter { $0.hasPrefix("spool-") }
  }

  @Test("the run executes what it was edited to")
  func wholeWay() throws {
    try withSpool { spool in
      let run = try spool.launch(["--", "echo", "before"])
      let words = try edit(
        spool, run, "ls queue/queued >/dev/null 2>&1; sed -i s/before/after/ \"$1\"")
      #expect(words == "\(run): changed\n")
      try spool.drain()
      #expect(try spool.log(run) == "after\n")
      #expect(try copies(spool).isEmpty)
    }
  }

  @Test("agents leave it alone while the editor is open")
  func parked() throws {
    try withSpool { spool in
      let run = try spool.launch(["--hold", "--", "echo", "before"])
      try spool.run(["release", run])
      try spool.write(
        "editor",
        "#!/bin/sh\ntouch \(spool.path("open"))\n"
          + "until [ -e \(spool.path("go")) ]; do sleep 0.01; done; sed -i s/before/after/ \"$1\"\n"
      )
      try System.setPermissions(spool.path("editor"), 0o700)
      let program = try spool.start(["edit", run], environment: ["EDITOR": spool.path("editor")])
      try eventually("the editor") { try spool.exists("open") }
      #expect(try spool.names("queued").allSatisfy { $0.hasSuffix(".json.editing") })
      #expect(try spool.output(["show", run]).contains("held"))
      try spool.drain()
      #expect(try spool.names("done").isEmpty)
      try spool.run(["edit", run], expecting: 1)
      try spool.write("go", "")
      #expect(try program.waitForEnd() == 0)
      try spool.drain()
      #expect(try spool.log(run) == "after\n")
    }
  }

  @Test("a wrong text with nobody to ask: held as it was, and what was typed is kept")
  func wrong() throws {
    try withSpool { spool in
      let run = try spool.launch(["--", "echo", "before"])
      let words = try edit(spool, run, "sed -i 's/\"command\"/\"comand\"/' \"$1\"", expecting: 2)
      #expect(words.contains(#"unknown key "comand" (did you mean "command"?)"#))
      #expect(
        words.contains("is held, as it was before; your text is in \(spool.queue)/spool-"))
      let copy = try #require(try copies(spool).first)
      #expect(try spool.text(copy).contains("comand"))
      try System.unlink(spool.path(copy))
      #expect(try spool.names("queued").allSatisfy { $0.hasSuffix(".json.held") })
      try spool.run(["release", run])
      try spool.drain()
      #expect(try spool.log(run) == "before\n")
    }
  }

  @Test("an editor that fails, and one that changes nothing, leave the run as it was")
  func nothing() throws {
    try withSpool { spool in
      let run = try spool.launch(["--", "echo", "before"])
      let before = try spool.names("queued")
      #expect(try edit(spool, run, "exit 3", expecting: 2).contains("nothing was changed"))
      #expect(try edit(spool, run, "true") == "\(run): nothing was changed\n")
      #expect(try spool.names("queued") == before)
      let words = try edit(spool, run, "echo typed >>\"$1\"; exit 1", expecting: 2)
      #expect(words.contains("your text is in"))
      #expect(try spool.names("queued") == before)
      for copy in try copies(spool) { try System.unlink(spool.path(copy)) }
      try spool.run(["kill", run])
    }
  }

  @Test("interrupted by a signal: parked, until release puts it back")
  func interrupted() throws {
    try withSpool { spool in
      let run = try spool.launch(["--", "echo", "before"])
      try spool.write(
        "editor",
        "#!/bin/sh\ntouch \(spool.path("open"))\n"
          + "until [ -e \(spool.path("go")) ]; do sleep 0.01; done\n")
      try System.setPermissions(spool.path("editor"), 0o700)
      let program = try spool.start(
        ["edit", run], environment: ["EDITOR": spool.path("editor"), "TMPDIR": spool.queue])
      try eventually("the editor") { try spool.exists("open") }
      program.killOutright()
      try spool.write("go", "")
      try spool.drain()
      #expect(try spool.names("done").isEmpty)
      try spool.run(["release", run])
      try spool.drain()
      #expect(try spool.log(run) == "before\n")
    }
  }

  /// An editor that types something, or nothing, and waits for its end.
  private func waitingEditor(_ spool: SpoolUnderTest, typing text: String) throws {
    try spool.write(
      "editor",
      "#!/bin/sh\nprintf '\(text)' >>\"$1\"\ntouch \"$1~\" \(spool.path("open"))\n"
        + "until [ -e \(spool.path("go")) ]; do sleep 0.01; done\n")
    try System.setPermissions(spool.path("editor"), 0o700)
  }

  @Test(
    "a signal that ends it puts the run back, and leaves what was typed and nothing else",
    arguments: [TestSignal.term, TestSignal.hangUp])
  func signalled(signal: TestSignal) throws {
    try withSpool { spool in
      let run = try spool.launch(["--", "echo", "before"])
      let before = try spool.names("queued")
      for text in ["", "typed"] {
        try waitingEditor(spool, typing: text)
        let program = try spool.start(
          ["edit", run], environment: ["EDITOR": spool.path("editor"), "TMPDIR": spool.queue])
        try eventually("the editor") { try spool.exists("open") }
        program.send(signal)
        #expect(try program.waitForEnd() > 128, "\(program.output)")
        #expect(try spool.names("queued") == before)
        let left = try copies(spool)
        #expect(left.count == (text.isEmpty ? 0 : 1), "\(left)")
        for copy in left {
          #expect(program.output.contains("your text is in \(spool.path(copy))"))
          #expect(try spool.text(copy).hasSuffix(text))
          try System.unlink(spool.path(copy))
        }
        try System.unlink(spool.path("open"))
      }
      try spool.run(["kill", run])
    }
  }

  @Test("what a killed edit left is removed by the next one, unless something was typed")
  func leftovers() throws {
    try withSpool { spool in
      let run = try spool.launch(["--", "echo", "before"])
      for text in ["", "typed"] {
        try waitingEditor(spool, typing: text)
        let program = try spool.start(
          ["edit", run], environment: ["EDITOR": spool.path("editor"), "TMPDIR": spool.queue])
        try eventually("the editor") { try spool.exists("open") }
        program.killOutright()
        try spool.write("go", "")
        #expect(try copies(spool).count == 1)
        try spool.run(["release", run])
        let words = try edit(spool, run, "true")
        let left = try copies(spool)
        #expect(left.count == (text.isEmpty ? 0 : 1))
        #expect(words.contains("typed in an edit that was killed is in") == !text.isEmpty)
        for copy in left {
          #expect(words.contains(spool.path(copy)))
          try System.removeTree(spool.path(copy))
        }
        for file in ["open", "go"] { try System.unlink(spool.path(file)) }
      }
      try spool.run(["kill", run])
    }
  }

  @Test("on a terminal a wrong text is opened again as it was left")
  func again() throws {
    try withSpool { spool in
      let run = try spool.launch(["--", "echo", "before"])
      // The first time it makes an error, the second time it mends that and changes the command.
      try spool.write(
        "editor",
        "grep -q comand \"$1\" && exec sed -i 's/comand/command/; s/before/after/' \"$1\"\n"
          + "exec sed -i s/command/comand/ \"$1\"\n")
      let terminal = try spool.startOnTerminal(
        ["edit", run], environment: ["EDITOR": "sh " + spool.path("editor")])
      try terminal.waitFor("unknown key \"comand\" (did you mean \"command\"?)\n")
      try terminal.waitFor("Edit it again (y or n) [y]: ")
      #expect(try spool.names("queued").allSatisfy { $0.hasSuffix(".json.editing") })
      terminal.type("\r")
      try terminal.waitFor("\(run): changed\n")
      #expect(try terminal.waitForEnd() == 0)
      try spool.drain()
      #expect(try spool.log(run) == "after\n")
    }
  }

  @Test("given up on a terminal: held, and what was typed is kept")
  func givenUp() throws {
    try withSpool { spool in
      let run = try spool.launch(["--", "echo", "before"])
      let terminal = try spool.startOnTerminal(
        ["edit", run],
        environment: ["EDITOR": "sed -i s/command/comand/", "TMPDIR": spool.queue])
      try terminal.waitFor("Edit it again (y or n) [y]: ")
      terminal.type("n\r")
      try terminal.waitFor("is held, as it was before; your text is in")
      #expect(try terminal.waitForEnd() == 2)
      #expect(try spool.names("queued").allSatisfy { $0.hasSuffix(".json.held") })
      for copy in try copies(spool) { try System.unlink(spool.path(copy)) }
      try spool.run(["kill", run])
    }
  }
}
