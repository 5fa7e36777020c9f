import SpoolQueue
import SpoolTesting
import Testing

@Suite("Words that help: pauses, other queues, closed queues, doubts")
struct DailyWordsTests {
  @Test("A pause tells who made it, and why, wherever somebody looks")
  func pause() throws {
    try withSpool { spool in
      let owner = Account.current.name
      let run = try spool.launch(["--", "true"])
      let told = try spool.run(["queue", "pause", "--reason", "new disks"])
      #expect(told == "lab/tests: paused (spool queue resume lab/tests lets it go on)\n")
      #expect(try spool.text("paused") == "new disks\n")
      let words = "paused by \(owner): new disks"
      #expect(try spool.run(["why", run]).contains("waits since its queue is \(words); "))
      #expect(try spool.run(["queue", "show"]).contains("state     \(words), since 20"))
      #expect(try spool.run(["list"]).contains("lab/tests: is \(words); spool queue resume "))
      #expect(try spool.run(["list", "--all"]).contains(", \(words)\n"))
      #expect(try spool.run(["page"]).contains(words))
      let json = try spool.output(["queue", "list", "--json"])
      #expect(json.contains(#""paused_by":"\#(owner)","paused_at":"20"#))
      #expect(json.contains(#""pause_reason":"new disks""#))
      // Without a reason of its own, a second pause changes nothing.
      #expect(try spool.run(["queue", "pause"]).contains("lab/tests: is \(words) already ("))
      try spool.run(["queue", "pause", "--reason", "a\nb"])
      #expect(try spool.text("paused") == "a b\n")
      try spool.run(["queue", "resume"])
      try spool.write("paused", "")
      #expect(try spool.run(["why", run]).contains("queue is paused by \(owner); "))
      try spool.run(["queue", "resume"])
      try spool.drain()
    }
  }

