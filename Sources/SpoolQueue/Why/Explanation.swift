/// Why a run does not run, and what would change that.
public struct Explanation: Sendable, Equatable {
  package let run: String
  /// The cause, as a word for programs.
  package let cause: Cause
  /// The cause, as the rest of a sentence that begins with the run's name.
  public let words: String
  /// The remedy; empty if nothing needs to be done.
  public let remedy: String

  package enum Cause: String, Sendable, CaseIterable {
    case done
    case running
    /// The run is running, and its command is stopped until a user resumes it.
    case suspended
    /// An agent has claimed the run, and its command is about to start.
    case starting
    case held
    /// The run is being edited, or the editing was interrupted.
    case editing
    /// No agent takes the file because of its owner, permissions or type.
    case untrusted
    /// The file may still be incomplete.
    case incomplete
    /// The file is wrong, or a condition in it can never come true: the run will end as crashed.
    case doomed
    /// The file needs a newer spool.
    case tooNew = "too_new"
    case paused
    /// The run waits for other runs.
    case after
    /// The run's earliest start time has not come.
    case notBefore = "not_before"
    /// The run waits for its next attempt.
    case retry
    /// A start of the run failed, and it waits for the next try.
    case unstarted
    /// The agents that could run it cannot start anything.
    case trouble
    /// No live agent serves the queue.
    case noAgent = "no_agent"
    /// No live agent has the capacity or the labels that the run needs.
    case lack
    /// The launcher, the program before the command, is missing on the agents' hosts.
    case launcher
    /// The queue has as many claimed runs as it may have.
    case maxRunning = "max_running"
    /// The sweep has as many claimed runs as it may have.
    case sweepLimit = "sweep_limit"
    /// The agents that could run it have no room.
    case full
    /// Room is kept for a larger run before it.
    case kept
    /// Nothing keeps the run: an agent will take it.
    case next
  }

  package var sentence: String {
    "\(run) \(words)" + (remedy.isEmpty ? "" : "; \(remedy)")
  }

  /// The explanation as an object, for programs.
  public var json: JSONObject {
    JSONObject([
      ("run", .string(run)), ("cause", .string(cause.rawValue)), ("why", .string(sentence)),
    ])
  }
}
