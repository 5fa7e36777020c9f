package import SpoolQueue
import Synchronization
import Testing

// The steps of the protocol, as short as tests need them. `package`, as the steps themselves.

extension Queue {
  /// A job file that asks for next to nothing.
  package static let smallJob = #"{"command": ["true"]}"#

  /// Writes a file into `queued/`, as anybody may.
  package func drop(_ file: String, _ text: String = smallJob, permissions: UInt32 = 0o600) throws {
    try writeFile(path(.queued, file), text, permissions: permissions)
  }

  /// Queues a job file's text; returns the run's name. No power is cut in most tests: nothing is
  /// waited for until it is on the disk.
  package func launch(
    _ text: String = smallJob, named base: String? = nil, held: Bool = false, sync: Bool = false
  ) throws -> String {
    var settings = QueueSettings()
    settings.sync = sync
    return try enqueue(
      try Job(parsing: Array(text.utf8)), named: base, held: held, settings: settings)
  }

  /// The names in a folder, in order, without those with a leading dot.
  package func names(_ folder: Folder) throws -> [String] {
    try list(folder).filter { !$0.hasPrefix(".") }.sorted()
  }

  /// The names in `runs/RUN`, or in a folder below it, in order, leading dots and all.
  package func names(inRun path: String) throws -> [String] {
    try System.list(runPath(path)).sorted()
  }

  /// The record of a run in `done/`.
  package func record(of run: String) throws -> JSONObject {
    let text = try readFile(path(.done, run + ".json"))
    return try #require(JSON(parsing: Array(text.utf8), dialect: .strict).objectValue)
  }

  /// Makes start.json and brings the attempt into `running/`.
  package func start(
    _ file: String, by agent: TestAgent, holder: Holder = .current
  ) throws -> Attempt {
    let claimed = try #require(try claim(file, by: agent))
    var attempt = try #require(try makeAttempt(claimed, settings: QueueSettings(), slot: 0))
    attempt.start.holder = holder
    agent.hold(HeldFile(try attempt.publishStart(sync: false)), of: holder)
    try #require(try attempt.enterRunning(sync: false))
    return attempt
  }

  /// Launches a run and brings it into `running/`.
  package func startRun(
    named base: String = "run", by agent: TestAgent, holder: Holder = .current
  ) throws -> Attempt {
    let run = try launch(named: base)
    return try start(try waitingFile(of: run), by: agent, holder: holder)
  }

  /// Claims a waiting file.
  package func claim(_ file: String, by agent: TestAgent) throws -> QueueFileName? {
    try claim(file, try System.information(path(.queued, file)), for: agent.nextClaim())
  }

  /// The name of a waiting run's file.
  package func waitingFile(of run: String) throws -> String {
    try #require(try names(.queued).first { QueueFileName($0)?.run == run })
  }
}

extension Outcome {
  /// It ended with status 0.
  package static func finished(next: Next = .done) -> Outcome {
    Outcome(
      state: .finished, exitCode: 0, reason: "exit status 0", startedAt: .now, endedAt: .now,
      duration: 0.5, next: next)
  }

  /// It ended with another status.
  package static func failed(_ status: Int, next: Next = .done) -> Outcome {
    Outcome(
      state: .failed, exitCode: status, reason: "exit status \(status)", startedAt: .now,
      endedAt: .now, duration: 0.5, next: next)
  }
}

extension Holder {
  /// A process of this host that is dead.
  package static func dead() throws -> Holder {
    var holder = Holder.current
    holder.process = try Processes.deadOne()
    return holder
  }
}

/// An agent that claims when a test says so.
package final class TestAgent {
  package let name = ClaimName.newAgent()
  package let record: AgentRecord
  private var claims = 0
  /// What it, and the runners of its runs, keep open and locked: they live for as long.
  private var held: [HeldFile] = []

  /// Announces itself in `queue`, as a live agent or another.
  package init(in queue: Queue, holder: Holder = .current) throws {
    record = AgentRecord(
      name: name, holder: holder, slots: 1, lease: 300, startedAt: .now, heartbeat: .now)
    hold(try queue.register(record), of: holder)
  }

  private static let heldOutside = Mutex<[HeldFile]>([])

  /// Keeps a file open; that of a holder whose processes are not seen until the test process ends, since
  /// whether it lives is asked after the test, too.
  package func hold(_ file: HeldFile, of holder: Holder) {
    if holder.isVisible { held.append(file) } else { Self.heldOutside.withLock { $0.append(file) } }
  }

  package func nextClaim() -> ClaimName {
    claims += 1
    return ClaimName(agent: name, number: claims)
  }
}
