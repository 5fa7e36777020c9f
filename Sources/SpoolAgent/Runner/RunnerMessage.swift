import SpoolProtocol

/// A run that an agent hands to a runner: one line of JSON.
struct Assignment: Sendable, Equatable {
  /// The queue's directory.
  var queue: String
  /// The file in `starting/`.
  var file: String
  /// Which of the host's slots the run has, from 0.
  var slot: Int
  /// Which of the host's gpus it has; nil if its agent manages none.
  var gpus: [String]?
  /// The gpus whose locks tell other agents so.
  var gpuLocks: [String] = []
  /// The eighths of one gpu that it has; 8 for whole gpus.
  var gpuEighths = GPUAmount.eighthsOfOne
  /// Why the run can never start; if there is a reason, the runner ends it without a command.
  var objection: String?
  /// The text of `queue.json` that is in force, the last one that parsed; "" if there is none.
  var settings: String
  /// The time between two looks for changes that no event reports; seconds on the line.
  var poll: TimeSpan

  var line: [UInt8] {
    var object = JSONObject([
      ("queue", .string(queue)), ("file", .string(file)), ("slot", .number(slot)),
      ("gpus", gpus.map { .strings($0) } ?? .null), ("gpu_locks", .strings(gpuLocks)),
      ("objection", objection.map { .string($0) } ?? .null),
      ("settings", .string(settings)), ("poll", .number(poll.seconds)),
    ])
    if gpuEighths < GPUAmount.eighthsOfOne { object["gpu_eighths"] = .number(gpuEighths) }
    return object.bytes() + [UInt8(ascii: "\n")]
  }
}

extension Assignment {
  init?(_ line: [UInt8]) {
    guard let object = (try? JSON(parsing: line, dialect: .strict))?.objectValue,
      let queue = object["queue"]?.stringValue, let file = object["file"]?.stringValue
    else { return nil }
    self.init(
      queue: queue, file: file, slot: object["slot"]?.intValue ?? 0,
      gpus: object["gpus"]?.arrayValue?.compactMap { $0.stringValue },
      gpuLocks: object["gpu_locks"]?.arrayValue?.compactMap { $0.stringValue } ?? [],
      gpuEighths: object["gpu_eighths"]?.intValue ?? GPUAmount.eighthsOfOne,
      objection: object["objection"]?.stringValue,
      settings: object["settings"]?.stringValue ?? "",
      poll: .seconds(object["poll"]?.doubleValue ?? 30))
  }
}

/// A note of an agent to a runner that has a run: one line of JSON.
enum RunnerNote: String, Sendable {
  /// The agent reports new files in the run's folder from now on.
  case watched
  /// The agent reports them no more.
  case unwatched
  /// A file has appeared.
  case look

  var line: [UInt8] {
    JSONObject([("note", .string(rawValue))]).bytes() + [UInt8(ascii: "\n")]
  }

  init?(_ line: [UInt8]) {
    // Nearly every line is an assignment, and longer.
    guard line.count < 64, let value = try? JSON(parsing: line, dialect: .strict),
      let note = value["note"]?.stringValue
    else { return nil }
    self.init(rawValue: note)
  }
}

/// A question of an agent to a fresh runner after another one died: can this host start a command? One
/// line of JSON.
struct RunnerCheck: Sendable, Equatable {
  /// The directory of the queue in which a file is written.
  var queue: String

  var line: [UInt8] {
    JSONObject([("check", .string(queue))]).bytes() + [UInt8(ascii: "\n")]
  }

  init(queue: String) { self.queue = queue }

  init?(_ line: [UInt8]) {
    guard let queue = (try? JSON(parsing: line, dialect: .strict))?["check"]?.stringValue else {
      return nil
    }
    self.queue = queue
  }
}

/// A report of a runner to its agent, which may be gone: one line of JSON.
enum RunnerReport: Sendable, Equatable {
  /// It has understood the assignment, and opens files of the run only after this.
  case taken
  /// The command has run for a while: a watch of the run's folder is worth its price.
  case settled
  /// This host can start commands: the answer to a ``RunnerCheck``.
  case sound
  /// The command was let go.
  case running(run: String, attempt: Int, pid: Int32)
  /// The command, and all that it had left, are gone; the record of the run is still to be written.
  case over
  /// The claim was lost to another; the runner ends.
  case lost
  /// The run has moved where its outcome says; the runner is free.
  case ended(run: String, outcome: Outcome)
  /// The start failed because of the host or the disk; the runner ends, and its agent puts the file back.
  /// With the system's error, if there was one.
  case failed(String, Errno?)
  /// Something fails, and is tried again.
  case trouble(String)

  var line: [UInt8] {
    let object: JSONObject =
      switch self {
      case .running(let run, let attempt, let pid):
        JSONObject([
          ("event", "running"), ("run", .string(run)), ("attempt", .number(attempt)),
          ("pid", .number(Int(pid))),
        ])
      case .taken: JSONObject([("event", "taken")])
      case .settled: JSONObject([("event", "settled")])
      case .sound: JSONObject([("event", "sound")])
      case .over: JSONObject([("event", "over")])
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
      case .failed(let text, let errno):
        JSONObject([
          ("event", "failed"), ("message", .string(text)),
          ("errno", errno.map { .number(Int($0.rawValue)) } ?? .null),
        ])
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
    case "taken": self = .taken
    case "settled": self = .settled
    case "sound": self = .sound
    case "over": self = .over
    case "failed":
      let number = object["errno"]?.intValue.flatMap { Int32(exactly: $0) }
      self = .failed(message, number.map { Errno(rawValue: $0) })
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
