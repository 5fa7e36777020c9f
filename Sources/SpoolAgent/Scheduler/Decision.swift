import SpoolProtocol

// What goes into a scheduler, and what comes out of it.

/// What an agent is to do next, for the round of claims that is going on.
enum Decision: Sendable, Equatable {
  /// Read this file, and tell with ``Scheduler/saw(_:at:)``.
  case look(WaitingFile)
  /// Find the answer of one check for the file that was read, and tell with ``Scheduler/found(_:at:)``.
  case find(WaitingCheck, WaitingFile)
  /// Claim the file, and tell with ``Scheduler/claimed(_:_:as:)``, ``Scheduler/lostClaim(isStillThere:at:)`` or
  /// ``Scheduler/gaveBack(_:at:)``.
  case claim(Claim)
  /// Say this.
  case say(AgentEvent)
  /// Nothing; so many files were passed over that the time may be another one.
  case askAgain
}

/// What an agent is to tell outside of a round of claims, and after it.
enum Notice: Sendable, Equatable {
  /// Say this.
  case say(AgentEvent)
  /// Write into the agent's own file what keeps it from starting runs, or that nothing does any more.
  case publishTrouble
}

/// A file in `queued/`.
struct WaitingFile: Sendable, Hashable {
  /// The queue's place among those that the agent serves.
  let queue: Int
  let name: String
}

/// A claim that is to be made.
struct Claim: Sendable, Equatable {
  let file: WaitingFile
  /// The file as it was read.
  let seen: FileInformation
  let demand: Demand
  /// The sweep that its run belongs to.
  let sweep: String?
  /// Why the run can never start; it is claimed to end with these words.
  let objection: String?
}

/// What was found in the place of a file.
enum Sight: Sendable {
  /// Nothing: another took it, or its owner removed it.
  case gone
  /// What is no job that this agent may run, with the reason.
  case leftAlone(String)
  /// A text that does not parse, and may still be on its way.
  case incomplete(FileInformation, String)
  /// What will never run: it is claimed so that it ends with the reason.
  case wrong(FileInformation)
  /// A job whose named job cannot be used: it is claimed so that it ends with the reason.
  case unclear(FileInformation, sweep: String?)
  /// A job, and what it needs.
  case job(FileInformation, Demand, sweep: String?)
}

/// What was found for a ``Decision/find(_:_:)``.
enum Answer: Sendable {
  /// This does not keep the run.
  case nothing
  /// It waits for a time, by the file server's clock; with the words for it.
  case until(Timestamp, String)
  /// Where the runs stand that it waits for.
  case standing(Dependencies.Standing)
  /// Its launcher is not on this host.
  case missing(LauncherSearch.Missing)
  /// How many runs of its sweep may run at a time; nil if any number may.
  case limit(Int?)
}

/// What was counted before a round of claims.
struct Survey: Sendable {
  /// By the queue's place, the names of the runs that any host has in `starting/` and `running/`; nothing of a
  /// queue that is away.
  var claimed: [Int: [String]] = [:]
  /// What runs of other agents take of this host.
  var others = HostUse.Total()
  /// The gpus that nobody uses.
  var gpus: [GPU] = []
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
