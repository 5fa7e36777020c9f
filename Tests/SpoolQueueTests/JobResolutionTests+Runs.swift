import SpoolTesting
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

// What a run is pinned to when it is queued or claimed, and what can be taken over from it.
extension JobResolutionTests {
  // MARK: Queued

  private func waitingJob(_ queue: Queue) throws -> Job {
    let name = try #require(try System.list(queue.path(.queued)).first)
    return try Job(parsing: Array(try readFile(queue.path(.queued, name)).utf8))
  }

  @Test func aRunIsPinnedWhenItIsQueued() throws {
    try withQueue { queue in
      try #expect(queue.jobs.create("train", Job(command: ["a"])).isNew)
      try queue.jobs.alias(JobReference(name: "train"), as: "prod")
      try #expect(queue.jobs.create("train", Job(command: ["b"])).isNew)
      for (text, pinned) in [
        ("train", "train:v1"), ("train:prod", "train:v0"), ("tester/train", "tester/train:v1"),
      ] {
        var job = Job()
        job.job = text
        let run = try queue.enqueue(job)
        #expect(run.hasPrefix("train-"))
        #expect(try waitingJob(queue).job == pinned)
        #expect(try waitingJob(queue).command == nil)
        _ = try queue.kill(run, KillRequest(reason: nil))
      }
    }
  }

