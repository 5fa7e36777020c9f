import SpoolQueue
import Testing

@Suite("What is replaced in a command, and what is executed as it stands")
struct MacroTests {
  private static let loop = "for run in 1 2; do echo ${run} ${args:-none} ${queue}; done"

  @Test("What was typed is executed as it stands, by every attempt and every repeat")
  func typed() throws {
    try withSpool { spool in
      let output = try spool.output([
        "launch", "--name", "loop", "--retries", "1", "--retry-delay", "0s", "--", "sh", "-c",
        Self.loop + "; echo $0 $1 $2; exit $((2 - SPOOL_ATTEMPT))", "${run}", "${config.none}",
        "${spool.run}",
      ])
      let run = String(output.dropLast())
      // Waiting, and when it is over: the words as they are executed.
      let shown = "sh -c '\(Self.loop); echo $0 $1 $2; exit $((2 - SPOOL_ATTEMPT))' '${run}'"
      #expect(try spool.output(["show", run]).contains(shown))
      try spool.drain()
      let expected = "1 none\n2 none\n${run} ${config.none} ${spool.run}\n"
      #expect(try spool.text("runs/\(run)/1/out.log") == expected)
      #expect(try spool.text("runs/\(run)/2/out.log") == expected)
      #expect(try spool.output(["show", run]).contains(shown))

      let again = try spool.output(["retry", run])
      let like = try spool.launch(["--from", run])
      try spool.drain()
      #expect(try spool.log(String(again.dropLast())) == expected)
      #expect(try spool.log(like) == expected)
    }
  }

  @Test("A job file has macros: W&B's as whole words, those with a dot anywhere")
  func file() throws {
    try withSpool { spool in
      try spool.write(
        "job.json",
        #"""
        {"command": ["echo", "${run}", "a${run}b", "${spool.run}.${spool.attempt}", "${queue}",
          "(${spool.queue})", "${config.a}-${config.b.c}", "${args}", "(${args})"],
         "args": ["x y", "z"], "run_config": {"a": 1.0, "b": {"c": "d"}}}
        """#)
      let arguments = ["launch", "--file", spool.path("job.json")]
      let told = try spool.run(arguments + ["--dry-run"])
      let warning = """
        spool: ${run}, ${args} inside longer words are left as they are; write ${spool.run}; \
        ${args} is replaced only as a word of its own

        """
      #expect(told.contains(warning))
      let run = try spool.launch(["--file", spool.path("job.json")])
      // Dropped by hand, it is the same.
      try spool.drop("10-dropped.json", try spool.text("job.json"))
      try spool.drain()
      for run in [run, "dropped"] {
        let log = "\(run) a${run}b \(run).1 lab/tests (lab/tests) 1.0-d x y z (${args})\n"
        #expect(try spool.log(run) == log)
        #expect(
          try spool.output(["show", run]).contains(
            "echo \(run) 'a${run}b' \(run).1 lab/tests '(lab/tests)' 1.0-d 'x y' z '(${args})'\n"))
      }
    }
  }

  @Test("A recipe has macros, a run that was typed has none where a recipe is made of it")
  func recipes() throws {
    try withSpool { spool in
      let created = try spool.run([
        "job", "create", "loop", "--", "sh", "-c", Self.loop + "; echo $0", "${run}",
      ])
      let hint = "write ${spool.run}, ${spool.queue}"
      #expect(created.contains("loop:v0\n") && created.contains(hint))
      let run = try spool.launch(["-j", "loop"])
      let typed = try spool.launch(["--", "echo", "${run}"])
      try spool.drain()
      #expect(try spool.log(run) == "1 none\n2 none\n\(run)\n")
      #expect(try spool.output(["job", "create", "typed", "--from", typed]) == "typed:v0\n")
      let named = try spool.launch(["-j", "typed"])
      try spool.drain()
      #expect(try spool.log(named) == "${run}\n")
    }
  }

  @Test("The words of a sweep are replaced where they are nothing but a macro")
  func sweep() throws {
    try withSpool { spool in
      try spool.write(
        "sweep.json",
        #"""
        {"method": "grid", "parameters": {"a": {"values": [1]}}, "program": "x.sh",
         "command": ["${env}", "sh", "-c", "for program in 1; do echo ${program} $*; done", "-",
           "${args}", "${program}", "a=${config.a}", "${envvar:HOME}", "x${envvar:HOME}"]}
        """#)
      let program = try spool.start(["sweep", spool.path("sweep.json")])
      #expect(try program.waitForEnd() == 0)
      #expect(program.output.contains("${program}, ${envvar:HOME} inside longer words are left"))
      try spool.drain()
      let run = try #require(try spool.names("done").first?.dropLast(5))
      let home = String(spool.queue.dropLast("/lab/tests".count))
      #expect(
        try spool.log(String(run)) == "1 --a=1 x.sh a=1 \(home) x${envvar:HOME}\n")
    }
  }

  @Test("A launcher has the macros of its run, a typed command behind it has none")
  func launcher() throws {
    try withSpool(
      settings: #"{"launcher": ["env", "A=${spool.run}.${spool.attempt}", "B=${run}"]}"#
    ) { spool in
      let run = try spool.launch(["--", "sh", "-c", "echo $A ${B} $0", "${run}"])
      try spool.drain()
      #expect(try spool.log(run) == "\(run).1 ${run} ${run}\n")
      #expect(try spool.output(["show", run]).contains("launcher    env A=\(run).1 'B=${run}'\n"))
    }
  }

  @Test("Files that spool 0.1.0 queued and that still wait are read like any other file")
  func old() throws {
    try withSpool { spool in
      // As its launch wrote them: nothing tells what was typed.
      let words = #""echo", "${run}", "a${run}b", "${args}""#
      try spool.drop(
        "50-20261120T101112.131415Z-echo-ab12.json",
        #"{"command": [\#(words)], "cwd": "/", "env": {"PATH": "/bin"}, "umask": "0022"}"#)
      try System.makeDirectory(spool.path("runs/echo-ab12"), permissions: 0o700)
      try spool.drain()
      #expect(try spool.log("echo-ab12") == "echo-ab12 a${run}b\n")
    }
  }
}
