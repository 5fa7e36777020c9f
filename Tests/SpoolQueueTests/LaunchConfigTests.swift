import SpoolQueue
import SpoolTesting
import Testing

@Suite struct LaunchConfigTests {
  private func read(_ text: String) throws -> LaunchConfig {
    try LaunchConfig(parsing: Array(text.utf8))
  }

  // MARK: W&B's words

  @Test func wandbsOwnSampleIsTaken() throws {
    let config = try read(
      """
      // config.json
      {
        "overrides": {
          "args": [],
          "run_config": {
            "learning_rate": 0,
            "epochs": 0
          },
          "entry_point": []
        },
        "resource_args": {
          "<resource-type>": {
            "<key>": "<value>"
          }
        }
      }
      """)
    #expect(config.args == nil)
    #expect(config.entryPoint == nil)
    #expect(config.runConfig == ["learning_rate": 0, "epochs": 0])
    #expect(config.ignored == ["resource_args"])
    #expect(config.warning == #""resource_args": has no meaning here and is ignored"#)
  }

  static let same = [
    #"{"args":["a"],"run_config":{"b":1.0},"entry_point":["c"]}"#,
    #"{"overrides":{"args":["a"],"run_config":{"b":1.0},"entry_point":["c"]}}"#,
    #"{"args":["a"],"overrides":{"run_config":{"b":1.0},"entry_point":["c"]}}"#,
    #"{"args":["a"],"run_config":{},"overrides":{"args":[],"run_config":{"b":1.0}},"#
      + #""entry_point":["c"],"x-mine":{}}"#,
    "/* a */ {\"args\": [\"a\",], // b\n \"run_config\":{\"b\":1.0}, \"entry_point\":[\"c\"],}",
  ]

  @Test(arguments: same)
  func theKeysStandAtTheTopOrUnderOverrides(text: String) throws {
    let config = try read(text)
    #expect(config.args == ["a"])
    #expect(config.runConfig == ["b": .number("1.0")])
    #expect(config.entryPoint == ["c"])
    #expect(config.warning == nil)
    #expect(config.json.text == Self.same[0])
  }

  @Test(arguments: [
    "{}", #"{"overrides":{}}"#, #"{"overrides":null,"args":null}"#,
    #"{"args":[],"entry_point":[],"run_config":{},"resource_args":{},"name":"","docker":null}"#,
  ])
  func whatIsEmptyChangesNothing(text: String) throws {
    #expect(try read(text) == LaunchConfig())
  }

  @Test func whatWandbHasBesidesIsNamedAndIgnored() throws {
    let config = try read(
      #"{"uri":"https://x","job":"train","entity":"lab","resource":"local-process","priority":2,"#
        + #""overrides":{"artifacts":{"a":1},"files":{},"dockerfile":"D"}}"#)
    #expect(config.job == "train")
    #expect(
      config.warning
        == #""uri", "entity", "resource", "priority", "overrides.artifacts", "overrides.dockerfile":"#
        + " have no meaning here and are ignored")
  }

  // MARK: What is wrong

