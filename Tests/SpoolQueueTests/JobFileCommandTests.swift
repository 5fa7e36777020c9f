import SpoolQueue
import Testing

@Suite struct JobFileCommandTests {
  private func resolve(_ text: String) throws -> [String] {
    try Job(parsing: Array(text.utf8), partial: true)
      .launchedCommand(run: "train-9x7c", queue: "team/gpu")
  }

  private func error(_ text: String) -> String? {
    #expect(throws: JobFileError.self) { try resolve(text) }?.description
  }

  @Test func argumentsFollowTheCommand() throws {
    #expect(
      try resolve(#"{"command":["a","b"],"args":["c d","$HOME"]}"#) == ["a", "b", "c d", "$HOME"])
    #expect(try resolve(#"{"command":["a"]}"#) == ["a"])
  }

  @Test func theEntryPointReplacesTheCommand() throws {
    #expect(
      try resolve(#"{"command":["a"],"entry_point":["b","-u"],"args":["c"]}"#) == ["b", "-u", "c"])
    #expect(try resolve(#"{"command":["a"],"entry_point":[]}"#) == ["a"])
    #expect(try resolve(#"{"job":"j","entry_point":["b"]}"#) == ["b"])
  }

  @Test func aScriptGetsItsArgumentsAsParameters() throws {
    #expect(
      try resolve(##"{"script":"echo ${args} $1 ${config.x}","args":["one","two"]}"##)
        == ["/bin/sh", "-c", "echo ${args} $1 ${config.x}", "train-9x7c", "one", "two"])
  }

  @Test func theMacroForArgumentsTakesTheirPlace() throws {
    let args = #""args":["--a=1","-b","c"]"#
    #expect(
      try resolve(#"{"command":["x","${args}","y"],\#(args)}"#) == ["x", "--a=1", "-b", "c", "y"])
    #expect(
      try resolve(#"{"command":["x","${args_no_hyphens}"],\#(args)}"#) == ["x", "a=1", "b", "c"])
    #expect(
      try resolve(#"{"command":["x","${args_json}"],\#(args)}"#) == ["x", #"["--a=1","-b","c"]"#])
    #expect(try resolve(#"{"command":["x","${args}"]}"#) == ["x"])
    #expect(try resolve(#"{"command":["x","${args_json}"]}"#) == ["x", "[]"])
  }

  @Test func theLauncherStandsBeforeTheCommandAndHasMacrosOfItsOwn() throws {
    func launch(_ text: String) throws -> [String] {
      try Job(parsing: Array(text.utf8), partial: true).launchedCommand(run: "r-1", queue: "q/q")
    }
    let command = #""command":["x"],"args":["y"],"run_config":{"gpus":2}"#
    #expect(
      try launch(
        #"{"launcher":["srun","-J${spool.run}","-J${run}","${run}","--gres=gpu:${config.gpus}","${args}"],\#(command)}"#
      )
        == ["srun", "-Jr-1", "-J${run}", "r-1", "--gres=gpu:2", "${args}", "x", "y"])
    #expect(try launch(#"{"launcher":[],\#(command)}"#) == ["x", "y"])
    #expect(
      try launch(#"{"launcher":["nice"],"script":"a","args":["b"]}"#)
        == ["nice", "/bin/sh", "-c", "a", "r-1", "b"])
    let unknown = #expect(throws: JobFileError.self) {
      try launch(#"{"launcher":["srun","${config.gpu}"],\#(command)}"#)
    }
    #expect(
      unknown?.description
        == #""${config.gpu}" names no key of "run_config" (did you mean "${config.gpus}"?)"#)
    #expect(throws: JobFileError.self) {
      try launch(#"{"launcher":["${config.n}"],"command":["x"],"run_config":{"n":""}}"#)
    }
  }

  @Test func theRunAndTheQueueHaveNames() throws {
    #expect(
      try resolve(#"{"command":["x","${run}","${queue}"],"args":["z"]}"#)
        == ["x", "train-9x7c", "team/gpu", "z"])
    #expect(
      try resolve(#"{"command":["x","--out=${spool.run}.${spool.queue}","${spool.run}"]}"#)
        == ["x", "--out=train-9x7c.team/gpu", "train-9x7c"])
    let job = Job(command: ["x", "${spool.attempt}", "try-${spool.attempt}"])
    #expect(
      try job.launchedCommand(run: "r", queue: "q", attempt: 3) == ["x", "3", "try-3"])
  }

  @Test(arguments: [
    "a${run}b", "${run}.json", "x${queue}", "(${args})", "=${args_no_hyphens}", "${args_json};",
    "for run in 1 2; do echo ${run}; done", " ${run}", "${run}\n", "${run}${run}",
  ])
  func namesThatAShellMayHaveStayInsideLongerWords(_ word: String) throws {
    var job = Job(command: ["x", word])
    job.args = ["1"]
    #expect(try job.launchedCommand(run: "r", queue: "q") == ["x", word, "1"])
    job.sweep = "s"
    #expect(try job.launchedCommand(run: "r", queue: "q") == ["x", word, "1"])
  }

  @Test func aLiteralCommandIsExecutedAsItStands() throws {
    let words = ["${run}", "${args}", "${config.none}", "${spool.run}", "${spool.none}", "é${x}"]
    var job = Job(literal: ["x"] + words)
    #expect(job.literal == true)
    job.args = ["${run}"]
    #expect(try job.launchedCommand(run: "r", queue: "q") == ["x"] + words + ["${run}"])
    // Said in the file, and read back from it.
    #expect(try Job(parsing: job.json.bytes()) == job)
    // The entry point is somebody else's word.
    job.entryPoint = ["y", "${run}"]
    #expect(try job.launchedCommand(run: "r", queue: "q") == ["y", "r", "${run}"])
    // Without a macro there is nothing to say.
    #expect(Job(literal: ["sh", "-c", "echo $HOME"]).literal == nil)
  }

  @Test func whetherACommandIsLiteralGoesWithTheCommand() throws {
    let typed = Job(literal: ["x", "${run}"])
    var own = Job(command: ["y", "${run}"])
    #expect(own.merging(over: typed).literal == nil)
    own = Job()
    own.literal = true
    #expect(own.merging(over: Job(command: ["z"])).literal == nil)
    own = Job()
    #expect(own.merging(over: typed) == typed)
    #expect(error(#"{"literal":true,"job":"j"}"#) != nil)
    #expect(throws: JobFileError.self) {
      try Job(parsing: Array(#"{"literal":true,"script":"x"}"#.utf8))
    }
  }

  @Test func tellsOfMacrosThatAreLeftInLongerWords() throws {
    func warning(_ text: String) throws -> String? {
      try Job(parsing: Array(text.utf8), partial: true).macroWarning
    }
    #expect(
      try warning(#"{"command":["x","a${run}b","${run}","${queue}"]}"#)
        == "${run} inside a longer word is left as it is; write ${spool.run}")
    #expect(
      try warning(#"{"command":["x","(${args})","${args}"]}"#)
        == "${args} inside a longer word is left as it is; "
        + "${args} is replaced only as a word of its own")
    #expect(
      try warning(#"{"launcher":["srun","-J${queue}"],"command":["x","${run}${args}${run}"]}"#)
        == "${queue}, ${run}, ${args} inside longer words are left as they are; write ${spool.queue}, "
        + "${spool.run}; ${args} is replaced only as a word of its own")
    for text in [
      #"{"command":["x","${HOME}","a${env}","${run","$run","a${config.b}","a${spool.run}"]}"#,
      #"{"command":["x","a${run}b"],"literal":true}"#, #"{"script":"echo a${run}b"}"#,
      #"{"command":["x"],"args":["a${run}b"]}"#,
    ] { #expect(try warning(text) == nil) }
    #expect(try warning(#"{"command":["x","a${envvar:B}"],"sweep":"s"}"#) != nil)
  }

  @Test func theConfigurationIsLookedUp() throws {
    let config =
      #""run_config":{"lr":1.0,"s":"a b","n":{"k":true,"d":{"x":[1,null]}},"p.q":{"r":7}}"#
    func value(_ key: String) throws -> String {
      try resolve(#"{"command":["x","${config.\#(key)}"],\#(config)}"#)[1]
    }
    #expect(try value("lr") == "1.0")
    #expect(try value("s") == "a b")
    #expect(try value("n.k") == "true")
    #expect(try value("n.d") == #"{"x":[1,null]}"#)
    #expect(try value("n.d.x") == "[1,null]")
    #expect(try value("p.q.r") == "7")
    #expect(try value("p.q") == #"{"r":7}"#)
  }

  @Test func whatIsPutInIsNotLookedAtAgain() throws {
    #expect(
      try resolve(#"{"command":["x","${config.a}"],"run_config":{"a":"${run}"},"args":["${run}"]}"#)
        == ["x", "${run}", "${run}"])
  }

  @Test(arguments: [
    "${HOME}", "$HOME", "${}", "${args", "${argsx}", "$${", "${config}", "é${x}$", "${spool}",
  ])
  func allElseStaysAsItIs(_ word: String) throws {
    var job = Job(command: ["x", word])
    job.args = ["a"]
    #expect(try job.launchedCommand(run: "r", queue: "q") == ["x", word, "a"])
  }

  @Test func anUnclosedMacroHidesNoOther() throws {
    #expect(try resolve(#"{"command":["x","${a ${spool.run}"]}"#) == ["x", "${a train-9x7c"])
  }

  @Test func aLongWordTakesNoLongTime() throws {
    let word = String(repeating: "${", count: 32_000) + "}"
    #expect(try Job(command: ["x", word]).launchedCommand(run: "r", queue: "q") == ["x", word])
  }

  /// A run of a sweep with a command of `x` and one word more, and no program's name in front.
  private func sweepWords(_ word: String, _ config: String) throws -> [String] {
    var job = try Job(
      parsing: Array(#"{"sweep":"s1","run_config":\#(config)}"#.utf8), partial: true)
    job.command = ["x", word]
    return Array(
      try job.launchedCommand(run: "r", queue: "q", configFile: "/q/runs/r/1/config.json")
        .dropFirst())
  }

  @Test func inASweepTheMacrosMeanTheConfiguration() throws {
    let config = #"{"lr":0.10,"name":"a b","on":true,"off":false}"#
    #expect(
      try sweepWords("${args}", config)
        == ["--lr=0.10", "--name=a b", "--on=True", "--off=False"])
    #expect(
      try sweepWords("${args_no_hyphens}", config)
        == ["lr=0.10", "name=a b", "on=True", "off=False"])
    #expect(
      try sweepWords("${args_no_boolean_flags}", config) == ["--lr=0.10", "--name=a b", "--on"])
    #expect(
      try sweepWords("${args_no_equals}", config)
        == ["--lr", "0.10", "--name", "a b", "--on", "True", "--off", "False"])
    #expect(try sweepWords("${args_json}", config) == [config])
    #expect(try sweepWords("${args_json_file}", config) == ["/q/runs/r/1/config.json"])
    #expect(try sweepWords("--f=${args_json_file}", "{}") == ["--f=${args_json_file}"])
    #expect(try sweepWords("--lr=${config.a}", #"{"a":1}"#) == ["--lr=1"])
    #expect(try sweepWords("${args}", "{}") == [])
    #expect(
      try resolve(#"{"command":["x","${args}"],"args":["z"],"sweep":"s","run_config":{"a":1}}"#)
        == ["x", "--a=1", "z"])
  }

  @Test func inASweepValuesAreWrittenAsPythonWritesThem() throws {
    #expect(
      try sweepWords("${args}", #"{"a":null,"b":[1,2.0,"x",true],"c":{"lr":0.1,"d":{"e":"f"}}}"#)
        == ["--a=None", "--b=[1, 2.0, 'x', True]", "--c={'lr': 0.1, 'd': {'e': 'f'}}"])
    #expect(
      try sweepWords("${args}", #"{"a":["it's","say \"it's\"","\\ \n\t\u0001é"]}"#)
        == [#"--a=["it's", 'say "it\'s"', '\\ \n\t\x01é']"#])
  }

  @Test func theMacrosOfSweepsAreNoOtherRuns() throws {
    let words = ["${args_no_boolean_flags}", "${args_no_equals}", "${args_json_file}"]
    #expect(try Job(command: ["x"] + words).launchedCommand(run: "r", queue: "q") == ["x"] + words)
  }

  @Test func saysWhatCannotBeResolved() {
    #expect(
      error(#"{"command":["x","${config.lerning_rate}"],"run_config":{"learning_rate":1}}"#)
        == """
        "${config.lerning_rate}" names no key of "run_config" \
        (did you mean "${config.learning_rate}"?)
        """)
    #expect(
      error(#"{"command":["x","${config.a.b}"],"run_config":{"a":1}}"#)
        == #""${config.a.b}" names no key of "run_config""#)
    #expect(
      error(#"{"command":["x","a${spool.rum}"]}"#)
        == #""${spool.rum}" is none of ${spool.run}, ${spool.queue}, ${spool.attempt} "#
        + #"(did you mean "${spool.run}"?)"#)
    #expect(error("{}") == #"there is no "command", "script" or "job""#)
    #expect(
      error(#"{"job":"train:v3"}"#)
        == #"the job "train:v3" has not been merged: its command is unknown"#)
    #expect(
      error(#"{"command":["${args}"]}"#) == "the command is empty once its macros are replaced")
    #expect(
      error(#"{"command":["x","${config.a}"],"run_config":{"a":"\u0000"}}"#)
        == #""${config.a}" holds a NUL character once it is replaced"#)
    #expect(
      error(#"{"command":["x","${args}"],"sweep":"s","run_config":{"a":"\u0000"}}"#)
        == #""${args}" holds a NUL character once it is replaced"#)
  }
}
