import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

@Suite struct SweepFileTests {
  private func error(_ text: String) -> String? {
    #expect(throws: JobFileError.self) { try SweepFile(parsing: Array(text.utf8)) }?.description
  }

  /// What is said of a file with these members, on its second line, beside a good method, parameters
  /// and a command.
  private func error(beside members: String, _ without: String = "") -> String? {
    let standard = [
      #""method":"random""#, #""parameters":{"a":{"value":1}}"#, #""command":["x"]"#,
    ].filter { without.isEmpty || !$0.hasPrefix("\"\(without)\"") }
    return error("{" + standard.joined(separator: ",") + ",\n\(members)}")
  }

  @Test func readsWhatWandBDocuments() throws {
    let file = try SweepFile(
      parsing: Array(
        """
        // sweep.json
        {
          "program": "train.py",
          "name": "sweepdemo",
          "description": "learning rates",
          "project": "first-sweep", "entity": "team",
          "method": "random",
          "run_cap": 20,
          "metric": {"goal": "maximize", "name": "validation/acc"},
          "parameters": {
            "learning_rate": {"min": 0.0001, "max": 0.1},
            "batch_size": {"values": [16, 32, 64]},
            "optimizer": {"parameters": {
              "name": {"value": "adam"},
              "nadam": {"parameters": {"beta": {"values": [0.9, 0.95], "probabilities": [0.5, 0.5]}}},
            }},
          },
          "command": ["${env}", "python3", "${program}", "--epochs", 10, "${args}"],
          "launch": {"timeout": "2h"},
          "x-note": 1,
        }
        """.utf8))
    #expect(file.method == .random)
    #expect(file.program == "train.py")
    #expect(file.name == "sweepdemo")
    #expect(file.description == "learning rates")
    #expect(file.runCap == 20)
    #expect(file.metric?.name == "validation/acc")
    #expect(file.metric?.isMaximized == true)
    #expect(file.command == ["${env}", "python3", "${program}", "--epochs", "10", "${args}"])
    #expect(file.launch?.timeout == 7200)
    #expect(
      SweepLeaf.leaves(of: file.parameters).map(\.dotted)
        == ["learning_rate", "batch_size", "optimizer.name", "optimizer.nadam.beta"])
    #expect(file.remarks.count == 1)
    #expect(try SweepRequest(file).job.project == "first-sweep")
  }

  @Test func theGoalIsToMinimize() throws {
    let file = try SweepFile(
      parsing: Array(
        #"{"method":"grid","parameters":{"a":{"value":1}},"program":"a","metric":{"name":"m"}}"#
          .utf8))
    #expect(file.metric?.isMaximized == false)
  }

  @Test func saysWhatIsMissing() {
    #expect(error(beside: #""name":"n""#, "method") == #"line 1, column 1: "method" is needed"#)
    #expect(
      error(beside: #""name":"n""#, "parameters") == #"line 1, column 1: "parameters" is needed"#)
    #expect(
      error(beside: #""name":"n""#, "command")
        == #"line 1, column 1: one of "command", "program" and "job" is needed"#)
    #expect(
      error(beside: #""command":["${env}","${program}"]"#, "command")
        == #"line 2, column 1: "command" has ${program}, but there is no "program""#)
    #expect(
      error(beside: #""metric":{"goal":"minimize"}"#)
        == #"line 2, column 10: "metric" must have a "name""#)
    #expect(
      error(beside: #""parameters":{}"#, "parameters")
        == #"line 2, column 14: "parameters" must have a parameter at least"#)
  }

  @Test func saysWhatCannotBeDone() {
    #expect(
      error(beside: #""method": "bayes""#, "method")
        == #"line 2, column 11: "method" cannot be "bayes": spool queues all runs at once and does"#
        + #" not search by their results (Bayesian search); "grid" and "random" can be done"#)
    #expect(
      error(beside: #""method": "gird""#, "method")
        == #"line 2, column 11: "method" must be "grid" or "random", not "gird""#
        + #" (did you mean "grid"?)"#)
    #expect(
      error(beside: #""early_terminate": 3"#)
        == #"line 2, column 20: "early_terminate" must be an object, not a number"#)
    #expect(
      error(beside: #""metric": {"name": "loss", "target": "x"}"#)
        == #"line 2, column 38: "target" of "metric" must be a number, not a string"#)
    #expect(
      error(beside: #""launch": {"command": ["y"]}"#)
        == #"line 2, column 12: "command" in "launch": the sweep itself decides that"#)
    #expect(
      error(beside: #""scheduler": {"num_workers": 8}"#)
        == #"line 2, column 14: "scheduler" has no meaning here: --max-running says how many runs"#
        + " there are at a time")
    #expect(
      error(beside: #""runcap": 3"#)
        == #"line 2, column 1: unknown key "runcap" (did you mean "run_cap"?)"#)
    #expect(
      error(beside: #""run_cap": 0"#)
        == #"line 2, column 12: "run_cap" must be a whole number of 1 or more, not 0"#)
  }

  static let parameters: [(String, String)] = [
    (
      "null",
      #"line 2, column 19: "p" of "parameters" must be an object: one value for all runs is written"#
        + #" {"value": null}"#
    ),
    (
      "[1, 2]",
      #"line 2, column 19: "p" of "parameters" must be an object: its values go into"#
        + #" {"values": [...]}"#
    ),
    (
      "{}",
      #"line 2, column 19: "p" of "parameters" must have "value", "values", "min" and "max","#
        + #" "parameters" or a "distribution""#
    ),
    (
      #"{"valeus": [1]}"#,
      #"line 2, column 20: unknown key "valeus" in "p" of "parameters" (did you mean "values"?)"#
    ),
    (
      #"{"values": []}"#,
      #"line 2, column 30: "values" of "p" of "parameters" must not be empty"#
    ),
    (
      #"{"min": 1, "max": 1}"#,
      #"line 2, column 37: "max" of "p" of "parameters" must be more than "min", 1, not 1"#
    ),
    (
      #"{"min": 0, "max": 1, "q": 0.1}"#,
      #"line 2, column 40: "q" has no place in a parameter of the distribution "int_uniform""#
    ),
    (
      #"{"min": 0, "max": 1.0, "q": 0.1}"#,
      #"line 2, column 42: "q" has no place in a parameter of the distribution "uniform""#
        + #" ("distribution": "q_uniform" has it)"#
    ),
    (
      #"{"distribution": "log_uniform_values", "min": 0, "max": 1}"#,
      #"line 2, column 65: "min" of "p" of "parameters" must be more than 0 for the distribution"#
        + #" "log_uniform_values", not 0"#
    ),
    (
      #"{"distribution": "log_uniform", "min": 0, "max": 1e3}"#,
      #"line 2, column 19: "p" of "parameters" must have exponents of e in "min" and "max","#
        + " below 709"
    ),
    (
      #"{"distribution": "int_uniform", "min": 0.5, "max": 2}"#,
      #"line 2, column 58: "min" of "p" of "parameters" must be a whole number for the distribution"#
        + #" "int_uniform", not 0.5"#
    ),
    (
      #"{"distribution": "uniform", "min": 0}"#,
      #"line 2, column 19: "p" of "parameters" must have "max" for the distribution "uniform""#
    ),
    (
      #"{"distribution": "normal", "sigma": -1}"#,
      #"line 2, column 55: "sigma" of "p" of "parameters" must be 0 or more, not -1"#
    ),
    (
      #"{"distribution": "q_normal", "q": 0}"#,
      #"line 2, column 53: "q" of "p" of "parameters" must be more than 0, not 0"#
    ),
    (
      #"{"distribution": "logunifrom"}"#,
      #"line 2, column 36: "distribution" of "p" of "parameters" must be a distribution, not"#
        + #" "logunifrom" (did you mean "log_uniform"?)"#
    ),
    (
      #"{"distribution": "gamma"}"#,
      #"line 2, column 36: "distribution" of "p" of "parameters" must be one of constant,"#
        + " categorical, categorical_w_probabilities, int_uniform, uniform, q_uniform, log_uniform,"
        + " log_uniform_values, q_log_uniform, q_log_uniform_values, inv_log_uniform,"
        + " inv_log_uniform_values, normal, q_normal, log_normal, q_log_normal, beta, q_beta, not"
        + #" "gamma""#
    ),
    (
      #"{"values": [1, 2], "probabilities": [1]}"#,
      #"line 2, column 55: "probabilities" of "p" of "parameters" must be as many as the values, 2,"#
        + " not 1"
    ),
    (
      #"{"values": [1, 2], "probabilities": [0.5, 0.6]}"#,
      #"line 2, column 55: "probabilities" of "p" of "parameters" must add up to 1, not 1.1"#
    ),
    (
      #"{"value": 1, "values": [1]}"#,
      #"line 2, column 32: "values" has no place in a parameter of the distribution "constant""#
    ),
    (
      #"{"parameters": {"q": {"value": 1}}, "value": 1}"#,
      #"line 2, column 55: "value" beside "parameters": a parameter has values or parameters of its"#
        + " own"
    ),
    (
      #"{"parameters": {"q": {"mim": 1}}}"#,
      #"line 2, column 41: unknown key "mim" in "q" of "parameters" of "p" of "parameters" (did you"#
        + #" mean "min"?)"#
    ),
  ]

  @Test(arguments: parameters) func saysWhatIsWrongWithAParameter(
    _ value: String, _ message: String
  ) {
    #expect(error(beside: #""parameters":{"p":"# + value + "}", "parameters") == message)
  }

  @Test func aGridWalksOnlyWhatCanBeListed() {
    let head = #"{"method":"grid","command":["x"],"parameters":{"#
    #expect(
      error(head + #""a":{"parameters":{"b":{"min":0.5,"max":1}}}}}"#)
        == #"line 1, column 71: "b" of "parameters" of "a" of "parameters" cannot be walked by a grid:"#
        + #" "uniform" has no list of values; give "values", "int_uniform" or "q_uniform", or use the"#
        + #" method "random""#)
    #expect(
      error(head + #""a":{"values":[1,2],"probabilities":[0.5,0.5]}}}"#)
        == #"line 1, column 52: "a" of "parameters" cannot have "probabilities" in a grid, which has"#
        + " every value once")
  }

  @Test func tellsWhatChangesNothing() throws {
    let file = try SweepFile(
      parsing: Array(
        #"""
        {"method": "grid", "job": "a", "program": "b", "parameters": {"a": 1, "b": "x", "c": true},
         "early_terminate": {"type": "hyperband", "min_iter": 3}, "controller": {"type": "local"}, "RUN": 10,
         "metric": {"name": "m", "goal": "maximum", "target": 0.6}}
        """#.utf8))
    #expect(
      file.remarks == [
        #""RUN" changes nothing: neither W&B nor spool has such a key"#,
        #""program" changes nothing beside "job": only "command" can use it, as ${program}"#,
        #""early_terminate" is kept and changes nothing: each run runs to its end"#,
        #""target" changes nothing: the runs are queued at once"#,
        #""controller" changes nothing here: the runs are queued at once"#,
      ])
    // One value for all runs, as W&B's users write it.
    #expect(try SweepPoints(file).points.map(\.text) == [#"{"a":1,"b":"x","c":true}"#])
  }

  @Test func tellsWhatWouldBeSomethingElseToWandB() throws {
    let text = """
      method: grid
      program: a
      parameters:
        a: {values: [no, On, 10_000, 010, 0b1, 1:30, !!str no]}
        no: {values: ['no', "10_000", 0o17, 1e-5, n, y, 1_a]}
      """
    #expect(
      try SweepFile(parsing: Array(text.utf8)).remarks == [
        #"line 4, column 16: no is text, and to W&B false; write false, or "no""#,
        #"line 4, column 20: On is text, and to W&B true; write true, or "On""#,
        "line 4, column 24: 10_000 is text, and to W&B the number 10000; write 10000",
        "line 4, column 32: 010 is a decimal number, and to W&B an octal one; write it without the 0, or in quotes",
        "line 4, column 37: 0b1 is text, and to W&B a binary number; write it in decimal digits, or in quotes",
      ])
  }

  @Test func wordsOfTheCommandAreTheTextOfWhatStandsThere() throws {
    let text = "method: grid\nparameters: {a: 1}\ncommand:\n- run\n- # nothing\n- 1e-5\n- true\n"
    #expect(try SweepFile(parsing: Array(text.utf8)).command == ["run", "None", "1e-5", "True"])
  }

  @Test func theProgramMayBeSaidBesides() throws {
    let text = Array("method: grid\nparameters: {a: 1}\n".utf8)
    #expect(throws: JobFileError.self) { try SweepFile(parsing: text) }
    let file = try SweepFile(parsing: text, program: "x.py")
    let request = try SweepRequest(file)
    #expect(request.job.command == ["/usr/bin/env", "python", "x.py", "${args}"])
    #expect(request.asked["program"] == "x.py")
    #expect(try SweepFile(parsing: text, isRecorded: true).program == nil)
  }

  // MARK: YAML

  private static let yaml = """
    # sweep.yaml
    program: train.py
    method: grid
    metric: {name: loss}
    parameters:
      lr:
        values: [1e-5, 0.1]
      optimizer:
        value: adam
    command:
    - ${env}
    - python3
    - ${program}
    - ${args}
    """

  @Test func readsYAMLByItsFirstCharacter() throws {
    let file = try SweepFile(parsing: Array(Self.yaml.utf8))
    #expect(file.method == .grid)
    #expect(file.command == ["${env}", "python3", "${program}", "${args}"])
    #expect(
      try SweepPoints(file).points.map(\.text) == [
        #"{"lr":1e-5,"optimizer":"adam"}"#, #"{"lr":0.1,"optimizer":"adam"}"#,
      ])
    #expect(try SweepFile(parsing: Array(file.text.utf8)).metric == file.metric)
  }

  @Test func namesThePlacesOfYAML() {
    func error(_ from: String, _ to: String) -> String? {
      let parts = Self.yaml.split(separator: from, maxSplits: 1, omittingEmptySubsequences: false)
      return self.error(parts.joined(separator: to))
    }
    #expect(
      error("grid", "grit")?.hasPrefix(
        #"line 3, column 9: "method" must be "grid" or "random", not "grit""#) == true)
    #expect(
      error("values", "valeus")?.hasPrefix(
        #"line 7, column 5: unknown key "valeus" in "lr" of "parameters""#) == true)
    #expect(
      error("[1e-5, 0.1]", "")
        == #"line 7, column 12: "values" of "lr" of "parameters" must be an array, not null"#)
    #expect(
      error("- ${env}", "- [a]")
        == #"line 11, column 3: entry 1 of "command" must be a string, not an array"#)
    #expect(
      error("    value: adam", "    value: adam: 1")?.hasPrefix(
        "line 9, column 16: a second ':' in the value") == true)
  }

  @Test func aSweepInBracesIsReadAgainWithoutItsName() throws {
    let text = "{method: grid, program: a.py, parameters: {a: {values: [1e-5, x]}}}"
    let file = try SweepFile(parsing: Array(text.utf8), as: .yaml)
    #expect(
      try SweepPoints(SweepFile(parsing: Array(file.text.utf8))).points == SweepPoints(file).points)
    #expect(error(text)?.hasPrefix("line 1, column 2: expected a key in double quotes") == true)
  }

  @Test(arguments: [
    ("x.yaml", "{}", Notation.yaml), ("x.yml", "", .yaml), ("x.json", "a: 1", .json),
    ("-", "{}", .json), ("-", "a: 1", .yaml),
    ("x", "\u{FEFF} \r\n\t[", .json), ("x", "// c", .json), ("x", "/* c", .json),
    ("x", "# c", .yaml), ("x", "---", .yaml),
    ("x", "\"a\": 1", .yaml), ("x", "", .json), ("x", " \n", .json),
  ])
  func theNotationIsThatOfTheNameOrTheFirstCharacter(name: String, text: String, notation: Notation)
  {
    #expect(Notation(of: Array(text.utf8), named: name) == notation)
  }
}