  static let wrong: [(String, String)] = [
    ("", "line 1, column 1: the text is empty"),
    ("[]", #"line 1, column 1: the file must be an object, not an array"#),
    (
      "{\n  \"arg\": []\n}", #"line 2, column 3: unknown key "arg" (did you mean "args"?)"#
    ),
    (
      #"{"run_confg": {}}"#,
      #"line 1, column 2: unknown key "run_confg" (did you mean "run_config"?)"#
    ),
    (
      #"{"overrides": {"entrypoint": []}}"#,
      #"line 1, column 16: unknown key "entrypoint" in "overrides" (did you mean "entry_point"?)"#
    ),
    (#"{"overrides": {"job": "a"}}"#, #"line 1, column 16: unknown key "job" in "overrides""#),
    (#"{"args": "a"}"#, #"line 1, column 10: "args" must be an array of strings, not a string"#),
    (
      #"{"overrides": {"args": ["a", 1]}}"#,
      #"line 1, column 30: entry 2 of "args" of "overrides" must be a string, not a number"#
    ),
    (#"{"run_config": []}"#, #"line 1, column 16: "run_config" must be an object, not an array"#),
    (#"{"entry_point": [""]}"#, #"line 1, column 18: entry 1 of "entry_point" must not be empty"#),
    (
      #"{"args": ["a"], "overrides": {"args": ["b"]}}"#,
      #"line 1, column 31: "args" of "overrides" is given twice: at the top and under "overrides""#
    ),
    (#"{"args": [], "args": []}"#, #"line 1, column 14: the key "args" is given twice"#),
  ]

  @Test(arguments: wrong)
  func whatIsWrongIsSaidWithItsPlace(text: String, message: String) {
    #expect { try read(text) } throws: { error in
      #expect("\(error)" == message)
      return error is JobFileError
    }
  }

  // MARK: After -c

  @Test func aConfigurationIsAFileOrTheJSONItself() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/config.json"
      try writeFile(path, #"{"args": ["file"]}"#)
      #expect(try LaunchConfig(reading: path).args == ["file"])
      #expect(try LaunchConfig(reading: #" {"args": ["inline"]}"#).args == ["inline"])
      #expect(try LaunchConfig(reading: "// config.json\n{\"args\": [\"c\"]}").args == ["c"])
      func message(_ argument: String) -> String {
        do throws(SpoolError) {
          _ = try LaunchConfig(reading: argument)
          return ""
        } catch {
          return "\(error.kind): \(error)"
        }
      }
      #expect(
        message("{")
          == "badInput: the configuration: line 1, column 2: the text ends inside an object begun"
          + " at line 1, column 1")
      try writeFile(path, "args: []")
      #expect(message(path).hasPrefix("badInput: \(path): line 1, column 1: "))
      try writeFile(directory + "/c.yaml", "{args: [yaml], run_config: {lr: 1e-5}}")
      #expect(try LaunchConfig(reading: directory + "/c.yaml").args == ["yaml"])
      #expect(
        try LaunchConfig(reading: directory + "/c.yaml").runConfig == ["lr": .number("1e-5")])
      #expect(try LaunchConfig(reading: "overrides:\n  args: [a]").args == ["a"])
      try writeFile(directory + "/c.yaml", "overrides:\n  arg: []\n")
      #expect(
        message(directory + "/c.yaml").hasPrefix(
          "badInput: \(directory)/c.yaml: line 2, column 3: unknown key \"arg\" in \"overrides\""))
      #expect(
        message(directory + "/none")
          == "notFound: \(directory)/none: there is no such file")
    }
  }

  // MARK: --set

  @Test(arguments: [
    ("a=1", "a", "1"), ("a=1.0", "a", "1.0"), ("a=1e-3", "a", "1e-3"), ("a=true", "a", "true"),
    ("a=null", "a", "null"), (#"a="1""#, "a", #""1""#), ("a=x", "a", #""x""#), ("a=", "a", #""""#),
    ("a=01", "a", #""01""#), ("a=NaN", "a", #""NaN""#), (#"a={"b":[1]}"#, "a", #"{"b":[1]}"#),
    ("a=b=c", "a", #""b=c""#), ("a.b=x y", "a.b", #""x y""#), ("a={", "a", #""{""#),
    ("a=1 // x", "a", #""1 // x""#),
  ])
  func aValueIsJSONWhereItParses(text: String, key: String, value: String) throws {
    let assignment = try ConfigAssignment(text)
    #expect(assignment.key == key)
    #expect(assignment.value.text == value)
  }

  @Test(arguments: ["a", "", "=1", ".a=1", "a.=1", "a..b=1"])
  func whatIsNoAssignmentIsRefused(text: String) {
    let error = #expect(throws: SpoolError.self) { try ConfigAssignment(text) }
    #expect(error?.kind == .badInput)
  }

  @Test(arguments: [
    ("{}", "a=1", #"{"a":1}"#),
    ("{}", "a.b.c=1", #"{"a":{"b":{"c":1}}}"#),
    (#"{"a":{"b":1}}"#, "a.c=2", #"{"a":{"c":2}}"#),
    // A key that has dots itself is met as it is, as `${config.KEY}` finds it.
    (#"{"a.b":1}"#, "a.b=2", #"{"a.b":2}"#),
    (#"{"a.b":{"c":1},"a":{}}"#, "a.b.c=2", #"{"a.b":{"c":2}}"#),
    (#"{"a.b":{},"a":{"b":{"c":1}}}"#, "a.b.c=2", #"{"a":{"b":{"c":2}}}"#),
    (#"{"a.b":{},"a":{"b":{}}}"#, "a.b.c=2", #"{"a.b":{"c":2}}"#),
    (#"{"a":{"b.c":1}}"#, "a.b.c=2", #"{"a":{"b.c":2}}"#),
    // What is no object is replaced by one.
    (#"{"a":1}"#, "a.b=2", #"{"a":{"b":2}}"#),
  ])
  func dotsReachInside(config: String, assignment: String, result: String) throws {
    let config = try #require(try JSON(parsing: Array(config.utf8)).objectValue)
    #expect(try ConfigAssignment(assignment).object(within: config).text == result)
  }
}
