import SpoolQueue
import SpoolTesting
import Testing

/// Names, records, times, arguments and variables with every number at which counting ends, through the
/// built program: it may refuse them, and neither dies nor hangs nor loses a run.
@Suite struct NumberTests {
  /// Those that a file name can hold.
  private static let names = OutsideNumbers.names.filter { $0.utf8.count < 100 }

  @Test(
    "Runs and folders that have a number for a name end no agent, and are counted on from by none")
  func names() throws {
    try withSpool(settings: #"{"sync": false}"#) { spool in
      for name in Self.names { try spool.drop("u-\(name).json", Queue.smallJob) }
      try spool.drop("w-9223372036854775807.json", Queue.smallJob)
      // It makes folders of every number in its own, fails, and is tried again.
      let folders = Self.names.filter { $0.utf8.first != UInt8(ascii: "-") }
      let script = "cd \"$SPOOL_RUN_DIR\" && mkdir -p -- \(folders.joined(separator: " ")); exit 3"
      try spool.drop(
        "own.json",
        JSONObject([
          ("script", .string(script)), ("retries", 1), ("retry_delay", "0s"),
        ]).text)
      for (index, name) in Self.names.enumerated()
      where Int(name).map({ "\($0)" == name && $0 >= 0 }) == true {
        let file = "50-20261122T131501.482913Z-claim\(index)@h-aaaa.\(name).json"
        try spool.write("starting/\(file)", Queue.smallJob)
      }
      let agent = try spool.start(["agent", "--drain", "--slots", "4", "--json"])
      #expect(try agent.waitForEnd(within: 600) == 0, "\(agent.output)")
      #expect(try spool.record("own").state == .failed)
      // What waits for the next number of a key gets the one after those that are spool's.
      try spool.drop("after-m.json", #"{"command": ["true"], "unique": "w"}"#)
      try spool.drop("after-last.json", #"{"command": ["true"], "unique": "u"}"#)
      try spool.drain()
      #expect(try spool.record("w-1").state == .finished)
      #expect(try spool.record("after-last").reason?.contains("has the last number") == true)
      for name in ["u-999999999", "u-9223372036854775807", "u-9223372036854775806"] {
        #expect(try spool.output(["retry", name]).contains(name + "-2"))
      }
      try spool.run(["agent", "--once"])
      try spool.drain()
      for name in Self.names {
        #expect(try spool.exists("done/\(RunName.cleaned("u-" + name)).json"))
      }
      let check = try spool.start(["recover", "--check"])
      #expect(try check.waitForEnd() == 0, "\(check.output)")
      #expect(check.output.contains("remark: done/w-9223372036854775807.json: has a number above"))
      #expect(check.output.contains("remark: runs/own/"))
      let doctor = try spool.start(["doctor", spool.queue])
      #expect((0...1).contains(try doctor.waitForEnd()))
      #expect(doctor.output.contains("higher ones are passed over"))
      for arguments in Self.looks { try Self.survive(spool, arguments) }
    }
  }

  /// Commands that read everything that a queue has.
  private static let looks = [
    ["list", "--limit", "0"], ["list", "--limit", "0", "--json"],
    ["list", "--limit", "9223372036854775807"],
    ["list", "--state", "failed"], ["list", "--since", "36500d"], ["list", "--sweep", "x"],
    ["stats"],
    ["stats", "--json"], ["stats", "--prometheus"], ["stats", "--since", "1d"], ["page"],
    ["page", "--limit", "9223372036854775807"], ["recover"], ["recover", "--check"],
    ["recover", "--check", "--json"], ["prune", "--keep", "1d", "--dry-run"],
    ["prune", "--keep-count", "1", "--dry-run"], ["prune", "--keep-bytes", "1", "--dry-run"],
    ["queue", "list"], ["queue", "show"], ["sweep", "list"], ["job", "list"],
    ["job", "show", "train"],
    ["retry", "--failed"], ["wait", "--all", "--timeout", "0s"], ["hold", "--all"],
    ["release", "--all"],
  ]

  @discardableResult
  private static func survive(
    _ spool: SpoolUnderTest, _ arguments: [String], _ environment: [String: String] = [:]
  ) throws -> Int {
    let program = try spool.start(arguments, environment: environment)
    let end = try program.waitForEnd(within: 600)
    // Of a run that is waited for, the command has the lower statuses.
    let isOwn = (0...5).contains(end) || end == 125 && arguments.first == "wait"
    #expect(
      isOwn, "spool \(arguments.joined(separator: " ")): \(end): \(program.output)")
    return 1
  }

  @Test("Records with any number in any key, and times that no clock shows") func records() throws {
    let spool = try SpoolUnderTest()
    try spool.write("queue.json", #"{"sync": false}"#)
    try spool.drop("model.json", Queue.smallJob)
    try spool.drain()
    let model = try JSON(parsing: Array(spool.text("done/model.json").utf8), dialect: .strict)
    let members = try #require(model.objectValue).members.map { ($0.key, $0.value.text) }
    var tried = 0
    let numeric = [
      "created_at", "started_at", "ended_at", "duration_s", "exit_code", "attempt", "attempts",
      "priority",
      "progress", "summary", "run_config", "retry_of", "sweep",
    ]
    for key in numeric {
      for value in OutsideNumbers.rawValues {
        let run = "r\(tried)"
        var members = members.filter { $0.0 != "run" && $0.0 != "state" }
        if let place = members.firstIndex(where: { $0.0 == key }) { members[place].1 = value }
        let text = members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",")
        let state = ["finished", "failed", "crashed", "killed"][tried % 4]
        try spool.write("done/\(run).json", "{\"run\":\"\(run)\",\"state\":\"\(state)\",\(text)}\n")
        let time = OutsideNumbers.times[tried % OutsideNumbers.times.count]
        // A file system refuses what it cannot hold, or cuts it.
        try? Platform.setTimes(spool.path("done/\(run).json"), to: time)
        tried += 1
      }
    }
    for (number, time) in OutsideNumbers.times.enumerated() {
      for file in ["queued/50-20261122T131501.482913Z-t\(number).json", "queued/d\(number).json"] {
        try spool.write(file, Queue.smallJob)
        try? Platform.setTimes(spool.path(file), to: time)
      }
    }
    try spool.write(
      "sweeps/s.json",
      #"{"format":1,"sweep":"s","method":"grid","max_running":-9223372036854775808,"created_at":"x","runs":[]}"#
    )
    try spool.drop("of-sweep.json", #"{"command": ["true"], "sweep": "s"}"#)
    #expect(tried > 1000)
    for arguments in Self.looks { try Self.survive(spool, arguments) }
    for number in stride(from: 0, to: tried, by: tried / 40) {
      try Self.survive(spool, ["show", "r\(number)"])
      try Self.survive(spool, ["why", "r\(number)"])
    }
    for arguments in [["agent", "--drain", "--slots", "4"], ["agent", "--once"]] {
      try Self.survive(spool, arguments)
    }
    // Each of what was dropped has run, and nothing that was there is lost.
    let done = Set(try spool.names("done"))
    for number in 0..<tried { #expect(done.contains("r\(number).json")) }
    for number in OutsideNumbers.times.indices {
      #expect(done.contains("t\(number).json"))
      #expect(done.contains("d\(number).json"))
    }
    #expect(done.contains("of-sweep.json"))
  }

  @Test("Agents, versions and requests with any number") func strangers() throws {
    let spool = try SpoolUnderTest()
    try spool.write("queue.json", #"{"sync": false}"#)
    let jobs = spool.queue + "/../jobs"
    try spool.run(["job", "create", "train", "--", "true"])
    for name in Self.names { try spool.write("../jobs/train/v\(name).json", Queue.smallJob) }
    try spool.run(["job", "create", "train", "--", "false"], expecting: 1)
    try System.unlink(jobs + "/train/v999999999.json")
    try spool.run(["job", "create", "train", "--", "false"])
    #expect(try System.list(jobs + "/train").contains("v999999999.json"))
    for (number, value) in OutsideNumbers.values.enumerated() {
      let agent = "h-\(RunName.randomPart())"
      let process = #"{"pid": 1, "started": 1}"#
      let text =
        #"{"agent":"\#(agent)","host":"h","boot":"b","namespace":"n","process":\#(process),"#
        + #""slots":\#(value),"gpus":[],"queues":["/"],"lease":\#(value),"started_at":"x"}"#
      try spool.write("agents/\(agent).json", text)
      try Platform.setTimes(
        spool.path("agents/\(agent).json"), to: number % 2 == 0 ? 9_223_372_036 : -9_223_372_036)
    }
    for arguments in Self.looks { try Self.survive(spool, arguments) }
    let run = try spool.launch(["--", "true"])
    try Self.survive(spool, ["why", run])
    try spool.drain()
    #expect(try spool.record(run).state == .finished)
  }

  @Test("Options and variables") func arguments() throws {
    let spool = try SpoolUnderTest()
    try spool.write("queue.json", #"{"sync": false}"#)
    let run = try spool.launch(["--", "echo", "line"])
    try spool.drain()
    let values =
      [
        "0", "-1", "2147483648", "9007199254740993", "9223372036", "9223372036854775807",
        "9223372036854775808", "-9223372036854775808", "1e308", "nan", "",
      ] + [String(repeating: "9", count: 400)]
    var tried = 0
    for value in values {
      for arguments in [
        ["list", "--limit=\(value)"], ["list", "--since=\(value)"],
        ["logs", run, "--tail=\(value)"],
        ["logs", run, "--attempt=\(value)"], ["prune", "--keep-count=\(value)", "--dry-run"],
        ["prune", "--keep=\(value)", "--keep-logs=\(value)", "--dry-run"],
        ["prune", "--keep-bytes=\(value)", "--dry-run"], ["wait", run, "--timeout=\(value)"],
        ["agent", "--once", "--slots=\(value)"], ["agent", "--once", "--poll=\(value)"],
        ["agent", "--once", "--gpus=\(value)"], ["page", "--limit=\(value)"],
        ["launch", "--dry-run", "--priority=\(value)", "--", "true"],
        ["launch", "--dry-run", "--slots=\(value)", "--gpus=\(value)", "--", "true"],
        ["launch", "--dry-run", "--retries=\(value)", "--retry-delay=\(value)", "--", "true"],
        ["launch", "--dry-run", "--timeout=\(value)", "--in=\(value)", "--", "true"],
        ["move", run, "--to=\(value)"], ["stats", "--since=\(value)"],
      ] {
        tried += try Self.survive(spool, arguments)
      }
      for variables in [["COLUMNS": value, "LINES": value], ["SPOOL_GPU_LOCKS": value]] {
        tried += try Self.survive(spool, ["help", "launch"], variables)
        tried += try Self.survive(spool, ["agent", "--once", "--gpus", "1"], variables)
      }
    }
    #expect(tried == values.count * 22)
  }
}
