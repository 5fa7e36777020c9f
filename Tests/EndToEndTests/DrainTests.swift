import SpoolQueue
import Testing

@Suite("From a dropped file to its record, with the real program")
struct DrainTests {
  @Test("a dropped file runs and ends in done/ with its exit status and its log")
  func dropped() throws {
    try withSpool { spool in
      try spool.drop("10-hello.json", #"{"command": ["sh", "-c", "echo out; echo err >&2"]}"#)
      try spool.drain()
      let run = try spool.record("hello")
      #expect(run.state == .finished)
      #expect(run.exitCode == 0)
      #expect(run.priority == 10)
      #expect(run.file == #"{"command": ["sh", "-c", "echo out; echo err >&2"]}"#)
      #expect(try spool.log("hello") == "out\nerr\n")
    }
  }

  @Test("a failing job is failed, with its status; one ended by a signal, with its name")
  func failing() throws {
    try withSpool { spool in
      try spool.drop("status.json", #"{"script": "exit 7"}"#)
      try spool.drop("signal.json", #"{"script": "kill -SEGV $$"}"#)
      try spool.drain()
      let status = try spool.record("status")
      #expect(status.state == .failed)
      #expect(status.exitCode == 7)
      #expect(status.reason == "exit status 7")
      let signal = try spool.record("signal")
      #expect(signal.state == .failed)
      #expect(signal.exitCode == nil)
      #expect(signal.signal == "SEGV")
    }
  }

  @Test("a missing command, a missing directory and a bad file are crashed, with the reason")
  func crashing() throws {
    try withSpool { spool in
      try spool.drop("none.json", #"{"command": ["no-such-command-here"]}"#)
      try spool.drop("place.json", #"{"command": ["true"], "cwd": "/no/such/place"}"#)
      try spool.drop("key.json", "{\n  \"comand\": [\"true\"]\n}")
      try spool.drain()
      #expect(try spool.record("none").state == .crashed)
      #expect(
        try spool.record("none").reason?.hasPrefix("command not found on ") == true)
      #expect(
        try spool.record("place").reason?.hasPrefix("cwd /no/such/place: No such file") == true)
      #expect(
        try spool.record("key").reason
          == "line 2, column 3: unknown key \"comand\" (did you mean \"command\"?)")
      #expect(try spool.record("key").startedAt == nil)
    }
  }

  @Test("a file that is written slowly is run once it is whole")
  func slowly() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      let file = try SlowFile(spool.path("queued/slow.json"))
      try file.write(#"{"command": ["#)
      try agent.waitFor("slow.json left alone: it may still be on its way")
      try file.write(#""echo", "whole"]}"#)
      file.close()
      try spool.waitForRecord("slow")
      #expect(try spool.record("slow").state == .finished)
      #expect(try spool.log("slow") == "whole\n")
    }
  }

  @Test("a name that was used before becomes another run; odd names become valid ones")
  func names() throws {
    try withSpool { spool in
      try spool.drop("same.json", #"{"command": ["echo", "first"]}"#)
      try spool.drain()
      try spool.drop("same.json", #"{"command": ["echo", "second"]}"#)
      try spool.drop("ünïcode & blanks.json", #"{"command": ["echo", "odd"]}"#)
      try spool.drain()
      #expect(try spool.log("same") == "first\n")
      #expect(try spool.log("same-2") == "second\n")
      #expect(try spool.log("_n_code___blanks") == "odd\n")
    }
  }

  @Test("what is no job file stays where it is, and does not stop the others")
  func leftAlone() throws {
    try withSpool { spool in
      try spool.drop(".hidden.json", "{}")
      try spool.drop("notes.txt", "not a job")
      try spool.drop("held.json.held", #"{"command": ["true"]}"#)
      try spool.makeLink("link.json", to: "/etc/hostname")
      try spool.makePipe("pipe.json")
      try spool.drop("50-good.json", #"{"command": ["true"]}"#)
      try spool.drain()
      #expect(try spool.record("good").state == .finished)
      #expect(
        try spool.names("queued").sorted() == [
          ".hidden.json", "held.json.held", "link.json", "notes.txt", "pipe.json",
        ])
      // recover --check says what to do with these two.
      for name in ["link.json", "pipe.json"] { try System.unlink(spool.path("queued/" + name)) }
    }
  }

  @Test("runs go in the order of ls, and no priority counts as 99")
  func order() throws {
    try withSpool { spool in
      let order = spool.path("order")
      for name in ["zz", "20-b", "10-c", "99-a", "20-a"] {
        try spool.drop(
          "\(name).json", #"{"command": ["sh", "-c", "echo \#(name) >>'\#(order)'"]}"#)
      }
      try spool.drain()
      #expect(try spool.text("order") == "10-c\n20-a\n20-b\n99-a\nzz\n")
    }
  }

  @Test("the command sees its run, a built environment and nothing of the agent's")
  func environment() throws {
    try withSpool { spool in
      try spool.drop(
        "env.json",
        #"{"script": "cat; env; pwd; cat \"$SPOOL_CONFIG\"; ps -o sid= -p $$ | tr -d ' '; echo $$","#
          + #" "env": {"MINE": "a b"}, "run_config": {"rate": 1.0}}"#)
      try spool.drain(environment: ["LEAK": "secret"])
      let log = try spool.log("env")
      let lines = log.split(separator: "\n").map { String($0) }
      let variables = lines.filter { $0.contains("=") }
      let names = Set(variables.map { String($0.prefix { $0 != "=" }) })
      // Without those that a shell sets itself, and those for W&B's client.
      let ofWandb = names.filter { $0.hasPrefix("WANDB_") }
      #expect(
        names.subtracting(["PWD", "OLDPWD", "SHLVL", "_"]).subtracting(ofWandb) == [
          "HOME", "USER", "LOGNAME", "SHELL", "LANG", "PATH", "MINE", "SPOOL_ROOT", "SPOOL_ENTITY",
          "SPOOL_QUEUE", "SPOOL_RUN", "SPOOL_ATTEMPT", "SPOOL_RUN_DIR", "SPOOL_CONFIG",
          "SPOOL_CLAIM", "SPOOL_SLOT",
        ])
      #expect(
        Set(variables).isSuperset(of: [
          "SPOOL_RUN=env", "SPOOL_ATTEMPT=1", "SPOOL_SLOT=0", "SPOOL_ENTITY=lab",
          "SPOOL_QUEUE=tests", "SPOOL_RUN_DIR=" + spool.path("runs/env"), "MINE=a b",
        ]))
      #expect(lines.contains(spool.path("runs/env")))
      #expect(lines.contains("  \"rate\": 1.0"))
      #expect(!log.contains("LEAK"))
      // It leads a session of its own.
      #expect(lines.suffix(2).first == lines.last)
    }
  }

  @Test("a command without a run_config has no file of one") func noConfiguration() throws {
    try withSpool { spool in
      try spool.drop("none.json", #"{"script": "echo ${SPOOL_CONFIG-none}"}"#)
      try spool.drop("empty.json", #"{"script": "cat $SPOOL_CONFIG", "run_config": {}}"#)
      try spool.drain()
      #expect(try spool.log("none") == "none\n")
      #expect(try spool.log("empty") == "{}\n")
      #expect(try !spool.exists("runs/none/1/config.json"))
    }
  }

  @Test("what a run says of itself, progress and summary, stands in its record")
  func ownWords() throws {
    try withSpool { spool in
      let script =
        #"cd $SPOOL_RUN_DIR; echo 9/9 done >progress; echo '{"loss": 0.10}' >summary.json"#
      try spool.drop("words.json", JSONObject([("script", .string(script))]).text)
      try spool.drain()
      #expect(try spool.record("words").progress == "9/9 done")
      #expect(try spool.record("words").summary == .object(["loss": .number("0.10")]))
    }
  }

  @Test("the log is written from the first byte, while the command runs")
  func logAtOnce() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      try spool.drop("talk.json", #"{"script": "echo begun; exec sleep 1000"}"#)
      try eventually("the log's first line") { try spool.log("talk") == "begun\n" }
      try spool.run(["kill", "talk"])
      try spool.waitForRecord("talk")
      #expect(try spool.record("talk").state == .killed)
      _ = agent
    }
  }
}
