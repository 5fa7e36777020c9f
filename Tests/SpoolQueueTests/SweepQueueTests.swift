import SpoolTesting
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

@Suite struct SweepQueueTests {
  func request(
    _ parameters: String = #""a":{"values":[1,2]},"b":{"parameters":{"c":{"values":["x","y z"]}}}"#,
    method: String = "grid", _ more: String = ""
  ) throws -> SweepRequest {
    try SweepRequest(
      SweepFile(
        parsing: Array(
          #"{"method":"\#(method)","program":"dir/train.py","parameters":{\#(parameters)}\#(more)}"#
            .utf8)))
  }

  func waiting(_ queue: Queue) throws -> [QueueFileName] {
    try queue.list(.queued).sorted().compactMap { QueueFileName($0) }
  }

  private func job(_ queue: Queue, _ name: QueueFileName) throws -> Job {
    try Job(parsing: Array(readFile(queue.path(.queued, name.text)).utf8))
  }

  // MARK: The whole

  @Test func queuesEveryPoint() throws {
    try withQueue { queue in
      var request = try request("\"lr\":{\"values\":[0.10,1.0]},\"b\":{\"value\":{\"c\":null}}")
      request.job.cwd = "/"
      request.priority = 7
      let (sweep, wasInterrupted) = try queue.enqueue(request)
      #expect(!wasInterrupted)
      #expect(sweep.id.hasPrefix("train-"))
      #expect(sweep.parameters == ["lr"])
      let names = try waiting(queue)
      #expect(names.map(\.base) == [sweep.id + "-0001", sweep.id + "-0002"])
      #expect(names.allSatisfy { $0.isFull && $0.priority == 7 })
      let job = try job(queue, names[1])
      #expect(job.sweep == sweep.id)
      #expect(job.runConfig?.text == #"{"lr":1.0,"b":{"c":null}}"#)
      #expect(job.cwd == "/")
      #expect(
        try job.launchedCommand(run: "r", queue: "q")
          == ["/usr/bin/env", "python", "dir/train.py", "--lr=1.0", "--b={'c': None}"])
      #expect(try queue.list(.sweeps) == [sweep.id + ".json"])
      let read = try #require(queue.sweeps().first)
      #expect(read.json == sweep.json)
      #expect(read.points.map(\.run) == names.map(\.base))
      #expect(read.file.hasPrefix(#"{"method":"grid""#))
    }
  }

  @Test func whatIsNoFileHidesNoSweep() throws {
    try withQueue { queue in
      let sweep = try queue.enqueue(request()).sweep
      try System.makeDirectory(queue.path(.sweeps, "folder.json"), permissions: 0o700)
      try Platform.makeLink(queue.path(.sweeps, "link.json"), to: sweep.id + ".json")
      #expect(try queue.sweeps().map(\.id) == [sweep.id])
      let refusal = #expect(throws: SpoolError.self) { try queue.sweep(named: "folder") }
      #expect(
        refusal?.message
          == queue.path(.sweeps, "folder.json") + ": is not a record that spool wrote")
    }
  }

  @Test func twoSweepsAreTwo() throws {
    try withQueue { queue in
      let first = try queue.enqueue(request()).sweep
      let second = try queue.enqueue(request()).sweep
      #expect(first.id != second.id)
      #expect(try waiting(queue).count == 8)
      #expect(try queue.sweeps().count == 2)
      #expect(try queue.sweep(named: first.id).id == first.id)
      #expect(try queue.sweep(named: String(second.id.suffix(4))).id == second.id)
      let several = #expect(throws: SpoolError.self) { try queue.sweep(named: "train") }
      #expect(several?.kind == .badInput)
      let none = #expect(throws: SpoolError.self) { try queue.sweep(named: "none") }
      #expect(none?.kind == .notFound)
    }
  }

  @Test func launchAndDescriptionAreEveryRuns() throws {
    try withQueue { queue in
      let more =
        #","description":"d","name":"my sweep","launch":{"timeout":60,"run_config":{"z":1,"a":9}}"#
      let sweep = try queue.enqueue(request(#""a":{"value":1}"#, more)).sweep
      #expect(sweep.id.hasPrefix("my_sweep-"))
      let job = try job(queue, waiting(queue)[0])
      #expect(job.timeout == 60)
      #expect(job.notes == "d")
      #expect(job.runConfig?.text == #"{"z":1,"a":1}"#)
    }
  }

  // MARK: Runs of a named job

  /// A sweep of the named job `train` over `rate`.
  private func request(ofJob values: String, _ reference: String = "train") throws -> SweepRequest {
    let parameters = #"{"rate":{"values":[\#(values)]}}"#
    return try SweepRequest(
      SweepFile(
        parsing: Array(
          #"{"method":"grid","job":"\#(reference)","parameters":\#(parameters)}"#.utf8)))
  }

  private func publish(_ queue: Queue, _ priority: Int) throws {
    var job = Job(command: ["echo", "${config.rate}", "${config.depth}"])
    job.runConfig = ["depth": 3]
    job.inputs = ["rate": ["max": 1]]
    job.priority = priority
    _ = try queue.jobs.create("train", job)
  }

  @Test func allRunsArePinnedToOneVersion() throws {
    try withQueue { queue in
      try publish(queue, 20)
      try publish(queue, 30)
      let latest = try queue.enqueue(request(ofJob: "0.5,1")).sweep
      let older = try queue.enqueue(request(ofJob: "0.5", "tester/train:v0")).sweep
      try publish(queue, 40)
      let names = try waiting(queue)
      #expect(names.map(\.priority) == [20, 30, 30])
      #expect(
        try names.map { try job(queue, $0).job } == ["tester/train:v0", "train:v1", "train:v1"])
      #expect([older.priority, latest.priority] == [20, 30])
      // What was typed makes it the same request, whatever it stood for.
      #expect(latest.asked["job"] == "train")
    }
  }

  @Test(arguments: [
    (
      #""0.5", 2"#, "train",
      #"the point {"rate":"0.5"}: train:v0: "rate" of "run_config" must be a number of at most 1,"#
        + #" not "0.5""#
    ),
    ("1", "trian", "tester: there is no job trian (did you mean train?)"),
    ("1", "train:v7", "tester/train: there is no version v7; the latest is v0"),
  ])
  func whatCannotRunIsNotQueued(_ values: String, _ reference: String, _ message: String) throws {
    try withQueue { queue in
      try publish(queue, 20)
      let error = #expect(throws: SpoolError.self) {
        try queue.enqueue(request(ofJob: values, reference))
      }
      #expect(error?.message == message)
      #expect(try waiting(queue).isEmpty)
      #expect(try queue.sweeps().isEmpty)
      #expect(try queue.list(.runs).isEmpty)
    }
  }

  @Test func aCommandMayNeedTheDefaultsOfTheQueue() throws {
    try withQueue { queue in
      try writeFile(
        queue.path + "/queue.json", #"{"defaults": {"run_config": {"depth": 2}, "priority": 9}}"#)
      let file =
        #"{"method":"grid","parameters":{"a":{"value":1}},"command":["x","${config.depth}"]}"#
      let sweep = try queue.enqueue(SweepRequest(SweepFile(parsing: Array(file.utf8)))).sweep
      #expect(sweep.priority == 9)
    }
  }

  @Test func theSeedIsRecordedAndRepeatsTheSweep() throws {
    try withQueue { queue in
      var request = try request(#""a":{"min":0.0,"max":1.0}"#, method: "random", #","run_cap":5"#)
      let first = try queue.enqueue(request).sweep
      request.seed = first.seed
      let second = try queue.enqueue(request).sweep
      #expect(first.points.map(\.config) == second.points.map(\.config))
      #expect(first.points.count == 5)
    }
  }

  @Test func environmentVariablesAreTakenWhereItIsQueued() throws {
    func words(_ command: String) throws -> [String]? {
      let file = try SweepFile(
        parsing: Array(
          #"{"method":"grid","program":"p","parameters":{"a":{"value":1}},"command":[\#(command)]}"#
            .utf8))
      return try SweepRequest(file) { $0 == "HOME" ? "/home/me" : nil }.job.command
    }
    #expect(
      try words(#""${env}","${envvar:HOME}","--home=${envvar:HOME}","${args}","${x","$}","${y}""#)
        == ["/usr/bin/env", "/home/me", "--home=${envvar:HOME}", "${args}", "${x", "$}", "${y}"])
    #expect(try words(#""${interpreter}","-u","${program}""#) == ["python", "-u", "p"])
    let error = #expect(throws: SpoolError.self) { try words(#""${envvar:NONE}""#) }
    #expect(error?.message == #""${envvar:NONE}" in "command": there is no such variable here"#)
  }

  // MARK: Nothing

  static let faults: [(@Sendable (inout SweepRequest) -> Void, String)] = [
    (
      { $0.job.command = ["x", "${config.zzzzzz}"] },
      #": "${config.zzzzzz}" names no key of "run_config""#
    ),
    ({ $0.priority = 100 }, "priority 100: must be from 0 (first) to 99 (last)"),
    ({ $0.maxRunning = 0 }, "at most 0 running: must be 1 or more"),
    (
      { $0.job.notes = String(repeating: "x", count: Job.sizeLimit) },
      "bytes; fewer than 1048576 are allowed"
    ),
  ]

  @Test(arguments: faults.indices) func whatIsWrongQueuesNothing(_ index: Int) throws {
    let (change, message) = Self.faults[index]
    try withQueue { queue in
      var request = try request()
      change(&request)
      let error = #expect(throws: SpoolError.self) { try queue.enqueue(request) }
      #expect(error?.kind == .badInput)
      #expect(error?.message.hasSuffix(message) == true)
      for folder in [Queue.Folder.queued, .sweeps, .runs] {
        #expect(try queue.list(folder) == [])
      }
    }
  }
}
