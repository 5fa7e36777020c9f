import SpoolQueue
import Testing

@Suite("Bytes that are not UTF-8 arrive as they were, wherever they stand")
struct RawBytesTests {
  /// A word of Latin 1, and bytes that no encoding of text has.
  private static let name = String(raw: [0x63, 0x61, 0x66, 0xE9])
  private static let odd = String(raw: [0xFF, 0x80, 0xF4, 0x8F, 0xBA, 0x80])

  private func bytes(_ text: String) -> [UInt8] { text.rawBytes }

  /// What a run printed, as text of its bytes.
  private func log(_ spool: SpoolUnderTest, _ run: String) throws -> String { try spool.log(run) }

  @Test("in arguments, variables, the directory, a file of variables, notes and tags")
  func words() throws {
    try withSpool { spool in
      let folder = spool.path(Self.name)
      try System.makeDirectory(folder, permissions: 0o700)
      try spool.write(Self.name + "/file" + Self.odd, "content\n")
      try spool.write(Self.name + "/vars", "X='\(Self.odd)'\n")
      let script = #"cat "$1"; pwd; printf '%s\n' "$W" "$X" "$1""#
      let run = try spool.launch([
        "--cwd", folder, "--env", "W=\(Self.odd)", "--env", "N\(Self.name)=\(Self.odd)",
        "--env-file",
        folder + "/vars", "--tag", Self.name, "--notes", Self.name, "--author", Self.odd, "--",
        "sh",
        "-c", script, Self.name, "file" + Self.odd,
      ])
      let environment = try spool.launch(["--env", "N\(Self.name)=\(Self.odd)", "--", "env"])
      try spool.drain()
      let expected = "content\n\(folder)\n\(Self.odd)\n\(Self.odd)\nfile\(Self.odd)\n"
      #expect(try bytes(log(spool, run)) == bytes(expected))
      #expect(try log(spool, environment).contains("\nN\(Self.name)=\(Self.odd)\n"))

      // JSON has them as Python's os.fsencode reads them; the record is UTF-8 itself.
      let record = try System.openFollowing(spool.path("done/\(run).json")).readAll()
      #expect(String(validating: record, as: UTF8.self) != nil)
      for text in [
        try spool.text("done/\(run).json"), try spool.output(["show", run, "--json"]),
        try spool.output(["list", "--json"]),
      ] {
        #expect(
          text.contains(#""caf\udce9","file\udcff\udc80"#)
            && text.contains(#""tags":["caf\udce9"]"#))
        #expect(!text.contains("\u{FFFD}"))
      }
      let read = try spool.record(run)
      #expect(read.command?.suffix(1).map(bytes) == [bytes("file" + Self.odd)])
      #expect(
        read.author.map(bytes) == bytes(Self.odd) && read.notes.map(bytes) == bytes(Self.name))
      // People see them, and can type them again.
      let page = try spool.output(["show", run])
      #expect(page.contains(#"caf$'\xe9' file$'\xff\x80\xf4\x8f\xba\x80'"#))
      #expect(
        page.contains(#"cwd         \#(spool.queue)/caf\xe9"#)
          && page.contains(#"tags        caf\xe9"#))
      #expect(try spool.output(["list"]).contains(#"\xff\x80\xf4\x8f\xba\x80 ("#))

      // Once more, in three ways.
      let again = String(try spool.output(["retry", run]).dropLast())
      let like = try spool.launch(["--from", run, "--cwd", folder, "--env", "W=", "--env", "X="])
      try spool.write(
        "again.json",
        try spool.output(["launch", "--dry-run", "--cwd", folder, "--", "cat", "file" + Self.odd]))
      let file = try spool.launch(["--file", spool.path("again.json")])
      try spool.drain()
      #expect(try bytes(log(spool, again)) == bytes(expected))
      #expect(try log(spool, like).contains("file\(Self.odd)\n"))
      #expect(try log(spool, file) == "content\n")
    }
  }

  @Test("in a root, a queue's path, a configuration and names of files in queued/")
  func paths() throws {
    try withSpool { spool in
      let root = spool.path(Self.name + Self.odd)
      func run(_ arguments: [String], _ more: [String: String] = [:]) throws -> String {
        let program = try spool.start(
          arguments, environment: ["SPOOL_ROOT": root].merging(more) { $1 })
        #expect(try program.waitForEnd(within: 120) == 0, "\(program.output)")
        return program.output
      }
      _ = try run(["queue", "create", "lab/tests"])
      let queue = root + "/lab/tests"
      _ = try run([
        "launch", "--name", "a", "--", "sh", "-c", #"printf '%s\n' "$SPOOL_ROOT" "$SPOOL_RUN_DIR""#,
      ])
      let dropped = try System.create("\(queue)/queued/10-\(Self.name).json", permissions: 0o600)
      try dropped.write(Array(#"{"command": ["printf", "%s", "\udcff"]}"#.utf8))
      #expect(try run(["list", "-q", queue]).contains("caf_  "))
      #expect(try run(["why", "caf_", "--root", root]).contains("caf_"))
      #expect(
        try run(["queue", "show", queue]).contains(
          #"/caf\xe9\xff\x80\xf4\x8f\xba\x80/lab/tests"#))
      #expect(try run(["agent", "--drain"]).contains("caf_ finished"))
      #expect(try readText(queue + "/runs/caf_/1/out.log").rawBytes == [0xFF])
      let done = try System.list(queue + "/done").filter { $0.hasPrefix("a-") }
      let name = try #require(done.first).dropLast(5)
      #expect(
        try readText("\(queue)/runs/\(name)/1/out.log").rawBytes
          == "\(root)\n\(queue)/runs/\(name)\n".rawBytes)
      // The page is UTF-8, whatever it tells of.
      _ = try run(["page", "-o", root + "/page.html"])
      let page = try System.openFollowing(root + "/page.html").readAll()
      let text = try #require(String(validating: page, as: UTF8.self))
      #expect(text.contains(#"caf\xe9\xff"#) && !text.contains("\u{FFFD}"))

      _ = try run(
        ["init", "--root", root], ["SPOOL_ROOT": "", "XDG_CONFIG_HOME": root + "/config"])
      #expect(try readText(root + "/config/spool/config.json").contains(#"/caf\udce9\udcff\udc80"#))
      let listed = try run(["list"], ["SPOOL_ROOT": "", "XDG_CONFIG_HOME": root + "/config"])
      #expect(listed.contains("caf_  "))
      // cron's shell takes only the bytes; systemd reads escapes.
      #expect(try run(["service", "--cron", "--", "-q", queue]).rawBytes.contains(0xE9))
      #expect(try run(["service", "--", "-q", queue]).contains(#"/caf\xe9\xff\x80"#))
      #expect(try run(["recover", "--check", "-q", queue]).contains("sound"))
    }
  }

  @Test("in launchers, hooks, sweeps, edits, configurations and what a command prints")
  func others() throws {
    try withSpool { spool in
      let program = spool.path(Self.name)
      let script =
        "#!/bin/sh\nprintf '%s|' \"$@\" \"$SPOOL_REASON\" >>\"${OUT:-/dev/stdout}\"; shift; exec \"$@\"\n"
      try spool.write(Self.name, script)
      try System.setPermissions(program, 0o700)
      let launched = try spool.launch(["--launcher", "\(program) \(Self.odd)", "--", "printf", "x"])
      try spool.write(
        "hook.json",
        #"{"command": ["nosuch\udce9"], "env": {"OUT": "\#(spool.path("hook.out"))"}, "#
          + #""hooks": {"on_end": ["\#(spool.queue)/caf\udce9", "true", "\udcff"]}}"#)
      let hooked = try spool.launch(["--file", spool.path("hook.json")])
      try spool.write(
        "sweep.json",
        #"{"method": "grid", "parameters": {"a": {"values": ["\udce9"]}}, "command": ["printf", "%s,", "${args}", "[${config.a}]", "${envvar:V}"]}"#
      )
      let sweep = try spool.start(
        ["sweep", spool.path("sweep.json")], environment: ["V": Self.odd])
      #expect(try sweep.waitForEnd() == 0, "\(sweep.output)")
      let edited = try spool.launch(["--hold", "--", "printf", "%s", Self.name])
      let edit = try spool.start(
        ["edit", edited], environment: ["EDITOR": "sed -i 's/udce9/udcfe/'"])
      #expect(try edit.waitForEnd() == 0, "\(edit.output)")
      try spool.run(["release", edited])
      let configured = try spool.launch([
        "-c", #"{"args": ["\udce9"]}"#, "--set", "k=\(Self.odd)", "--", "printf", "%s",
      ])
      let agent = try spool.agent(drain: true)
      #expect(try agent.waitForEnd(within: 120) == 0)
      #expect(
        agent.output.contains(#"crashed: command not found on"#)
          && agent.output.contains(#"nosuch\xe9"#))

      #expect(try log(spool, launched).rawBytes == bytes("\(Self.odd)|printf|x||x"))
      let said = try spool.text("hook.out")
      #expect(said.hasPrefix("true|" + String(raw: [0xFF]) + "|command not found"), "\(said)")
      #expect(try spool.output(["why", hooked]).contains(#"nosuch\xe9"#))
      let point = try #require(try spool.names("done").first { $0.contains("-0001") }).dropLast(5)
      let e9 = String(raw: [0xE9])
      #expect(try log(spool, String(point)).rawBytes == bytes("--a=\(e9),[\(e9)],\(Self.odd),"))
      #expect(try log(spool, edited).rawBytes == Array("caf".utf8) + [0xFE])
      #expect(try log(spool, configured).rawBytes == [0xE9])
      #expect(
        try spool.record(configured).runConfig?["k"]?.stringValue.map(bytes) == bytes(Self.odd))
      // Logs are bytes.
      #expect(try spool.output(["logs", configured]).rawBytes == [0xE9])
    }
  }

  @Test("An accent is no part of the sign before it, nor two spellings of a letter one name")
  func accents() throws {
    try withSpool { spool in
      let accent = "\u{301}z"
      let folder = spool.path(accent)
      try System.makeDirectory(folder, permissions: 0o700)
      let run = try spool.launch([
        "--cwd", folder, "--env", "K=\(accent)", "--set", "k=\(accent)", "--", "sh", "-c",
        #"pwd; printf '%s' "$K""#,
      ])
      try spool.drop("10-env.json", #"{"command": ["env"], "env": {"é": "one", "e\u0301": "two"}}"#)
      for name in ["é", "e\u{301}"] { try spool.drop("10-\(name).json", #"{"command": ["true"]}"#) }
      try spool.drain()
      #expect(try log(spool, run).rawBytes == bytes("\(folder)\n\(accent)"))
      #expect(try spool.record(run).runConfig?["k"]?.stringValue == accent)
      let variables = Array(try log(spool, "env").utf8).split(separator: 10).map { Array($0) }
      #expect(
        variables.contains(Array("é=one".utf8)) && variables.contains(Array("e\u{301}=two".utf8)))
      #expect(try spool.record("_").state == .finished && spool.record("e_").state == .finished)
    }
  }

  @Test("A NUL is refused where it stands, and is never the end of a path")
  func nul() throws {
    try withSpool { spool in
      for (file, place) in [
        (#"{"command": ["a\u0000"]}"#, "line 1, column 14"),
        (#"{"script": "\u0000"}"#, "line 1, column 12"),
        (#"{"command": ["a"], "cwd": "/\u0000"}"#, "line 1, column 27"),
        (#"{"command": ["a"], "args": ["b", "\u0000"]}"#, "line 1, column 34"),
        (#"{"command": ["a"], "env": {"A": "\u0000"}}"#, "line 1, column 33"),
        (#"{"command": ["a"], "env": {"A\u0000": ""}}"#, "line 1, column 28"),
        (#"{"command": ["a"], "env_file": ["/\u0000"]}"#, "line 1, column 33"),
        (#"{"command": ["a"], "launcher": ["\u0000"]}"#, "line 1, column 33"),
        (#"{"command": ["a"], "hooks": {"on_end": ["\u0000"]}}"#, "line 1, column 41"),
      ] {
        try spool.write("job.json", file)
        let said = try spool.run(["launch", "--file", spool.path("job.json")], expecting: 2)
        #expect(said.contains(place) && said.contains("NUL character"), "\(file): \(said)")
      }
      let folder = spool.path("config/spool")
      try System.makeDirectory(spool.path("config"), permissions: 0o700)
      try System.makeDirectory(folder, permissions: 0o700)
      try spool.write("config/spool/config.json", #"{"root": "/tmp\u0000/x"}"#)
      let program = try spool.start(
        ["list"], environment: ["SPOOL_ROOT": "", "XDG_CONFIG_HOME": spool.path("config")])
      #expect(try program.waitForEnd() == 2)
      #expect(program.output.contains(#"line 1, column 10: "root" must not hold a NUL character"#))
    }
  }
}