  @Test("Where a run or a queue's runs are missing, the other queues are named that have some")
  func others() throws {
    try withSpool { spool in
      let root = try Queue(at: spool.queue).root
      _ = try Queue.create(at: root + "/lab/night")
      #expect(
        try spool.run(["list"])
          == "lab/tests: no runs\nspool: there are other queues: lab/night; spool list --all shows all\n"
      )
      let text = try spool.output(["launch", "-q", "night", "--name", "far", "--", "true"])
      let run = String(text.prefix { $0 != "\n" })
      #expect(
        try spool.run(["list"]).contains(
          "spool: runs of other queues: lab/night (0 running, 1 queued); spool list --all"))
      #expect(
        try spool.run(["show", "far"], expecting: 3)
          == "spool: lab/tests: there is no run far (lab/night has \(run): -q lab/night)\n")
      #expect(
        try spool.run(["kill", "near"], expecting: 3).contains("spool list --limit 0 shows all"))
      // Where there is something to show, a script's list is only that.
      _ = try spool.launch(["--hold", "--", "true"])
      #expect(try !spool.run(["list"]).contains("other queues"))
      let terminal = try spool.startOnTerminal(["list"], environment: ["TERM": "xterm"])
      #expect(try terminal.waitForEnd() == 0)
      #expect(
        terminal.screen.contains("spool: runs of other queues: lab/night (0 running, 1 queued)"))
    }
  }

  @Test("A sentence says what no shell and no agent will make of a launch; --strict queues nothing")
  func doubts() throws {
    try withSpool { spool in
      let script = spool.path("crlf")
      try spool.write("crlf", "#!/bin/sh\r\necho hi\r\n")
      try spool.write("nowhere", "#!/no/such/sh\necho hi\n")
      try spool.write("env", "#!/usr/bin/env no-such-python\n")
      try spool.write("plain", "echo hi\n")
      for name in ["crlf", "nowhere", "env"] {
        try System.setPermissions(spool.path(name), 0o755)
      }
      let agent = try spool.agent()
      for (words, doubt) in [
        (
          ["python a.py > out"],
          "'python a.py > out': is a single word, and no program is called so; sh -c"
            + " 'python a.py > out' has it executed by a shell"
        ),
        (["no-such-program", "x"], "no-such-program: no program of that name is in the PATH"),
        (["/no/such/file"], "/no/such/file: there is no such file on this host"),
        ([spool.path("plain")], "may not be executed; chmod +x "),
        (
          [script],
          "its lines end with CR LF, as on Windows, and there is no interpreter /bin/sh\\r"
        ),
        ([spool.path("nowhere")], "its interpreter /no/such/sh is not there"),
        ([spool.path("env")], "its interpreter no-such-python is not found in the PATH"),
        (["--cwd", "/no/such", "--", "true"], "cwd /no/such: there is no such directory"),
        (["--slots", "2", "--", "true"], "it needs what no live agent of lab/tests has"),
        (["--gpus", "1", "--", "true"], "it needs what no live agent of lab/tests has"),
        (["--require", "big", "--", "true"], "it needs what no live agent of lab/tests has"),
      ] {
        let arguments = words.contains("--") ? words : ["--"] + words
        let text = try spool.run(["launch", "--hold"] + arguments)
        #expect(text.contains("spool: ") && text.contains(doubt), "\(text)")
        #expect(text.split(separator: "\n").count == 2, "\(text)")
        let before = try spool.names("queued")
        let refused = try spool.run(["launch", "--hold", "--strict"] + arguments, expecting: 1)
        #expect(refused.contains(doubt) && refused.contains("nothing was queued"))
        #expect(try spool.names("queued") == before)
      }
      let run = try spool.launch(["--", script])
      try spool.waitForRecord(run)
      #expect(
        try spool.record(run).reason?.contains(": cannot be executed on ") == true
          && spool.record(run).reason?.contains("there is no interpreter /bin/sh\\r") == true)
      let fine = try spool.run(["launch", "--strict", "--", "sh", "-c", "true"])
      #expect(fine.split(separator: "\n").count == 1)
      #expect(try agent.terminate() == 0)
      try spool.run(["kill", "--all"])
    }
  }

  @Test("launch --script takes a text as it is now; a shell that waits for one is told of it")
  func script() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      try spool.write(
        "job.sh", "#!/bin/bash -u\r\necho \"$0\" ${run}\r\nfor run in 1 2; do echo $run; done\r\n")
      let text = try spool.output([
        "launch", "--wait", "--script", spool.path("job.sh"), "--env", "run=x",
      ])
      let run = String(text.prefix { $0 != "\n" })
      #expect(run.hasPrefix("job.sh-"))
      // Its text is the run's: what becomes of the file does not matter.
      let log = try spool.log(run)
      #expect(log.hasSuffix(" x\n1\n2\n"), "\(log)")
      try spool.write("input", "echo from input\n")
      func typed(_ arguments: [String]) throws -> Program {
        let program = try spool.start(
          BuiltProgram.path, arguments, output: spool.path("printed"), input: spool.path("input"))
        _ = try program.waitForEnd()
        return program
      }
      let plain = try typed(["launch", "--wait", "--script", "-"])
      #expect(plain.output.hasSuffix("finished: exit status 0\n"), "\(plain.output)")
      let name = String(try spool.text("printed").prefix { $0 != "\n" })
      #expect(try spool.log(name) == "from input\n")
      let shell = try typed(["launch", "--wait", "--", "bash"])
      #expect(shell.output.hasPrefix("spool: standard input is not the run's: launch --script - "))
      #expect(try typed(["launch", "--wait", "--", "true"]).output.hasPrefix("spool: true-"))
      try spool.run(["launch", "--script", "/no/such"], expecting: 3)
      try spool.run(["launch", "--script", spool.path("job.sh"), "--", "true"], expecting: 2)
      try spool.write("awk", "#!/usr/bin/awk -f\n{}\n")
      #expect(
        try spool.run(["launch", "--script", spool.path("awk")], expecting: 2).contains(
          "takes no text"))
      #expect(try agent.terminate() == 0)
    }
  }

  @Test("An agent has as many slots as gpus where nothing is said, and its first line tells both")
  func slotsOfGPUs() throws {
    try withSpool { spool in
      for (options, line) in [
        (["--gpus", "2"], "serving, 2 slots, 2 gpus\n"),
        (["--gpus", "none"], "serving, 1 slot, 0 gpus\n"),
        (["--gpus", "2", "--slots", "1"], "serving, 1 slot, 2 gpus\n"), ([], "serving, 1 slot\n"),
      ] {
        let text = try spool.run(["agent", "--once"] + options)
        #expect(text.contains(line), "\(text)")
      }
    }
  }

  @Test("A queue that is closed to somebody is said to be there, and whose it is")
  func closed() throws {
    guard Account.isRoot else { return }
    let directory = try makeTemporaryDirectory()
    defer { try? removeTree(directory) }
    try System.setPermissions(directory, 0o755)
    _ = try Queue.create(at: directory + "/lab/gpu", .trustedGroup("root"))
    _ = try Queue.create(at: directory + "/lab/own")
    func asNobody(_ arguments: [String]) throws -> String {
      let program = try Program(
        ["--reuid", "65534", "--regid", "65534", "--clear-groups", BuiltProgram.path] + arguments,
        environment: [
          "PATH": "/usr/bin:/bin", "SPOOL_ROOT": directory, "HOME": "/", "SPOOL_ENTITY": "lab",
        ],
        log: directory + "/" + arguments.joined(separator: " "), executable: "/usr/bin/setpriv")
      _ = try program.waitForEnd()
      return program.output
    }
    let group =
      "\(directory)/lab/gpu: you may not use this queue: it is of root and the group root, of which"
    #expect(try asNobody(["list", "-q", "gpu"]).hasPrefix("spool: " + group))
    let own = "\(directory)/lab/own: you may not use this queue: it is root's alone"
    #expect(try asNobody(["launch", "-q", "own", "--", "true"]) == "spool: \(own)\n")
    for command in [["list", "--all"], ["queue", "list"]] {
      let text = try asNobody(command)
      #expect(text.contains(group) && text.contains(own), "\(text)")
    }
  }
}
