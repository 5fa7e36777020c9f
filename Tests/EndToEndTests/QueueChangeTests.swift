import SpoolQueue
import SpoolTesting
import Testing

@Suite("queue set, rename and delete")
struct QueueChangeTests {
  @Test("set: keys with dots, objects, other programs' keys, null and --unset") func set() throws {
    try withSpool { spool in
      try spool.write("queue.json", #"{"x-ours": {"a": 1}, "max_running": 2, "notes": "old"}"#)
      #expect(
        try spool.run([
          "queue", "set", "max_running=4", "defaults.env.A=1", "keep.age=30d", "notes=new text",
        ])
          == """
          lab/tests: max_running is now 4 (was 2)
          lab/tests: defaults.env.A is now 1
          lab/tests: keep.age is now "30d"
          lab/tests: notes is now "new text" (was "old")

          """)
      #expect(
        try spool.run([
          "queue", "set", "--unset", "defaults.env.A", "keep=null", "--unset", "nothing",
        ])
          == """
          lab/tests: keep is not set (was {"age":"30d"})
          lab/tests: defaults.env.A is not set (was 1)
          lab/tests: nothing is not set

          """)
      let settings = try JSON(parsing: Array(try spool.text("queue.json").utf8), dialect: .strict)
      #expect(
        settings
          == .object([
            "x-ours": .object(["a": 1]), "max_running": 4, "notes": .string("new text"),
          ]))
      #expect(try spool.output(["queue", "set", "--json"]).contains(#""max_running":4"#))
    }
  }

  @Test(
    "what is wrong changes nothing",
    arguments: [
      ("max_running=0", #""max_running" must be a whole number of 1 or more, not 0"#),
      ("max_runing=1", #"unknown key "max_runing" (did you mean "max_running"?)"#),
      ("defaults.timeout=soon", #""timeout""#), ("max_running", "is not of the form KEY=VALUE"),
      ("a..b=1", "is empty"), ("defaults.gpus=-1", #""gpus""#),
    ])
  func wrong(text: String, words: String) throws {
    try withSpool { spool in
      try spool.write("queue.json", #"{"max_running": 2}"#)
      #expect(try spool.run(["queue", "set", "notes=x", text], expecting: 2).contains(words))
      #expect(try spool.text("queue.json") == #"{"max_running": 2}"#)
    }
  }

  @Test("a file with comments is written anew only with --force; a wrong one never") func comments()
    throws
  {
    try withSpool { spool in
      try spool.write("queue.json", "{\"max_running\": 2} // for the night\n")
      #expect(try spool.run(["queue", "set", "notes=x"], expecting: 1).contains("has comments"))
      try spool.run(["queue", "set", "notes=x", "--force"])
      #expect(try spool.text("queue.json").contains(#""notes": "x""#))
      try spool.write("queue.json", "{\"max_runing\": 2}")
      let said = try spool.run(["queue", "set", "notes=x", "--force"], expecting: 2)
      #expect(said.contains("line 1, column 2: unknown key"))
    }
  }

  @Test("an agent obeys what was set") func obeyed() throws {
    try withSpool { spool in
      let agent = try spool.start(["agent", "--slots", "4"])
      try agent.waitFor("serving")
      try spool.run(["queue", "set", "defaults.env.GREETING=Hello"])
      try eventually("the setting in force") {
        let run = try spool.launch(["--", "sh", "-c", "echo $GREETING"])
        try spool.waitForRecord(run)
        return try spool.log(run) == "Hello\n"
      }
    }
  }

  @Test("rename: runs, records and waiting runs are there under the new name") func rename() throws
  {
    try withSpool { spool in
      let over = try spool.launch(["--", "true"])
      #expect(try spool.start(["agent", "--drain"]).waitForEnd() == 0)
      let waits = try spool.launch(["--hold", "--", "true"])
      #expect(
        try spool.run(["queue", "rename", "tests", "night"])
          == "lab/tests: is now lab/night\n"
          + "spool: your default queue still has the old name (spool init -q night changes it)\n")
      #expect(try spool.output(["list", "-q", "night"]).contains(over))
      #expect(try spool.output(["why", "-q", "night", waits]).contains("is held"))
      try spool.run(["queue", "create", "tests"])
      #expect(
        try spool.run(["queue", "rename", "night", "tests"], expecting: 1).contains("there already")
      )
      for name in ["jobs", "a/b/c", "../x", "", ".hidden"] {
        try spool.run(["queue", "rename", "night", name], expecting: 2)
      }
      #expect(
        try spool.run(["queue", "rename", "night", "nowhere/x"], expecting: 3).contains(
          "no such entity"))
      try spool.run(["queue", "rename", "no-such", "y"], expecting: 3)
    }
  }

  @Test("neither while a run is under way, nor beside an agent; --force does it beside one")
  func busy() throws {
    try withSpool { spool in
      let agent = try spool.start(["agent"])
      let run = try spool.launch(["--", "sleep", "600"])
      try agent.waitFor("\(run) running")
      for words in [["rename", "tests", "x"], ["delete", "tests", "--yes"]] {
        for more in [[], ["--force"]] {
          #expect(
            try spool.run(["queue"] + words + more, expecting: 1).contains("1 run is under way"))
        }
      }
      try spool.run(["kill", run, "--grace", "0s"])
      try spool.waitForRecord(run)
      #expect(try spool.run(["queue", "rename", "tests", "x"], expecting: 1).contains("serves it"))
      try spool.run(["queue", "rename", "tests", "x", "--force"])
      try agent.waitFor("away")
      try spool.run(["queue", "rename", "x", "tests", "--force"])
      try agent.waitFor("back")
      let next = try spool.launch(["--", "true"])
      try spool.waitForRecord(next)
    }
  }

  @Test(
    "delete: says what, needs --yes, refuses what waits and what is not spool's, follows no link")
  func delete() throws {
    try withTemporaryDirectory { outside in
      try withSpool { spool in
        try System.create(outside + "/kept", permissions: 0o600).write(Array("kept".utf8))
        let over = try spool.launch(["--", "sh", "-c", "ln -s \(outside) $SPOOL_RUN_DIR/link"])
        #expect(try spool.start(["agent", "--drain"]).waitForEnd() == 0)
        _ = over
        try Platform.makeLink(spool.path("runs/there"), to: outside)
        let waits = try spool.launch(["--hold", "--", "true"])
        let words = "lab/tests (\(spool.queue)): 1 waiting run, 1 run that is over"
        #expect(try spool.run(["queue", "delete", "tests"], expecting: 2).contains("--yes"))
        #expect(try spool.output(["queue", "delete", "tests", "--dry-run"]) == words + "\n")
        #expect(
          try spool.run(["queue", "delete", "tests", "-y"], expecting: 1).contains(
            "1 run waits in it"))
        try spool.run(["kill", waits])
        try spool.write("mine.txt", "x")
        #expect(
          try spool.run(["queue", "delete", "tests", "-y"], expecting: 1)
            .contains("mine.txt in it is not spool's"))
        #expect(try spool.run(["queue", "delete", "tests", "-y", "--force"]).contains("deleted\n"))
        #expect(try readText(outside + "/kept") == "kept")
        let entity = try #require(spool.queue.directoryOfPath)
        #expect(try System.list(entity) == [])
        try spool.run(["list"], expecting: 3)
        try spool.run(["queue", "create", "tests"])
      }
    }
  }

  @Test("what an interrupted deletion left goes with one an hour later, and is no queue")
  func leftOver() throws {
    try withSpool { spool in
      let entity = try #require(spool.queue.directoryOfPath)
      try spool.run(["queue", "create", "other"])
      try System.rename(spool.queue, entity + "/.deleted.tests.abc")
      #expect(!(try spool.output(["queue", "list"]).contains("tests")))
      try spool.run(["queue", "delete", "other", "--yes"])
      #expect(try System.list(entity) == [".deleted.tests.abc"])
      try spool.run(["queue", "create", "other"])
      try Queue(at: entity + "/other").delete(patience: 0)
      #expect(try System.list(entity) == [])
      try spool.run(["queue", "create", "tests"])
    }
  }

  @Test(
    "root's files in the queue of another user can be read by that user, and its folders are that user's",
    .enabled(if: Account.isRoot))
  func rootsFiles() throws {
    try withSpool { spool in
      for folder in [""] + Queue.Folder.allCases.map({ "/" + $0.rawValue }) {
        try System.open(spool.queue + folder, .directory).setOwner(12345, group: 12346)
      }
      let run = try spool.launch(["--", "true"])
      try spool.run(["queue", "set", "notes=x"])
      try spool.run(["queue", "pause"])
      let queued = try #require(try spool.names("queued").first)
      for file in ["queued/" + queued, "queue.json", "paused"] {
        let information = try System.information(spool.path(file))
        #expect(information.owner == 0 && information.group == 12346, "\(file)")
        #expect(information.permissions == 0o640, "\(file)")
      }
      let folder = try System.information(spool.path("runs/\(run)"))
      #expect(folder.owner == 12345 && folder.permissions == 0o700)
      try spool.run(["queue", "resume"])
      #expect(try spool.start(["agent", "--drain"]).waitForEnd() == 0)
      for file in ["done/\(run).json", "runs/\(run)/1/start.json", "runs/\(run)/1/out.log"] {
        let information = try System.information(spool.path(file))
        #expect(information.group == 12346 && information.permissions & 0o040 != 0, "\(file)")
      }
      #expect(try System.information(spool.path("runs/\(run)/1")).owner == 12345)
      // A link in the place of a file is not followed.
      try withTemporaryDirectory { outside in
        try System.create(outside + "/kept", permissions: 0o600).write(Array("kept".utf8))
        try Platform.makeLink(spool.path("paused"), to: outside + "/kept")
        _ = try spool.start(["queue", "pause", "--reason", "x"]).waitForEnd()
        #expect(try System.information(outside + "/kept").group == 0)
        #expect(try readText(outside + "/kept") == "kept")
      }
    }
  }
}
