/// One run as people and programs see it, wherever its file is.
public struct Run: Sendable, Equatable {
  /// The run's name, which is unique in its queue.
  public var run: String
  /// The name that the job file gives it.
  package var name: String?
  package var queue: String
  package var entity: String
  /// The state of the run.
  public var state: RunState
  /// Whether it is held, or being edited.
  public var held = false
  package var paused = false
  /// Whether its command is stopped until a user resumes it. The run keeps its slots and gpus.
  public var suspended = false
  /// The named job and its version.
  public var job: String?
  /// The author that the job file names; shown beside the owner, never instead.
  package var author: String?
  /// The job file's owner, as the file system tells.
  package var owner: String?
  /// The command without its arguments, with defaults and named job merged.
  public var command: [String]?
  /// The arguments of the command, merged.
  package var args: [String]?
  /// The run's configuration, merged.
  package var runConfig: JSONObject?
  /// The run's tags, merged.
  public var tags: [String]?
  package var notes: String?
  /// The project that the job names, merged.
  package var project: String?
  /// The time of its submission, by the file server's clock.
  public var createdAt: Timestamp?
  /// The time when its command was let go, by the file server's clock.
  public var startedAt: Timestamp?
  /// The time of its end, by the file server's clock.
  public var endedAt: Timestamp?
  /// Seconds from start to end by a clock that only goes forward.
  public var duration: Double?
  /// The command's exit status; nil if it did not exit.
  public var exitCode: Int?
  /// The name of the signal that ended the command: `KILL`.
  public var signal: String?
  /// The reason for its state, in words.
  public var reason: String?
  /// Whether its start failed and it waits for the next try. This is not a part of the record.
  package var isUnstarted = false
  /// The host on which the run is or was executed.
  public var host: String?
  package var agent: String?
  /// The number of the present or last attempt.
  public var attempt: Int?
  /// How many attempts the job allows.
  package var attempts: Int?
  /// The priority, from 0 (first) to 99 (last).
  public var priority: Int?
  /// The runs that it waits for, as written in the job file.
  package var after: JSON?
  /// The `unique` key: only one run that has it may be on its way at a time.
  package var unique: String?
  /// The name of the run that it repeats.
  package var retryOf: String?
  /// The ID of the sweep to which it belongs.
  package var sweep: String?
  /// The processes that its command had left when it ended; nil if there were none.
  package var leftBehind: LeftBehind?
  /// Remarks on its end, a sentence each: the obstacles, and what was done about them.
  package var remarks: [String] = []
  /// The progress that the run wrote.
  package var progress: String?
  /// The numbers that the run wrote.
  public var summary: JSON?
  /// The values of W&B's client besides the summary: `config` and `exit_code`, each only if it is known.
  package var logged: JSONObject?
  /// The job file's bytes as text.
  package var file: String?

  /// Makes the run of a waiting file.
  package init(
    waiting name: QueueFileName, queue: Queue, opened: Queue.OpenedFile?, state: RunState
  ) {
    run = name.run
    self.queue = queue.name
    entity = queue.entity
    self.state = state
    held = name.parked != nil
    priority = name.effectivePriority
    createdAt = name.stamp.flatMap { Timestamp(stamp: $0) }
    agent = name.claim?.agent
    host = name.claim?.host
    guard let opened else { return }
    createdAt = createdAt ?? opened.information.modified
    owner = Account.of(opened.information.owner).name
    file = String(raw: opened.bytes.prefix(Job.sizeLimit))
    do throws(JobFileError) {
      describe(queue.preview(of: try Job(parsing: opened.bytes)))
    } catch {
      reason = error.description
    }
  }

  /// Makes a run with an attempt that has not ended.
  package init(start: StartRecord, name: QueueFileName, queue: Queue, file: [UInt8]) {
    run = start.run
    self.queue = queue.name
    entity = queue.entity
    state = .running
    priority = name.effectivePriority
    createdAt = start.createdAt
    owner = start.owner
    host = start.holder.host
    agent = start.claim.agent
    attempt = start.attempt
    self.file = String(raw: file.prefix(Job.sizeLimit))
    if let job = start.job { describe(job) }
  }

  private mutating func describe(_ description: Job) {
    name = description.name
    job = description.job
    author = description.author
    command = description.program ?? description.script.map { ["/bin/sh", "-c", $0] }
    args = description.args
    runConfig = description.runConfig
    tags = description.tags
    notes = description.notes
    project = description.project
    attempts = Swift.min(description.retries ?? 0, .max - 1) + 1
    unique = description.unique
    retryOf = description.retryOf
    sweep = description.sweep
    after = description.json["after"]
  }

  /// Adds how an attempt ended.
  package mutating func apply(_ outcome: Outcome) {
    state = outcome.state
    exitCode = outcome.exitCode
    signal = outcome.signal
    reason = outcome.reason
    startedAt = outcome.startedAt
    endedAt = outcome.endedAt
    duration = outcome.duration
    leftBehind = outcome.leftBehind
    remarks = outcome.remarks
  }
}
