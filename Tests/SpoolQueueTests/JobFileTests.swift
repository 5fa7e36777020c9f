import SpoolQueue
import Testing

@Suite struct JobFileTests {
  /// Every key with a value of its own, in the order of the list.
  static let whole = """
    {"job":"team/train:v3",\
    "args":["--verbose","é"],\
    "run_config":{"learning_rate":1.0,"nested":{"list":[1e3,null]}},\
    "entry_point":["python3","-u"],\
    "inputs":{"learning_rate":{"type":"number","min":0,"max":1.5,"choices":[0.1,1.0]}},\
    "cwd":"/tmp","env":{"B":"2","A":"1=1"},"env_file":["/etc/environment"],"umask":"0022",\
    "name":"train","notes":"two\\nlines","tags":["a","b"],"author":"Ada","priority":7,\
    "timeout":5400,"warn":0.25,"retries":3,"retry_delay":0,"retry_on":[1,255],\
    "not_before":"2026-11-22T14:15:01+01:00",\
    "after":{"ok":["a-1"],"any":["b"],"failed":["c","d"]},\
    "require":["gpu1"],"slots":2,"gpus":1,"unique":"nightly","split":true,"launcher":["nice"],\
    "hooks":{"on_end":["mail"],"on_failure":["page","me"],"on_empty":["poweroff"]},\
    "sweep":"s1","retry_of":"train-9x7c","format":1,"x-mine":{"any":["thing"]}}
    """

  @Test func everyKeyIsReadAndWritten() throws {
    let job = try Job(parsing: Array(Self.whole.utf8))
    #expect(job.json.text == Self.whole)
    #expect(try Job(parsing: job.json.bytes(pretty: true)) == job)

    #expect(job.job == "team/train:v3")
    #expect(job.args == ["--verbose", "é"])
    #expect(job.runConfig?["learning_rate"] == .number("1.0"))
    #expect(job.entryPoint == ["python3", "-u"])
    #expect(job.env?["A"] == "1=1")
    #expect(job.env?.variables.map(\.name) == ["B", "A"])
    #expect(job.envFile == ["/etc/environment"])
    #expect(job.umask == 0o022)
    #expect(job.priority == 7)
    #expect(job.timeout == 5400)
    #expect(job.warn == 0.25)
    #expect(job.retryOn == [1, 255])
    #expect(job.notBefore?.secondsSince1970 == 1_795_353_301)
    #expect(job.after?.runs == ["a-1", "b", "c", "d"])
    #expect(job.split == true)
    #expect(job.hooks?.onFailure == ["page", "me"])
    #expect(job.retryOf == "train-9x7c")
    #expect(job.extensions["x-mine"] == ["any": ["thing"]])
  }

  @Test func theListOfKeysIsTheContracts() {
    #expect(
      Job.keys.joined(separator: " ") == """
        job command literal script args run_config entry_point inputs cwd env env_file umask name notes \
        tags project author priority timeout warn retries retry_delay retry_on not_before after require \
        slots gpus unique split wandb launcher hooks sweep retry_of format
        """)
  }

  @Test func peopleWriteItTheirWay() throws {
    let text = """
      // A night's work.
      {
        "command": ["make", "all",],  /* twice */
        "timeout": "1h30m", "retry_delay": "500ms", "umask": "22",
        "env": {"OMP_NUM_THREADS": 4, "SCALE": 1.0},
        "entry_point": [], "launcher": [],
      }
      """
    let job = try Job(parsing: Array(text.utf8))
    #expect(job.command == ["make", "all"])
    #expect(job.timeout == 5400)
    #expect(job.retryDelay == 0.5)
    #expect(job.umask == 0o22)
    #expect(job.env == ["OMP_NUM_THREADS": "4", "SCALE": "1.0"])
    #expect(job.entryPoint == [])
    #expect(try Job(parsing: job.json.bytes()) == job)
  }

  @Test func jobsAreEqualWhateverTheOrderOfTheirKeys() throws {
    var one = Job(command: ["true"])
    one.env = ["A": "1", "B": "2"]
    var other = Job(command: ["true"])
    other.env = ["B": "2", "A": "1"]
    #expect(one == other)
    other.env?["C"] = "3"
    #expect(one != other)
  }

  @Test func aPartOfAJobNeedsNoCommand() throws {
    let text = Array(#"{"overrides": {"args": ["-x"], "run_config": {"a": 1}}}"#.utf8)
    let job = try Job(parsing: text, at: [.key("overrides")], partial: true)
    #expect(job.args == ["-x"])
    #expect(job.command == nil)
  }

  @Test func aMergedJobReadsBackFromItsRecord() throws {
    let named = Job(command: ["python3"])
    var file = Job()
    file.job = "train"
    let merged = file.merging(over: named)
    #expect(try Job(recorded: merged.json) == merged)
    #expect(throws: JobFileError.self) { try Job(parsing: merged.json.bytes()) }
    #expect(throws: JobFileError("unknown key \"x\"")) { try Job(recorded: ["x": 1]) }
  }

  @Test func aRunIsNamedAfterItsJobOrItsCommand() {
    var job = Job(command: ["/usr/bin/python3", "x"])
    #expect(job.programName == "python3")
    job.entryPoint = ["./go.sh"]
    #expect(job.programName == "go.sh")
    #expect(job.program == ["./go.sh"])
    job.job = "team/train:v3"
    #expect(job.programName == "train")
    var script = Job()
    script.script = "true"
    #expect(script.programName == "script")
    #expect(script.program == nil)
  }

  @Test func inputsDescribeTheConfiguration() throws {
    func complaint(_ inputs: JSONObject, _ config: JSONObject) -> String? {
      var job = Job()
      job.inputs = inputs
      job.runConfig = config
      return job.inputComplaint
    }
    #expect(complaint(["a": ["type": "integer", "min": 1, "max": 3]], ["a": 2]) == nil)
    #expect(complaint(["a": ["type": "integer"]], [:]) == nil)
    #expect(complaint(["a.b": ["choices": ["x", 1]]], ["a": ["b": 1.0]]) == nil)
    #expect(
      complaint(["a": ["type": "integer"]], ["a": 1.5])
        == "\"a\" of \"run_config\" must be an integer, not 1.5")
    #expect(
      complaint(["a": ["min": 1]], ["a": 0])
        == "\"a\" of \"run_config\" must be a number of at least 1, not 0")
    #expect(
      complaint(["a": ["max": 1.5]], ["a": 2])
        == "\"a\" of \"run_config\" must be a number of at most 1.5, not 2")
    #expect(
      complaint(["a": ["type": "number", "min": 0, "max": 1]], ["a": "x"])
        == "\"a\" of \"run_config\" must be a number from 0 to 1, not \"x\"")
    #expect(
      complaint(["a": ["b": ["min": 0, "max": 1]]], ["a": ["b": 1.5]])
        == "\"a.b\" of \"run_config\" must be a number from 0 to 1, not 1.5")
    #expect(
      complaint(["a": ["b": ["type": "integer"]]], ["a": 3])
        == "\"a\" of \"run_config\" must be an object, not 3")
    #expect(complaint(["a": ["type": "integer"]], ["a": .number("123456789012345678901")]) == nil)
    #expect(
      complaint(["a.b": ["choices": ["x", 1]]], ["a": ["b": "y"]])
        == "\"a.b\" of \"run_config\" must be one of \"x\", 1, not \"y\"")
  }
}