  @Test(arguments: [
    (#"{"job":"train:v9"}"#, SpoolError.Kind.notFound),
    (#"{"job":"nothing"}"#, .notFound),
    (#"{"job":"train","entry_point":["echo","${config.nope}"]}"#, .badInput),
    (#"{"command":["echo","${config.nope}"]}"#, .badInput),
    (#"{"job":"train","run_config":{"a":0}}"#, .badInput),
  ])
  func whatCanNeverRunIsNotQueued(text: String, kind: SpoolError.Kind) throws {
    try withQueue { queue in
      let recipe = #"{"command":["t"],"inputs":{"a":{"min":1}}}"#
      try #expect(queue.jobs.create("train", Self.part(recipe)).isNew)
      let error = #expect(throws: SpoolError.self) { try queue.enqueue(Self.part(text)) }
      #expect(error?.kind == kind)
      #expect(try System.list(queue.path(.queued)) == [])
      #expect(try System.list(queue.path(.runs)) == [])
    }
  }

  // MARK: Claimed

  /// Claims the file that waits, as an agent does, and prepares its attempt.
  private func attempt(_ queue: Queue, claim number: Int = 1) throws -> Attempt {
    let file = try #require(try System.list(queue.path(.queued)).first)
    let information = try System.information(queue.path(.queued, file))
    let claim = ClaimName(agent: "host-test", number: number)
    let name = try #require(try queue.claim(file, information, for: claim))
    return try #require(
      try queue.makeAttempt(name, settings: try queue.readSettings(), slot: 0))
  }

  @Test func aDroppedFileIsPinnedWhenItIsClaimed() throws {
    try withQueue(isSound: false) { queue in
      try #expect(queue.jobs.create("train", Job(command: ["a"])).isNew)
      try writeFile(queue.path(.queued, "hello.json"), #"{"job":"train","args":["x"]}"#)
      try #expect(queue.jobs.create("train", Job(command: ["b"])).isNew)
      let attempt = try attempt(queue)
      #expect(attempt.objection == nil)
      #expect(attempt.start.job?.job == "train:v1")
      #expect(attempt.start.argv == ["b", "x"])
    }
  }

  @Test func aLaterAttemptUsesWhatTheFirstWasStartedWith() throws {
    try withQueue(isSound: false) { queue in
      try #expect(queue.jobs.create("train", Job(command: ["a"])).isNew)
      try writeFile(queue.path(.queued, "hello.json"), #"{"job":"train","run_config":{"n":1}}"#)
      try writeFile(queue.path + "/queue.json", #"{"defaults":{"run_config":{"m":1}}}"#)
      let first = try attempt(queue)
      _ = try first.publishStart(sync: false)
      #expect(try queue.giveBack(first.name))
      try #expect(queue.jobs.create("train", Job(command: ["b"])).isNew)
      try writeFile(queue.path + "/queue.json", #"{"defaults":{"run_config":{"m":2}}}"#)
      let second = try attempt(queue, claim: 2)
      #expect(second.number == 2)
      #expect(second.start.job == first.start.job)
      #expect(second.start.argv == ["a"])
      #expect(second.start.job?.runConfig == ["n": 1, "m": 1])
    }
  }

  @Test func aStartRecordThatIsLargerThanAJobFileCountsToo() throws {
    try withQueue(isSound: false) { queue in
      try #expect(queue.jobs.create("train", Job(command: ["a"])).isNew)
      // The record has the job, and the queue's defaults besides.
      let text = String(repeating: "x", count: 700_000)
      try writeFile(
        queue.path(.queued, "hello.json"), #"{"job":"train","run_config":{"n":"\#(text)"}}"#)
      try writeFile(
        queue.path + "/queue.json", #"{"defaults":{"run_config":{"m":"\#(text)"}}}"#)
      let first = try attempt(queue)
      _ = try first.publishStart(sync: false)
      #expect(try queue.giveBack(first.name))
      try #expect(queue.jobs.create("train", Job(command: ["b"])).isNew)
      #expect(try attempt(queue, claim: 2).start.argv == ["a"])
      #expect(try queue.job(of: first.start.run).program == ["a"])
    }
  }

  @Test func anAttemptThatNeverHadAJobIsNoModel() throws {
    try withQueue(isSound: false) { queue in
      try writeFile(queue.path(.queued, "hello.json"), #"{"job":"train"}"#)
      let first = try attempt(queue)
      #expect(
        first.objection
          == "tester: there is no job train; the entity has none (spool job create --root \(queue.root)"
          + " -e tester makes one)")
      #expect(first.start.job?.job == "train")
      _ = try first.publishStart(sync: false)
      #expect(try queue.giveBack(first.name))
      try #expect(queue.jobs.create("train", Job(command: ["a"])).isNew)
      let second = try attempt(queue, claim: 2)
      #expect(second.objection == nil)
      #expect(second.start.job?.job == "train:v0")
    }
  }

  @Test(arguments: [
    (
      #"{"job":"train","run_config":{"a":0}}"#,
      "train:v0: \"a\" of \"run_config\" must be a number of at least 1, not 0"
    ),
    (#"{"job":"train:v3"}"#, "tester/train: there is no version v3; the latest is v0"),
    (
      #"{"job":"train","entry_point":["${config.b}"]}"#,
      "\"${config.b}\" names no key of \"run_config\""
    ),
  ])
  func aDroppedFileThatCanNeverRunHasAnObjection(text: String, objection: String) throws {
    try withQueue(isSound: false) { queue in
      let recipe = #"{"command":["t"],"inputs":{"a":{"min":1}}}"#
      try #expect(queue.jobs.create("train", Self.part(recipe)).isNew)
      try writeFile(queue.path(.queued, "hello.json"), text)
      #expect(try attempt(queue).objection == objection)
    }
  }

  @Test func aJobThatOthersMayHaveWrittenIsNotTrusted() throws {
    try withQueue(isSound: false) { queue in
      try #expect(queue.jobs.create("train", Job(command: ["a"])).isNew)
      let path = queue.jobs.path + "/train/v0.json"
      var job = Job()
      job.job = "train"
      // A second name that a crashed creator left beside it says nothing against it.
      try System.link(path, queue.jobs.path + "/train/.new.left")
      _ = try queue.enqueue(job)
      #expect(try attempt(queue).objection == nil)
      try System.link(path, queue.root + "/elsewhere")
      let error = #expect(throws: SpoolError.self) { try queue.enqueue(job) }
      #expect(error?.kind == .refused)
      #expect(
        error?.message
          == "job train:v0: \(path): it has 2 names (hard links), so its owner may not have put it here"
      )
      try System.unlink(queue.root + "/elsewhere")
      try System.setPermissions(path, 0o666)
      try writeFile(queue.path(.queued, "hello.json"), #"{"job":"train"}"#)
      #expect(
        try attempt(queue, claim: 2).objection
          == "job train:v0: \(path): everybody can write it (chmod o-w)")
    }
  }

  // MARK: Paste

  @Test func whatARunWasAskedForCanBeAskedForAgain() throws {
    try withQueue { queue in
      try #expect(
        queue.jobs.create("train", Self.part(#"{"command":["t"],"run_config":{"a":1.0}}"#)).isNew)
      let asked = #"{"job":"train","args":["x"],"run_config":{"b":{"c":2}},"notes":"n","cwd":"/"}"#
      let run = try queue.enqueue(Self.part(asked))
      let config = #"{"job":"train:v0","args":["x"],"run_config":{"a":1.0,"b":{"c":2}}}"#
      // While it waits, and when it is over.
      #expect(try queue.configuration(of: run).json.text == config)
      _ = try queue.kill(run, KillRequest(reason: nil))
      #expect(try queue.configuration(of: run).json.text == config)
      var request = JobRequest()
      request.pasted = try queue.paste(from: run)
      request.assignments = [try ConfigAssignment("b.c=3")]
      #expect(
        try queue.resolve(request).asked.json.text
          == #"{"job":"train:v0","args":["x"],"run_config":{"b":{"c":3}},"cwd":"/","notes":"n","#
          + #""priority":50}"#)
      // The printed configuration is one that can be read.
      var again = JobRequest()
      again.config = try LaunchConfig(parsing: Array(config.utf8))
      #expect(try queue.resolve(again).asked.json.text == config)
    }
  }

  @Test func aRunWithoutANamedJobGivesItsCommand() throws {
    try withQueue { queue in
      let run = try queue.enqueue(
        Self.part(#"{"command":["c"],"args":["x"],"cwd":"/","author":"ada","gpus":2}"#), priority: 7
      )
      let asked = #"{"command":["c"],"args":["x"],"cwd":"/","priority":7,"gpus":2}"#
      #expect(try queue.paste(from: run).json.text == asked)
      #expect(try queue.configuration(of: run).json.text == #"{"args":["x"]}"#)
      _ = try queue.kill(run, KillRequest(reason: nil))
      #expect(try queue.paste(from: run).json.text == asked)
      #expect(try queue.asked(of: run).job.author == "ada")
    }
  }

  @Test func whatBelongsToOneRunAloneIsNotAskedForAgain() throws {
    try withQueue { queue in
      let first = try queue.enqueue(Self.part(#"{"command":["a"]}"#))
      let asked =
        #"{"command":["c","${args}"],"args":[],"env":{"A":"1"},"umask":"0027","name":"n","#
        + #""tags":["t"],"timeout":60,"warn":5,"retries":2,"retry_delay":1,"retry_on":[3],"#
        + #""require":["gpu1"],"slots":2,"unique":"u","split":true,"launcher":["nice"],"#
        + #""hooks":{"on_end":["true"]},"sweep":"s-1234","x-other":1}"#
      var job = try Self.part(asked)
      let expected = try queue.enqueue(job, priority: 50)
      #expect(try queue.paste(from: expected).json["priority"]?.intValue == 50)
      job.unique = nil
      job.after = Dependencies(any: [first])
      job.notBefore = ZonedTime("2126-11-28T00:00:00Z")
      job.author = "ada"
      job.retryOf = first
      let run = try queue.enqueue(job, priority: 3)
      let again = try queue.paste(from: run).json
      for key in Job.keys where !["unique", "priority"].contains(key) {
        let isMoment = ["after", "not_before", "author", "retry_of"].contains(key)
        #expect(again[key] == (isMoment ? nil : job.json[key]), "\(key)")
      }
      #expect(again["x-other"]?.intValue == 1)
      #expect(try queue.asked(of: run).job == job)
    }
  }

  @Test(
    "Words replace arguments where there are some, a job or a script, else the command",
    arguments: [
      (#"{"command":["c"]}"#, "command"), (#"{"command":["c"],"args":[]}"#, "command"),
      (#"{"command":["c"],"args":["x"]}"#, "args"), (#"{"script":"echo"}"#, "args"),
      (#"{"job":"train:v0"}"#, "args"),
    ])
  func words(_ old: String, _ key: String) throws {
    var job = Job()
    #expect(job.replaceWords(["n", "${args}"], of: try Self.part(old)) == key)
    #expect(job.args == (key == "args" ? ["n", "${args}"] : nil))
    #expect(job.command == (key == "args" ? nil : ["n", "${args}"]))
    #expect(job.literal == (key == "args" ? nil : true))
  }

  @Test func aRunThatIsNotThereGivesNothing() throws {
    try withQueue { queue in
      let error = #expect(throws: SpoolError.self) { try queue.paste(from: "nobody") }
      #expect(error?.kind == .notFound)
    }
  }
}
