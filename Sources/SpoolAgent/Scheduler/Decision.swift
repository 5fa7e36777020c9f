import SpoolProtocol

// The values that go into a scheduler, and those that come out.

/// The next action of an agent in a round of claims.
enum Decision: Sendable, Equatable {
  /// Read this file, and report with ``Scheduler/saw(_:at:)``.
  case look(WaitingFile)
  /// Find the answer of one check for the file that was read, and report with ``Scheduler/found(_:at:)``.
  case find(WaitingCheck, WaitingFile)
  /// Claim the file, and report with ``Scheduler/claimed(_:_:as:)``, ``Scheduler/lostClaim(isStillThere:at:)`` or
  /// ``Scheduler/gaveBack(_:at:)``.
  case claim(Claim)
  /// Report this event.
  case say(AgentEvent)
  /// Only ask again, with a new moment: passing over many files has taken time.
  case askAgain
}

/// An action of an agent outside of a round of claims, or after it.
enum Notice: Sendable, Equatable {
  /// Report this event.
  case say(AgentEvent)
  /// Write into the agent's own file why it starts no runs, or that it starts runs again.
  case publishTrouble
}

/// A file in `queued/`.
struct WaitingFile: Sendable, Hashable {
  /// The position of the queue among those that the agent serves.
  let queue: Int
  let name: String
}

/// A claim to be made.
struct Claim: Sendable, Equatable {
  let file: WaitingFile
  /// The facts about the file when it was read.
  let seen: FileInformation
  let demand: Demand
  /// The sweep of its run.
  let sweep: String?
  /// Why the run can never start. It is claimed to end with these words.
  let objection: String?
}

/// The result of a look at a waiting file.
enum Sight: Sendable {
  /// It is gone: another agent took it, or its owner removed it.
  case gone
  /// It is no job that this agent may run, for this reason.
  case leftAlone(String)
  /// It does not parse, perhaps because it is still being written.
  case incomplete(FileInformation, String)
  /// It can never run: it is claimed so that it ends with the reason.
  case wrong(FileInformation)
  /// Its named job cannot be used: it is claimed so that it ends with the reason.
  case unclear(FileInformation, sweep: String?)
  /// A job, and its needs.
  case job(FileInformation, Demand, sweep: String?)
}

/// The answer to a ``Decision/find(_:_:)``.
enum Answer: Sendable {
  /// This check does not keep the run.
  case nothing
  /// The run waits for a time by the file server's clock; with the words for it.
  case until(Timestamp, String)
  /// Where the runs stand for which it waits.
  case standing(Dependencies.Standing)
  /// Its launcher is not on this host.
  case missing(LauncherSearch.Missing)
  /// How many runs of its sweep may run at a time; nil if any number may.
  case limit(Int?)
}

/// The count before a round of claims.
struct Survey: Sendable {
  /// By the queue's place, the names of the runs that any host has in `starting/` and `running/`, but for those
  /// of this agent that take nothing (``Scheduler/noteOver(of:at:)``); nothing of a queue that is away.
  var claimed: [Int: [String]] = [:]
  /// The slots and gpus of this host that runs of other agents take.
  var others = HostUse.Total()
  /// The gpus that are free, or of which a part is.
  var gpus: [FreeGPU] = []
  /// Whether processes of no run may use those that no run has: none of these is given to a run before an answer is
  /// there.
  var isUnsureOfGPUs = false
}

/// A moment, by both clocks of a host.
struct Moment: Sendable {
  /// By the clock that only goes forward.
  let instant: Instant
  /// By the wall clock.
  let time: Timestamp

  /// The moment so much later by the first of the clocks.
  static func + (moment: Moment, span: TimeSpan) -> Instant { moment.instant + span }
}
