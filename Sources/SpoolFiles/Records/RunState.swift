/// The eight states of a run, as the list shows them.
///
///            launch, a drop                  claim                 start
///     (none) ---------------> idle, queued --------> starting -----------> running
///                                 ^   |                  |                    |
///                                 |   | kill             | give back          | finish, recover
///                                 |   v                  v                    v
///                                 +--------- retry    queued     finished failed crashed killed
///
/// The steps, all of them in Moves.swift, and the files that call them:
///
///     (none)   -> queued    [submit; Queue+Launch, Queue+Sweep, Repeater. A drop is anybody's rename]
///     queued   -> (none)    [withdraw; Queue+Launch, where the submission could not be put on disk]
///     queued   -> queued    [renameWaiting; Queue+Control, Queue+Edit: held, edited, moved]
///     queued   -> starting  [claim; Queue+Claim, Queue+Kill]
///     starting -> queued    [giveBack; Queue+Unstarted, Queue+Kill]
///     starting -> running   [publishStart, enterRunning; Queue+Start]
///     running  -> queued    [publishOutcome, requeue; Queue+Finish]
///     running  -> over      [publishOutcome, publishRecord, retire; Queue+Finish. Recoverer gets there too]
///
/// What holds at every moment:
///
/// 1. A run's file is in exactly one of `queued/`, `starting/` and `running/`, or its record is in
///    `done/` (for a moment it is in `running/` and `done/` both: `done/` counts).
/// 2. A name in `starting/` or `running/` is used once: it ends with a claim, and no two claims
///    share a name.
/// 3. An attempt has one outcome, the first `end.json` that was linked into its folder, by any process.
/// 4. At most one command of a run lives at any moment.
///
/// <doc:Protocol> explains how each step knows that it was done, and what a crash in it leaves.
public enum RunState: String, Sendable, CaseIterable {
  /// In `queued/`, and no live agent serves the queue.
  case idle
  /// In `queued/`, waiting for an agent.
  case queued
  /// In `starting/`: an agent has claimed it, and its command has not started.
  case starting
  /// In `running/`: its command runs.
  case running
  /// In `done/`: a user stopped it.
  case killed
  /// In `done/`: it could not be started, or its runner vanished or was told to stop.
  case crashed
  /// In `done/`: it ended with a status other than 0, by a signal, or past its time limit.
  case failed
  /// In `done/`: it ended with status 0.
  case finished

  /// Whether the run is in `queued/`.
  package var isWaiting: Bool { self == .idle || self == .queued }

  /// Whether the run is over.
  public var isDone: Bool {
    switch self {
    case .idle, .queued, .starting, .running: false
    case .killed, .crashed, .failed, .finished: true
    }
  }
}
