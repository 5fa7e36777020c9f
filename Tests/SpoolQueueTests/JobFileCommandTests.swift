import SpoolQueue
import Testing

@Suite struct JobFileCommandTests {
  private func resolve(_ text: String) throws -> [String] {
    try Job(parsing: Array(text.utf8), partial: true)
      .resolvedCommand(run: "train-9x7c", queue: "team/gpu")
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
    #expect(try resolve(#"{"command":["x","(${args})"],\#(args)}"#) == ["x", "(--a=1 -b c)"])
    #expect(try resolve(#"{"command":["x","=${args_no_hyphens}"],\#(args)}"#) == ["x", "=a=1 b c"])
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
        #"{"launcher":["srun","-J${run}","--gres=gpu:${config.gpus}","${args}"],\#(command)}"#)
        == ["srun", "-Jr-1", "--gres=gpu:2", "${args}", "x", "y"])
    #expect(try launch(#"{"launcher":[],\#(command)}"#) == ["x", "y"])
    #expect(
      try launch(#"{"launcher":["nice"],"script":"a","args":["b"]}"#)
        == ["nice", "/bin/sh", "-c", "a", "r-1", "b"])
    let unknown = #expect(throws: JobFileError.self) {
      try launch(#"{"launcher":["srun","${config.gpu}"],\#(command)}"#)
    }
    #expect(unknown?.description.contains("did you mean \"${config.gpus}\"?") == true)
    #expect(throws: JobFileError.self) {
      try launch(#"{"launcher":["${config.n}"],"command":["x"],"run_config":{"n":""}}"#)
    }
  }

  @Test func theRunAndTheQueueHaveNames() throws {
    #expect(
      try resolve(#"{"command":["x","--out=${run}.${queue}","${run}"],"args":["z"]}"#)
        == ["x", "--out=train-9x7c.team/gpu", "train-9x7c", "z"])
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

  @Test(arguments: ["${HOME}", "$HOME", "${}", "${args", "${argsx}", "$${", "${config}", "é${x}$"])
  func allElseStaysAsItIs(_ word: String) throws {
    var job = Job(command: ["x", word])
    job.args = ["a"]
    #expect(try job.resolvedCommand(run: "r", queue: "q") == ["x", word, "a"])
  }

  @Test func anUnclosedMacroHidesNoOther() throws {
    #expect(try resolve(#"{"command":["x","${a ${run}"]}"#) == ["x", "${a train-9x7c"])
  }

  @Test func aLongWordTakesNoLongTime() throws {
    let word = String(repeating: "${", count: 32_000) + "}"
    #expect(try Job(command: ["x", word]).resolvedCommand(run: "r", queue: "q") == ["x", word])
  }

  /// A run of a sweep with a command of `x` and one word more, and no program's name in front.
  private func sweepWords(_ word: String, _ config: String) throws -> [String] {
    var job = try Job(
      parsing: Array(#"{"sweep":"s1","run_config":\#(config)}"#.utf8), partial: true)
    job.command = ["x", word]
    return Array(
      try job.resolvedCommand(run: "r", queue: "q", configFile: "/q/runs/r/1/config.json")
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
    #expect(try sweepWords("--f=${args_json_file}", "{}") == ["--f=/q/runs/r/1/config.json"])
    #expect(try sweepWords("(${args})", #"{"a":1,"b":2}"#) == ["(--a=1 --b=2)"])
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
    #expect(try Job(command: ["x"] + words).resolvedCommand(run: "r", queue: "q") == ["x"] + words)
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
