import SpoolQueue

/// What an agent hands to a runner: one line of JSON.
struct Assignment: Sendable, Equatable {
  /// The queue's directory.
  var queue: String
  /// The file in `starting/`.
  var file: String
  /// Which of the host's slots the run has, from 0.
  var slot: Int
  /// Which of the host's gpus it has; nil: its agent hands out none.
  var gpus: [String]?
  /// The locks that say so to other agents.
  var gpuLocks: [String]
  /// Why the run can never start: it is ended without a command.
  var objection: String?
  /// The text of `queue.json` that is in force, "" for none: the last one that parsed.
  var settings: String
  /// Seconds between looks at what raises no event.
  var poll: Double

  var line: [UInt8] {
    JSONObject([
      ("queue", .string(queue)), ("file", .string(file)), ("slot", .number(slot)),
      ("gpus", gpus.map { .strings($0) } ?? .null), ("gpu_locks", .strings(gpuLocks)),
      ("objection", objection.map { .string($0) } ?? .null),
      ("settings", .string(settings)), ("poll", .number(poll)),
    ]).bytes() + [UInt8(ascii: "\n")]
  }

  init(
    queue: String, file: String, slot: Int, gpus: [String]? = nil, gpuLocks: [String] = [],
    objection: String? = nil, settings: String, poll: Double
  ) {
    self.queue = queue
    self.file = file
    self.slot = slot
    self.gpus = gpus
    self.gpuLocks = gpuLocks
    self.objection = objection
    self.settings = settings
    self.poll = poll
  }

  init?(_ line: [UInt8]) {
    guard let object = (try? JSON(parsing: line, dialect: .strict))?.objectValue,
      let queue = object["queue"]?.stringValue, let file = object["file"]?.stringValue
    else { return nil }
    self.queue = queue
    self.file = file
    slot = object["slot"]?.intValue ?? 0
    gpus = object["gpus"]?.arrayValue?.compactMap { $0.stringValue }
    gpuLocks = object["gpu_locks"]?.arrayValue?.compactMap { $0.stringValue } ?? []
    objection = object["objection"]?.stringValue
    settings = object["settings"]?.stringValue ?? ""
    poll = object["poll"]?.doubleValue ?? 30
  }
}

/// What a runner tells its agent, if that still listens: one line of JSON each.
enum RunnerReport: Sendable, Equatable {
  /// The command was let go.
  case running(run: String, attempt: Int, pid: Int32)
  /// The claim was lost to another; the runner ends.
  case lost
  /// The run is where its outcome says; the runner is free.
  case ended(run: String, outcome: Outcome)
  /// The start failed; the runner ends, and its agent sees to the file.
  case failed(String)
  /// Something goes wrong, and is tried again.
  case trouble(String)

  var line: [UInt8] {
    let object: JSONObject =
      switch self {
      case .running(let run, let attempt, let pid):
        JSONObject([
          ("event", "running"), ("run", .string(run)), ("attempt", .number(attempt)),
          ("pid", .number(Int(pid))),
        ])
      case .lost: JSONObject([("event", "lost")])
      case .ended(let run, let outcome):
        JSONObject([
          ("event", "ended"), ("run", .string(run)), ("state", .string(outcome.state.rawValue)),
          ("next", .string(outcome.next.rawValue)),
          ("exit_code", outcome.exitCode.map { .number($0) } ?? .null),
          ("signal", outcome.signal.map { .string($0) } ?? .null),
          ("reason", outcome.reason.map { .string($0) } ?? .null),
          ("duration_s", outcome.duration.map { .number($0) } ?? .null),
          ("ended_at", .string(outcome.endedAt.text)),
        ])
      case .failed(let text): JSONObject([("event", "failed"), ("message", .string(text))])
      case .trouble(let text): JSONObject([("event", "trouble"), ("message", .string(text))])
      }
    return object.bytes() + [UInt8(ascii: "\n")]
  }

  init?(_ line: [UInt8]) {
    guard let object = (try? JSON(parsing: line, dialect: .strict))?.objectValue else { return nil }
    let message = object["message"]?.stringValue ?? ""
    switch object["event"]?.stringValue {
    case "running":
      self = .running(
        run: object["run"]?.stringValue ?? "", attempt: object["attempt"]?.intValue ?? 1,
        pid: object["pid"]?.intValue.flatMap { Int32(exactly: $0) } ?? 0)
    case "lost": self = .lost
    case "failed": self = .failed(message)
    case "trouble": self = .trouble(message)
    case "ended":
      let state = object["state"]?.stringValue.flatMap { RunState(rawValue: $0) }
      let next = object["next"]?.stringValue.flatMap { Outcome.Next(rawValue: $0) }
      self = .ended(
        run: object["run"]?.stringValue ?? "",
        outcome: Outcome(
          state: state ?? .crashed, exitCode: object["exit_code"]?.intValue,
          signal: object["signal"]?.stringValue, reason: object["reason"]?.stringValue,
          endedAt: object["ended_at"]?.stringValue.flatMap { Timestamp($0) } ?? .now,
          duration: object["duration_s"]?.doubleValue, next: next ?? .done))
    default: return nil
    }
  }
}

/// Whole lines out of a stream that comes in pieces.
struct LineBuffer: Sendable {
  private var pending: [UInt8] = []

  /// Adds a piece; returns the lines that it completed. Each byte is looked at once.
  mutating func add(_ bytes: [UInt8]) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      lines.append(pending + rest[..<end])
      pending = []
      rest = rest[(end + 1)...]
    }
    pending += rest
    return lines
  }
}
