package import SpoolProtocol

/// A report of an agent: one line, for people or for programs.
package enum AgentEvent: Sendable, Equatable {
  /// The agent serves a queue from now on.
  case serving(queue: String, slots: Int, gpus: Int?)
  /// The agent hands out other gpus from now on.
  case gpus(queue: String, ids: [String])
  /// A process that is of no run uses a gpu: no run gets it meanwhile.
  case gpuUsed(queue: String, gpu: String, by: String)
  /// It is used no more.
  case gpuUnused(queue: String, gpu: String)
  /// The queue's directory cannot be reached.
  case queueAway(queue: String, error: String)
  /// The queue's directory can be reached again.
  case queueBack(queue: String)
  case claimed(queue: String, run: String)
  /// The command of a run began.
  case running(queue: String, run: String, attempt: Int, pid: Int32)
  /// A run ended.
  case ended(queue: String, run: String, state: RunState, reason: String, duration: Double?)
  /// A run waits for its next attempt.
  case requeued(queue: String, run: String, reason: String)
  /// The agent leaves a file in the queue.
  case skipped(queue: String, file: String, reason: String)
  /// A run waits for a time or for other runs.
  case waiting(queue: String, file: String, what: String)
  /// A hook of a run ended.
  case hook(
    queue: String, run: String, event: String, reason: String, duration: Double?, isGood: Bool)
  /// A run was repaired after a crash.
  case recovered(queue: String, run: String, what: String)
  /// An action failed, and is tried again.
  case trouble(queue: String, message: String)
  /// Runs can be started again.
  case startsAgain(queue: String)
  /// No run of the queue is claimed for now, or runs are claimed again.
  case paused(queue: String)
  case resumed(queue: String)
  /// The settings cannot be used; the last good ones are in force.
  case badSettings(queue: String, message: String)
  /// An agent with `--drain` leaves runs in a queue that cannot start by themselves.
  case staying(queue: String, words: String)
  /// The agent leaves; that many of its runs go on.
  case leaving(runs: Int)

  /// Whether it reports a fault.
  package var isTrouble: Bool {
    switch self {
    case .queueAway, .skipped, .trouble, .badSettings: true
    case .hook(_, _, _, _, _, let isGood): !isGood
    default: false
    }
  }

  /// A line for people.
  package var text: String {
    switch self {
    case .serving(let queue, let slots, let gpus):
      "\(queue): serving, \(counted(slots, "slot"))"
        + (gpus.map { ", \(counted($0, "gpu"))" } ?? "")
    case .gpus(let queue, let ids):
      "\(queue): \(counted(ids.count, "gpu")) by now"
        + (ids.isEmpty ? "" : ": \(ids.joined(separator: ", "))")
    case .gpuUsed(let queue, let gpu, let user):
      "\(queue): gpu \(gpu) is used by \(user): no run gets it meanwhile (--use-busy-gpus changes that)"
    case .gpuUnused(let queue, let gpu): "\(queue): gpu \(gpu) is free again"
    case .queueAway(let queue, let error): "\(queue): away, waiting for it: \(error)"
    case .queueBack(let queue): "\(queue): back"
    case .claimed(let queue, let run): "\(queue): \(run) claimed"
    case .running(let queue, let run, let attempt, let pid):
      "\(queue): \(run) running, pid \(pid)" + (attempt > 1 ? ", attempt \(attempt)" : "")
    case .ended(let queue, let run, let state, let reason, let duration):
      "\(queue): \(run) \(state.rawValue)"
        + (duration.map { " after \(DurationText.text($0))" } ?? "") + ": \(reason)"
    case .requeued(let queue, let run, let reason): "\(queue): \(run) waits again: \(reason)"
    case .hook(let queue, let run, let event, let reason, let duration, _):
      "\(queue): \(run): \(event) hook"
        + (duration.map { " ended after \(DurationText.text($0))" } ?? "") + ": \(reason)"
    case .skipped(let queue, let file, let reason): "\(queue): \(file) left alone: \(reason)"
    case .waiting(let queue, let file, let what): "\(queue): \(file) waits \(what)"
    case .recovered(let queue, let run, let what): "\(queue): \(run) recovered: \(what)"
    case .trouble(let queue, let message): "\(queue): \(message)"
    case .startsAgain(let queue): "\(queue): runs can be started again"
    case .paused(let queue): "\(queue): paused"
    case .resumed(let queue): "\(queue): resumed"
    case .badSettings(let queue, let message):
      "\(queue): \(message); the last good settings stay in force, and without any nothing is claimed"
    case .staying(let queue, let words): "\(queue): \(words)"
    case .leaving(let runs):
      runs == 0 ? "leaving" : "leaving; \(counted(runs, "run goes", "runs go")) on"
    }
  }

  /// A line for machines.
  package var json: JSONObject {
    switch self {
    case .serving(let queue, let slots, let gpus):
      event(
        "serving", queue,
        [("slots", .number(slots)), ("gpus", gpus.map { .number($0) } ?? .null)])
    case .gpus(let queue, let ids): event("gpus", queue, [("gpus", .strings(ids))])
    case .gpuUsed(let queue, let gpu, let user):
      event("gpu_used", queue, [("gpu", .string(gpu)), ("by", .string(user))])
    case .gpuUnused(let queue, let gpu): event("gpu_unused", queue, [("gpu", .string(gpu))])
    case .queueAway(let queue, let error): event("away", queue, [("message", .string(error))])
    case .queueBack(let queue): event("back", queue)
    case .claimed(let queue, let run): event("claimed", queue, [("run", .string(run))])
    case .running(let queue, let run, let attempt, let pid):
      event(
        "running", queue,
        [("run", .string(run)), ("attempt", .number(attempt)), ("pid", .number(Int(pid)))])
    case .ended(let queue, let run, let state, let reason, let duration):
      event(
        "ended", queue,
        [
          ("run", .string(run)), ("state", .string(state.rawValue)), ("reason", .string(reason)),
          ("duration_s", duration.map { .number($0) } ?? .null),
        ])
    case .requeued(let queue, let run, let reason):
      event("requeued", queue, [("run", .string(run)), ("reason", .string(reason))])
    case .skipped(let queue, let file, let reason):
      event("skipped", queue, [("file", .string(file)), ("reason", .string(reason))])
    case .waiting(let queue, let file, let what):
      event("waiting", queue, [("file", .string(file)), ("what", .string(what))])
    case .hook(let queue, let run, let name, let reason, let duration, let isGood):
      event(
        "hook", queue,
        [
          ("run", .string(run)), ("hook", .string(name)), ("reason", .string(reason)),
          ("duration_s", duration.map { .number($0) } ?? .null), ("good", .bool(isGood)),
        ])
    case .recovered(let queue, let run, let what):
      event("recovered", queue, [("run", .string(run)), ("what", .string(what))])
    case .trouble(let queue, let message):
      event("trouble", queue, [("message", .string(message))])
    case .startsAgain(let queue): event("starts_again", queue)
    case .paused(let queue): event("paused", queue)
    case .resumed(let queue): event("resumed", queue)
    case .badSettings(let queue, let message):
      event("bad_settings", queue, [("message", .string(message))])
    case .staying(let queue, let words):
      event("staying", queue, [("message", .string(words))])
    case .leaving(let runs): JSONObject([("event", "leaving"), ("runs", .number(runs))])
    }
  }

  private func event(
    _ name: String, _ queue: String, _ rest: [(String, JSON)] = []
  ) -> JSONObject {
    JSONObject([("event", .string(name)), ("queue", .string(queue))] + rest)
  }
}
