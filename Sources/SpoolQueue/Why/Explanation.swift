/// Why a run does not run, and what would change that.
public struct Explanation: Sendable, Equatable {
  package let run: String
  /// What keeps it, as a word for programs.
  package let cause: Cause
  /// What keeps it, as the rest of a sentence that begins with the run's name.
  public let words: String
  /// What would change it; "" where nothing need be done.
  public let remedy: String

  /// What keeps a run from running.
  package enum Cause: String, Sendable, CaseIterable {
    case done
    case running
    /// An agent has it, and its command is about to start.
    case starting
    case held
    /// It is being edited, or the editing was interrupted.
    case editing
    /// No agent takes its file: its owner or permissions, or what it is.
    case untrusted
    /// Its file may still be on its way.
    case incomplete
    /// Its file is wrong, or what it waits for can never come: it will end as crashed.
    case doomed
    /// Its file needs a newer spool.
    case tooNew = "too_new"
    case paused
    /// It waits for other runs.
    case after
    /// Its time has not come.
    case notBefore = "not_before"
    /// It waits for its next attempt.
    case retry
    /// Its start failed, and it waits for the next try.
    case unstarted
    /// The agents that could run it cannot start anything.
    case trouble
    /// No live agent serves its queue.
    case noAgent = "no_agent"
    /// No live agent has what it needs.
    case lack
    /// The program that is put before its command is missing where its agents are.
    case launcher
    /// Its queue has as many running as it may.
    case maxRunning = "max_running"
    /// Its sweep has as many running as it may.
    case sweepLimit = "sweep_limit"
    /// The agents that could run it have no room.
    case full
    /// Room is kept for a larger run before it.
    case kept
    /// Nothing: an agent will take it.
    case next
  }

  package var sentence: String {
    "\(run) \(words)" + (remedy.isEmpty ? "" : "; \(remedy)")
  }

  /// As an object, for programs.
  public var json: JSONObject {
    JSONObject([
      ("run", .string(run)), ("cause", .string(cause.rawValue)), ("why", .string(sentence)),
    ])
  }
}
