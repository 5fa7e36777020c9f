import SpoolQueue
import SpoolTesting
import Testing

@Suite("Named jobs, from the command line to the record")
struct NamedJobTests {
  @Test("W&B's documented command line, from an empty directory to what the command saw")
  func seed() throws {
    try withSpool { spool in
      try spool.write(
        "train.json",
        #"{"script": "cat $SPOOL_CONFIG; echo \"args: $*\"", "args": ["--fast"],"#
          + #" "run_config": {"learning_rate": 0.1, "epochs": 10, "model": {"name": "small"}}}"#)
      let created = try spool.output(
        ["job", "create", "train", "--file", spool.path("train.json")])
      #expect(created == "train:v0\n")
      try spool.write(
        "config.json",
        """
        // config.json
        {
          "overrides": {
            "args": [],
            "run_config": { "learning_rate": 0, "epochs": 0 },
            "entry_point": []
          },
          "resource_args": { "<resource-type>": { "<key>": "<value>" } }
        }
        """)
      let run = try spool.launch(
        ["-j", "train", "-q", "tests", "-e", "lab", "-c", spool.path("config.json")])
      try spool.drain()
      let record = try spool.record(run)
      #expect(record.state == .finished)
      #expect(record.job == "train:v0")
      #expect(record.args == ["--fast"])
      let config = #"{"learning_rate":0,"epochs":0,"model":{"name":"small"}}"#
      #expect(record.runConfig?.text == config)
      let log = try spool.log(run)
      #expect(log.hasSuffix("}\nargs: --fast\n"))
      // All but the last line is what the command saw in $SPOOL_CONFIG.
      let lines = log.split(separator: "\n").dropLast()
      let seen = try JSON(parsing: Array(lines.joined(separator: "\n").utf8), dialect: .strict)
      #expect(seen.text == config)
    }
  }

  @Test("job create says whether there is a new version; list, show and alias know it")
  func catalogue() throws {
    try withSpool { spool in
      #expect(try spool.output(["job", "create", "train", "--", "echo", "a"]) == "train:v0\n")
      let again = try spool.run(["job", "create", "train", "--", "echo", "a"])
      #expect(again == "train:v0\nspool: train:v0 has the same content; no new version was made\n")
      let json = try spool.output(["job", "create", "train", "--json", "--", "echo", "b"])
      #expect(json == "{\"job\":\"train:v1\",\"new\":true}\n")
      try spool.run(["job", "alias", "train:v0", "prod"])
      let list = try spool.output(["job", "list", "--json"])
      let object = try #require(try JSON(parsing: Array(list.utf8)).objectValue)
      #expect(object["versions"] == ["v0", "v1"])
      #expect(object["aliases"] == ["prod": "v0"])
      #expect(object["latest"] == "v1")
      let show = try spool.output(["job", "show", "train:prod", "--json"])
      let version = try #require(try JSON(parsing: Array(show.utf8)).objectValue)
      #expect(version["job"] == "train:v0")
      #expect(version["content"] == ["command": ["echo", "a"]])
      let page = try spool.output(["job", "show", "train"])
      #expect(page.contains("versions  v1 (latest) v0 (prod)\n"))
      try spool.run(["job", "show", "train:v7"], expecting: 3)
      try spool.run(["job", "create", "nobody/train", "--", "true"], expecting: 3)
      try spool.run(["job", "alias", "train", "v9"], expecting: 2)
    }
  }

  @Test("a launch outside the job's inputs says which key, which value and which range")
  func inputs() throws {
    try withSpool { spool in
      try spool.write(
        "train.json",
        #"{"command": ["true"], "inputs": {"lr": {"type": "number", "min": 0, "max": 1}}}"#)
      try spool.run(["job", "create", "train", "--file", spool.path("train.json")])
      let sentence = #"train:v0: "lr" of "run_config" must be a number from 0 to 1, not 2"#
      let refused = try spool.run(["launch", "-j", "train", "--set", "lr=2"], expecting: 2)
      #expect(refused == "spool: \(sentence)\n")
      #expect(try spool.names("queued").isEmpty)
      try spool.drop("bad.json", #"{"job": "train", "run_config": {"lr": 2}}"#)
      try spool.drop("good.json", #"{"job": "train:latest", "run_config": {"lr": 1}}"#)
      try spool.drop("none.json", #"{"job": "trian"}"#)
      try spool.drain()
      #expect(try spool.record("bad").state == .crashed)
      #expect(try spool.record("bad").reason == sentence)
      #expect(try spool.record("good").state == .finished)
      #expect(try spool.record("good").job == "train:v0")
      #expect(
        try spool.record("none").reason == "lab: there is no job trian (did you mean train?)")
    }
  }

  @Test("--from and show --config ask for the same again, while a run waits and when it is done")
  func paste() throws {
    try withSpool { spool in
      try spool.run(["job", "create", "train", "--", "sh", "-c", "cat $SPOOL_CONFIG"])
      let run = try spool.launch(["-j", "train", "--set", "a.b=1.0"])
      let config = """
        {
          "job": "train:v0",
          "run_config": {
            "a": {
              "b": 1.0
            }
          }
        }

        """
      #expect(try spool.output(["show", run, "--config"]) == config)
      try spool.drain()
      #expect(try spool.output(["show", run, "--config"]) == config)
      try spool.run(["job", "create", "train", "--", "sh", "-c", "echo new; cat $SPOOL_CONFIG"])
      try spool.write("again.json", config)
      let again = try spool.launch(["-c", spool.path("again.json"), "--set", "a.c=2"])
      let newer = try spool.launch(["-j", "train", "--from", run])
      try spool.drain()
      #expect(try spool.record(again).job == "train:v0")
      #expect(try spool.record(again).runConfig?.text == #"{"a":{"b":1.0,"c":2}}"#)
      #expect(try spool.record(newer).job == "train:v1")
      #expect(try spool.record(newer).runConfig?.text == #"{"a":{"b":1.0}}"#)
      #expect(try spool.log(newer).hasPrefix("new\n"))
    }
  }

  @Test("the cwd and the env of a job count more than where launch was typed")
  func surroundings() throws {
    try withSpool { spool in
      try spool.write(
        "train.json", #"{"script": "pwd; echo $LANG", "cwd": "/", "env": {"LANG": "C.job"}}"#)
      try spool.run(["job", "create", "train", "--file", spool.path("train.json")])
      let run = try spool.launch(["-j", "train"])
      let other = try spool.launch(["-j", "train", "--cwd", spool.queue, "--env", "LANG=C.flag"])
      try spool.drain()
      #expect(try spool.log(run) == "/\nC.job\n")
      #expect(try spool.log(other) == "\(spool.queue)\nC.flag\n")
    }
  }

  @Test("a sweep of a named job runs where the job says, with the environment that it says")
  func sweepSurroundings() throws {
    try withSpool { spool in
      try spool.write(
        "train.json",
        #"{"script": "pwd; echo $LANG $*", "args": ["last"], "cwd": "/", "env": {"LANG": "C.job"}}"#
      )
      try spool.run(["job", "create", "train", "--file", spool.path("train.json")])
      try spool.write(
        "sweep.json", #"{"method": "grid", "job": "train", "parameters": {"a": {"values": [1]}}}"#)
      let text = try spool.output(["sweep", spool.path("sweep.json")])
      let run = text.prefix { $0 != "\n" } + "-0001"
      try spool.run(["job", "create", "train", "--", "false"])
      try spool.drain()
      #expect(try spool.record(String(run)).job == "train:v0")
      #expect(try spool.log(String(run)) == "/\nC.job last\n")
    }
  }

  @Test("a file may be a pipe that is written later: what <(…) of a shell is")
  func pipes() throws {
    try withSpool { spool in
      try spool.run(["job", "create", "train", "--", "echo", "${config.a}"])
      let sweep = #"{"method": "grid", "job": "train", "parameters": {"a": {"values": [7]}}}"#
      for (arguments, text) in [
        (["launch", "-j", "train", "--dry-run", "-c"], #"{"run_config": {"a": 7}}"#),
        (["launch", "--dry-run", "--file"], #"{"command": ["echo", "7"]}"#),
        (["sweep", "--dry-run"], sweep),
      ] {
        let pipe = "queued/pipe.\(arguments.count)"
        try Platform.makePipe(spool.path(pipe))
        let program = try spool.start(arguments + [spool.path(pipe)])
        // Opening it waits for the reader.
        let file = try SlowFile(spool.path(pipe))
        try file.write(text)
        file.close()
        #expect(try program.waitForEnd() == 0)
        #expect(program.output.contains("execute: echo 7\n"), "\(program.output)")
      }
    }
  }

  @Test(
    "what is no configuration is told as what it is",
    arguments: [
      (["-c", "."], 2, "spool: .: is a directory, not a file\n"),
      (["-c", ""], 2, "spool: the name of the file is empty\n"),
      (["-c", "nowhere.json"], 3, "spool: nowhere.json: there is no such file\n"),
      (
        ["-c", "[]"], 2,
        "spool: the configuration: line 1, column 1: the file must be an object, not an array\n"
      ),
      (
        ["-j", "lab/vision/train:v0"], 2,
        #"spool: "job" must be a job's name as in [ENTITY/]JOB[:VERSION], not "lab/vision/train:v0""#
          + " (there are no projects here: lab/train:v0)\n"
      ),
    ])
  func wrongConfigurations(_ arguments: [String], _ status: Int32, _ message: String) throws {
    try withSpool { spool in
      try spool.run(["job", "create", "train", "--", "true"])
      let job = arguments.contains("-j") ? [] : ["-j", "train"]
      #expect(try spool.run(["launch"] + job + arguments, expecting: status) == message)
      let both = try spool.run(["launch", "-j", "train", "-c", "-", "--file", "-"], expecting: 2)
      #expect(both.contains("--config - and --file -: standard input can be only one of them\n"))
    }
  }

  @Test("a dry run shows what would be queued, looks everything up, and makes nothing")
  func dryRun() throws {
    try withSpool { spool in
      try spool.run(["job", "create", "train", "--", "echo", "${config.a}", "${queue}"])
      let text = try spool.run(["launch", "-j", "train", "--dry-run", "--set", "a=x y"])
      #expect(text.contains(#""job": "train:v0""#))
      #expect(text.contains("spool: would execute: echo 'x y' lab/tests\n"))
      let missing = try spool.run(["launch", "-j", "train"], expecting: 2)
      #expect(missing == "spool: \"${config.a}\" names no key of \"run_config\"\n")
      #expect(try spool.names("queued").isEmpty)
      #expect(try spool.names("runs").isEmpty)
    }
  }
}
