import SpoolQueue
import SpoolTesting
import Testing

@Suite struct JobResolutionTests {
  static func part(_ text: String) throws -> Job {
    try Job(parsing: Array(text.utf8), partial: true)
  }

  // MARK: The layers, as a table

  /// One launch: what each layer says, and what comes out.
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var defaults = "{}"
    var named: String?
    var pasted: String?
    var config: String?
    var set: [String] = []
    var own = "{}"
    var asked: String
    var merged: String

    var testDescription: String { what }
  }

  static let cases: [Case] = [
    Case(
      what: "no configuration: the job's defaults",
      named: #"{"command":["t"],"args":["a"],"run_config":{"lr":0.1},"retries":2}"#,
      own: #"{"job":"train"}"#, asked: #"{"job":"train:v0"}"#,
      merged:
        #"{"job":"train:v0","command":["t"],"args":["a"],"run_config":{"lr":0.1},"retries":2}"#),
    Case(
      what: "objects merge recursively, lists and all else are replaced, numbers keep their text",
      named: #"{"command":["t"],"run_config":{"a":{"x":1.0,"y":[1,2]},"b":1,"c":{"d":1}}}"#,
      config: #"{"run_config":{"a":{"y":[3],"z":null},"b":{"e":2},"c":5}}"#,
      own: #"{"job":"train"}"#,
      asked: #"{"job":"train:v0","run_config":{"a":{"y":[3],"z":null},"b":{"e":2},"c":5}}"#,
      merged: #"{"job":"train:v0","command":["t"],"run_config":{"a":{"x":1.0,"y":[3],"z":null},"#
        + #""b":{"e":2},"c":5}}"#),
    Case(
      what: "args and entry_point replace when they are not empty",
      named: #"{"command":["t"],"args":["a","b"]}"#,
      config: #"{"overrides":{"args":["c"],"entry_point":["e","f"]}}"#, own: #"{"job":"train"}"#,
      asked: #"{"job":"train:v0","args":["c"],"entry_point":["e","f"]}"#,
      merged: #"{"job":"train:v0","command":["t"],"args":["c"],"entry_point":["e","f"]}"#),
    Case(
      what: "empty lists of a configuration, and an empty entry point of a run, change nothing",
      named: #"{"command":["t"],"args":["a","b"]}"#,
      pasted: #"{"entry_point":[]}"#,
      config: #"{"overrides":{"args":[],"run_config":{},"entry_point":[]}}"#,
      own: #"{"job":"train"}"#, asked: #"{"job":"train:v0"}"#,
      merged: #"{"job":"train:v0","command":["t"],"args":["a","b"]}"#),
    Case(
      what: "a run that was asked for without arguments has none again",
      named: #"{"command":["t"],"args":["a"]}"#, pasted: #"{"job":"train:v0","args":[]}"#,
      asked: #"{"job":"train:v0","args":[]}"#,
      merged: #"{"job":"train:v0","command":["t"],"args":[]}"#),
    Case(
      what: "empty args of a job file replace the job's",
      named: #"{"command":["t"],"args":["a","b"]}"#, own: #"{"job":"train","args":[]}"#,
      asked: #"{"job":"train:v0","args":[]}"#,
      merged: #"{"job":"train:v0","command":["t"],"args":[]}"#),
    Case(
      what: "queue < job < --from < -c < file < --set",
      defaults: #"{"run_config":{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1},"retries":1,"timeout":1}"#,
      named: #"{"command":["t"],"run_config":{"b":2,"c":2,"d":2,"e":2,"f":2},"retries":2}"#,
      pasted: #"{"job":"train:v0","run_config":{"c":3,"d":3,"e":3,"f":3},"args":["from"]}"#,
      config: #"{"run_config":{"d":4,"e":4,"f":4},"args":["config"]}"#, set: ["f=6"],
      own: #"{"job":"train","run_config":{"e":5,"f":5}}"#,
      asked:
        #"{"job":"train:v0","args":["config"],"run_config":{"c":3,"d":4,"e":5,"f":6}}"#,
      merged: #"{"job":"train:v0","command":["t"],"args":["config"],"#
        + #""run_config":{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6},"timeout":1,"retries":2}"#),
    Case(
      what: "the job of a configuration, where -j does not say another",
      named: #"{"command":["t"]}"#, config: #"{"job":"train"}"#,
      asked: #"{"job":"train:v0"}"#, merged: #"{"job":"train:v0","command":["t"]}"#),
    Case(
      what: "an entry point for the same job is pasted",
      named: #"{"command":["t"]}"#, pasted: #"{"job":"train:v7","entry_point":["e"]}"#,
      own: #"{"job":"train"}"#, asked: #"{"job":"train:v0","entry_point":["e"]}"#,
      merged: #"{"job":"train:v0","command":["t"],"entry_point":["e"]}"#),
    Case(
      what: "what belongs to another job is not, but its args and configuration are",
      named: #"{"command":["t"]}"#,
      pasted: #"{"job":"other:v7","entry_point":["e"],"args":["a"],"run_config":{"b":1}}"#,
      own: #"{"job":"train"}"#, asked: #"{"job":"train:v0","args":["a"],"run_config":{"b":1}}"#,
      merged: #"{"job":"train:v0","command":["t"],"args":["a"],"run_config":{"b":1}}"#),
    Case(
      what: "a run without a named job gives its command",
      pasted: #"{"command":["c"],"args":["a"],"run_config":{"b":1}}"#, set: ["b=2"],
      asked: #"{"command":["c"],"args":["a"],"run_config":{"b":2}}"#,
      merged: #"{"command":["c"],"args":["a"],"run_config":{"b":2}}"#),
    Case(
      what: "but not to a run with a job or a command of its own",
      named: #"{"command":["t"]}"#, pasted: #"{"script":"c","args":["a"]}"#,
      own: #"{"job":"train"}"#, asked: #"{"job":"train:v0","args":["a"]}"#,
      merged: #"{"job":"train:v0","command":["t"],"args":["a"]}"#),
    Case(
      what: "a command of one's own needs no job",
      pasted: #"{"job":"train:v7","entry_point":["e"],"args":["a"]}"#,
      config: #"{"job":"train","entry_point":["f"]}"#, own: #"{"command":["c"]}"#,
      asked: #"{"command":["c"],"args":["a"]}"#, merged: #"{"command":["c"],"args":["a"]}"#),
    Case(
      what: "--set reaches into what the job says, and into keys with dots",
      named: #"{"command":["t"],"run_config":{"opt":{"name":"sgd","m":1},"opt.lr":1,"x":{}}}"#,
      set: ["opt.m=2", "opt.lr=0.10", "x.y.z=a", "x.y.w=true", "new={\"k\":[]}"],
      own: #"{"job":"train"}"#,
      asked: #"{"job":"train:v0","run_config":{"opt":{"m":2},"opt.lr":0.10,"#
        + #""x":{"y":{"z":"a","w":true}},"new":{"k":[]}}}"#,
      merged: #"{"job":"train:v0","command":["t"],"run_config":{"opt":{"name":"sgd","m":2},"#
        + #""opt.lr":0.10,"x":{"y":{"z":"a","w":true}},"new":{"k":[]}}}"#),
    Case(
      what: "env merges, cwd and the rest are the job's where the file is silent",
      defaults: #"{"env":{"A":"1","B":"1"},"cwd":"/1"}"#,
      named: #"{"script":"s","env":{"B":"2","C":"2"},"cwd":"/2","slots":2}"#,
      own: #"{"job":"train","env":{"C":"3"},"slots":3}"#,
      asked: #"{"job":"train:v0","env":{"C":"3"},"slots":3}"#,
      merged: #"{"job":"train:v0","script":"s","cwd":"/2","env":{"A":"1","B":"2","C":"3"},"#
        + #""slots":3}"#),
  ]

  @Test(arguments: cases)
  func theLayersMerge(launch: Case) throws {
    try withTemporaryDirectory { root in
      var request = JobRequest(try Self.part(launch.own))
      request.pasted = try launch.pasted.map { try Self.part($0) }
      request.config = try launch.config.map { try LaunchConfig(parsing: Array($0.utf8)) }
      request.assignments = try launch.set.map { try ConfigAssignment($0) }
      var version: JobVersion?
      if let named = launch.named {
        let catalog = JobCatalog(root: root, entity: "tester")
        version = try catalog.create("train", Self.part(named)).version
      }
      let resolved = try request.resolved(over: version, defaults: Self.part(launch.defaults))
      #expect(resolved.asked.json.text == launch.asked)
      // Up to the order of members.
      #expect(try resolved.merged == Self.part(launch.merged))
      // To merge what is queued once more, when it is claimed, gives the same.
      let claimed = try JobRequest(resolved.asked).resolved(
        over: version, defaults: Self.part(launch.defaults))
      #expect(claimed.merged == resolved.merged)
    }
  }

  // MARK: Inputs

  @Test(arguments: [
    ("learning_rate=2", "\"learning_rate\" of \"run_config\" must be a number from 0 to 1, not 2"),
    (
      "learning_rate=fast",
      "\"learning_rate\" of \"run_config\" must be a number from 0 to 1, not \"fast\""
    ),
    ("epochs=1.5", "\"epochs\" of \"run_config\" must be an integer of at least 1, not 1.5"),
    ("opt.name=x", "\"opt.name\" of \"run_config\" must be one of \"sgd\", \"adam\", not \"x\""),
    ("opt.nesterov=1", "\"opt.nesterov\" of \"run_config\" must be true or false, not 1"),
  ])
  func aValueOutsideTheJobsInputsIsRefused(assignment: String, complaint: String) throws {
    try withQueue { queue in
      try #expect(queue.jobs.create("train", Self.part(Self.recipe)).isNew)
      var request = JobRequest(try Self.part(#"{"job":"train"}"#))
      request.assignments = [try ConfigAssignment(assignment)]
      let error = #expect(throws: SpoolError.self) { try queue.resolve(request) }
      #expect(error?.kind == .badInput)
      #expect(error?.message == "train:v0: " + complaint)
      // A file may not widen what the job allows.
      request.own.inputs = ["other": ["type": "string"]]
      let again = #expect(throws: SpoolError.self) { try queue.resolve(request) }
      #expect(again?.message == error?.message)
    }
  }

  static let recipe = """
    {"command": ["t"], "run_config": {"learning_rate": 0.1, "opt": {"name": "sgd"}},
     "inputs": {"learning_rate": {"type": "number", "min": 0, "max": 1},
                "epochs": {"type": "integer", "min": 1},
                "opt.name": {"choices": ["sgd", "adam"]},
                "opt": {"nesterov": {"type": "boolean"}}}}
    """
}
