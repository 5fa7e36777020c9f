/// One run as people and programs see it, wherever its file is.
public struct Run: Sendable, Equatable {
  /// Unique in its queue.
  public var run: String
  /// What the job file calls it.
  package var name: String?
  package var queue: String
  package var entity: String
  /// Where it stands.
  public var state: RunState
  /// Whether it is held, or being edited.
  public var held = false
  package var paused = false
  /// The named job and its version.
  public var job: String?
  /// The author that the job file names; shown beside the owner, never instead.
  package var author: String?
  /// The job file's owner, as the file system tells.
  package var owner: String?
  /// The command without its arguments, with defaults and named job merged.
  public var command: [String]?
  /// Its arguments, merged.
  package var args: [String]?
  /// Its configuration, merged.
  package var runConfig: JSONObject?
  /// Its tags, merged.
  public var tags: [String]?
  package var notes: String?
  /// When it was submitted, by the file server's clock.
  public var createdAt: Timestamp?
  /// When its command was let go, by the file server's clock.
  public var startedAt: Timestamp?
  /// When it ended, by the file server's clock.
  public var endedAt: Timestamp?
  /// Seconds from start to end by a clock that only goes forward.
  public var duration: Double?
  /// The command's exit status; nil if it did not exit.
  public var exitCode: Int?
  /// The signal that ended the command: `KILL`.
  public var signal: String?
  /// Why it is in its state, in words.
  public var reason: String?
  /// Whether its start failed, and it waits for the next try; not a part of the record.
  package var isUnstarted = false
  /// Where it runs or ran.
  public var host: String?
  package var agent: String?
  /// The number of the attempt that runs, or ran last.
  public var attempt: Int?
  /// How many attempts the job allows.
  package var attempts: Int?
  /// 0 first, 99 last.
  public var priority: Int?
  /// What it waits for, as written.
  package var after: JSON?
  /// The key of which there is one run at a time.
  package var unique: String?
  /// The run that it repeats.
  package var retryOf: String?
  /// The sweep it belongs to.
  package var sweep: String?
  /// The processes that its command had left when it ended; nil if there were none.
  package var leftBehind: LeftBehind?
  /// Remarks on its end, a sentence each: what stood in its way, and what was done.
  package var remarks: [String] = []
  /// The progress that the run wrote.
  package var progress: String?
  /// The numbers that the run wrote.
  public var summary: JSON?
  /// The job file's bytes as text.
  package var file: String?

  /// A run of a waiting file.
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

  /// A run with an attempt that has not ended.
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
