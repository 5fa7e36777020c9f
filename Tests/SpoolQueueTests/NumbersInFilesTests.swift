import SpoolTesting
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

/// Every number of every kind of file, at the ends of what can be counted: read, refused or passed over,
/// and everything that follows from it worked out.
@Suite struct NumbersInFilesTests {
  /// `{"key": value}` in place of the value that is there, or added to it.
  static func text(_ members: [(String, String)], _ key: String, _ value: String) -> [UInt8] {
    var members = members
    if let place = members.firstIndex(where: { $0.0 == key }) {
      members[place].1 = value
    } else {
      members.append((key, value))
    }
    return Array(("{" + members.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}").utf8)
  }

  private static func use(_ job: Job) throws {
    let policy = RetryPolicy(job)
    for attempt in [0, 1, 64, NameNumber.limit, .max] {
      let wait = policy.wait(after: attempt, of: "run")
      #expect(wait >= 0 && wait.isFinite)
      _ = Timestamp.now.adding(seconds: wait)
    }
    _ = policy.next(after: .failed(1), earlier: .max, isKillRequested: false)
    let demand = Demand(job, submittedAt: .now)
    let offers = [HostOffer(slots: .max, gpus: .max), HostOffer(slots: 1)]
    for offer in offers {
      for free in [
        Capacity(slots: offer.slots, gpus: offer.gpus), Capacity(slots: .min, gpus: .min),
        Capacity(slots: -2, gpus: -2),
      ] {
        _ = try demand.obstacle(on: offer, free: free, keeping: demand, now: .now) { _ in
          .underWay
        }
        _ = free - demand
        _ = free.gpus.keeping(demand.gpus).eighths
      }
    }
    _ = try? job.launchedCommand(run: "run", queue: "lab/tests")
    _ = job.inputComplaint
    _ = job.warningComplaint
    #expect(try Job(parsing: job.json.bytes(), partial: true) == job)
  }

  @Test("A job file", arguments: Job.keys) func job(_ key: String) throws {
    let base = [("command", "[\"true\"]"), ("retries", "3"), ("timeout", "\"1h\"")]
    let isList = ["retry_on", "args", "command", "tags"].contains(key)
    let isObject = ["after", "hooks", "run_config", "env", "inputs"].contains(key)
    for value in OutsideNumbers.values {
      let members = ["ok", "timeout", "K"].map { "{\"\($0)\": \(value)}" }
      for shape in [value] + (isList ? ["[\(value)]"] : []) + (isObject ? members : []) {
        let bytes = Self.text(base, key, shape)
        if let job = try? Job(parsing: bytes) { try Self.use(job) }
      }
    }
  }

  @Test("What a named job says of its inputs", arguments: ["min", "max", "choices", "type"])
  func inputs(_ key: String) throws {
    for value in OutsideNumbers.values {
      for own in ["-0.0", "1e309", "1e-400", "9223372036854775807", "-9223372036854775808"] {
        let inputs = Self.text(
          [("type", "\"integer\"")], key, key == "choices" ? "[\(value)]" : value)
        let text =
          "{\"command\": [\"true\"], \"run_config\": {\"k\": \(own)}, \"inputs\": {\"k\": "
          + String(decoding: inputs, as: UTF8.self) + "}}"
        if let job = try? Job(parsing: Array(text.utf8)) { _ = job.inputComplaint }
      }
    }
  }

  @Test("queue.json", arguments: QueueSettings.keys) func settings(_ key: String) throws {
    for value in OutsideNumbers.values {
      let members =
        switch key {
        case "keep": ["age", "count", "logs", "bytes"]
        case "defaults": ["timeout", "slots", "retries"]
        case "hooks": ["timeout"]
        default: [String]()
        }
      for shape in [value] + members.map({ "{\"\($0)\": \(value)}" }) {
        guard let settings = try? QueueSettings(parsing: Self.text([], key, shape)) else {
          continue
        }
        #expect(settings.lease > 0 && settings.lease <= DurationText.limit)
        let ended = [Int.max, Int.max, 0].map {
          Retention.Ended(run: "r", endedAt: Timestamp(nanoseconds: .min), bytes: $0)
        }
        _ = settings.keep?.choose(ended, now: .now)
        #expect(try QueueSettings(parsing: settings.json.bytes()) == settings)
      }
    }
  }

  @Test("A record, by every way of reading one", arguments: Run.sample.json.keys)
  func record(_ key: String) throws {
    let members = Run.sample.json.members.map { ($0.key, $0.value.text) }
    let ranges = UnsafeMutablePointer<[Range<Int>?]>.allocate(capacity: 1)
    ranges.initialize(to: [])
    defer {
      ranges.deinitialize(count: 1)
      ranges.deallocate()
    }
    var figures = RunStatistics()
    let scanner = JSONScanner(keys: ["duration_s", "exit_code", "attempt"])
    for value in OutsideNumbers.rawValues {
      let bytes = Self.text(members, key, value)
      bytes.withUnsafeBytes { bytes in
        _ = scanner.scan(bytes, into: &ranges.pointee)
        for case let range? in ranges.pointee {
          let number = JSONScanner.double(bytes, range)
          #expect(number?.isFinite != false, "\(value)")
        }
      }
      guard let object = (try? JSON(parsing: bytes, dialect: .strict))?.objectValue,
        let run = Run(object)
      else { continue }
      figures.add(RunSample(run))
      _ = run.json.text
      _ = RunFailure(run)?.words
    }
    _ = figures.waits.summary
    _ = figures.durations.summary
    for (from, until) in [(Int64.min, Int64.max), (.max, .min), (0, .max), (.min, .min)] {
      _ = figures.throughput(
        every: 3600, from: Timestamp(nanoseconds: from), until: Timestamp(nanoseconds: until))
    }
    for seconds in [0, -1, 1e308, .infinity, .nan, .leastNonzeroMagnitude] {
      _ = figures.hourlyRate(last: seconds, before: Timestamp(nanoseconds: .min))
      _ = figures.throughput(every: seconds, from: .now, until: .now)
    }
  }

  @Test("start.json, an agent's file, a hook's record and a request to stop")
  func ownFiles() throws {
    let holder = Holder.current
    let start = StartRecord(
      claim: ClaimName(agent: "h-aaaa", number: 1), run: "run", attempt: 1, holder: holder,
      command: holder.process, inode: 1, lease: 300, slot: 0, createdAt: .now, owner: "me",
      job: Job(command: ["true"]), argv: ["true"])
    let agent = AgentRecord(
      name: "h-aaaa", holder: holder, slots: 1, lease: 300, startedAt: .now, heartbeat: .now)
    let hook = HookRecord(
      event: .end, argv: ["true"], timeout: 60, holder: holder, startedAt: .now)
    let kill = KillRequest()
    for (kind, json) in [start.json, agent.json, hook.json, kill.json].enumerated() {
      let members = try #require(json.objectValue).members.map { ($0.key, $0.value.text) }
      for (key, _) in members {
        for value in OutsideNumbers.values {
          let isProcess = ["runner", "command", "process"].contains(key)
          let process = [
            "{\"pid\": \(value), \"started\": 1}", "{\"pid\": 1, \"started\": \(value)}",
          ]
          for shape in [value] + (isProcess ? process : []) {
            let bytes = Self.text(members, key, shape)
            switch kind {
            case 0:
              let found = StartRecord(bytes)
              #expect(found?.lease ?? 1 > 0 && found?.lease ?? 1 <= DurationText.limit)
              _ = found?.json.text
            case 1:
              let found = AgentRecord(bytes, heartbeat: Timestamp(nanoseconds: .min))
              #expect(found?.slots ?? 0 >= 0)
              for kind in [FileSystemKind.local, .network] {
                _ = found.map {
                  Judge(kind, now: Timestamp(nanoseconds: .max)).verdict(
                    of: $0.holder, heartbeat: $0.heartbeat, lease: $0.lease)
                }
              }
            case 2: _ = HookRecord(bytes)?.json.text
            default:
              let grace = KillRequest(bytes, owner: "me").grace
              #expect(grace >= 0 && grace <= DurationText.limit)
            }
          }
        }
      }
    }
  }

  @Test("Texts of times, spans and amounts") func texts() {
    for text in OutsideNumbers.whole + OutsideNumbers.fractions + OutsideNumbers.words {
      for unit in ["", "d", "h", "ms", "B", "kB", "TiB"] {
        if let seconds = DurationText.seconds(text + unit) {
          #expect(seconds >= 0 && seconds <= DurationText.limit)
        }
        if let bytes = ByteText.bytes(text + unit) { _ = ByteText.text(bytes) }
      }
      _ = Timestamp("\(text)-01-01T00:00:00Z")
      _ = Timestamp(stamp: "\(text)T000000.000000Z")
      _ = JSON.number(text).tableText
      _ = JSON.number(text).normalized
      _ = JSON.number(text).intValue
      for job in ["train:v\(text)", "train:\(text)"] { _ = JobReference(job) }
    }
    for seconds in [Double.nan, .infinity, -.infinity, 1e308, -1e308, .leastNonzeroMagnitude] {
      #expect(DurationText.seconds(DurationText.text(seconds)) != nil)
    }
  }
}

extension Run {
  /// A record with a value for every number.
  fileprivate static var sample: Run {
    var run = Run(
      waiting: QueueFileName(priority: 50, stamp: Timestamp.now.stamp, run: "run"),
      queue: Queue(path: "/lab/tests", shape: Queue.Shape(directories: 0o700)), opened: nil,
      state: .failed)
    run.startedAt = .now
    run.endedAt = .now
    run.duration = 1
    run.exitCode = 3
    run.attempt = 1
    run.attempts = 1
    return run
  }
}
