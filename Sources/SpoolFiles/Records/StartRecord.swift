/// `runs/RUN/N/start.json`: the claim of an attempt, and all facts that recovery needs to end it.
///
/// Written once, before the run enters `running/`; afterwards only its modification time changes,
/// which is the heartbeat.
package struct StartRecord: Sendable, Equatable {
  /// The claim of this attempt; attempts are found by it.
  package var claim: ClaimName
  package var run: String
  package var attempt: Int
  package var holder: Holder
  /// The command, behind its gate; nil for a run that ends without a command.
  package var command: ProcessIdentity?
  /// The inode of the job file, which tells a retry from a new file with the same name.
  package var inode: UInt64
  /// The number of seconds after which an unchanged heartbeat means death, on a network file system.
  package var lease: Double
  /// The slot of its host that the run has, from 0.
  package var slot: Int
  /// The gpus of its host that the run has; empty for none.
  package var gpus: [String] = []
  /// The hooks of the run's end; nil if it has none.
  package var hooks: Hooks?
  /// The submission time of the run, by the file server's clock.
  package var createdAt: Timestamp
  /// The time at which this record was written, by the file server's clock; nil if not written yet.
  package var startedAt: Timestamp?
  package var owner: String
  /// The users besides the owner who may have written the job file, in words; nil if all are trusted.
  package var distrust: String?
  /// The job with everything merged; nil if the file does not parse.
  package var job: Job?
  /// The argv of the command as it is executed.
  package var argv: [String]

  package init(
    claim: ClaimName, run: String, attempt: Int, holder: Holder, command: ProcessIdentity?,
    inode: UInt64, lease: Double, slot: Int, createdAt: Timestamp, owner: String, job: Job?,
    argv: [String]
  ) {
    self.claim = claim
    self.run = run
    self.attempt = attempt
    self.holder = holder
    self.command = command
    self.inode = inode
    self.lease = lease
    self.slot = slot
    self.createdAt = createdAt
    self.owner = owner
    self.job = job
    self.argv = argv
  }

  package var json: JSON {
    var object = members
    if let hooks { object["hooks"] = .object(hooks.written) }
    if let distrust { object["untrusted"] = .string(distrust) }
    return .object(object)
  }

  private var members: JSONObject {
    JSONObject(
      [
        ("claim", .string(claim.text)),
        ("run", .string(run)),
        ("attempt", .number(attempt)),
      ] + holder.members(process: "runner") + [
        ("command", command?.json ?? .null),
        ("inode", .number("\(inode)")),
        ("lease", .number(lease)),
        ("slot", .number(slot)),
        ("gpus", .strings(gpus)),
        ("created_at", .string(createdAt.text)),
        ("started_at", startedAt.map { .string($0.text) } ?? .null),
        ("owner", .string(owner)),
        ("argv", .array(argv.map { .string($0) })),
        ("job", job.map { .object($0.json) } ?? .null),
      ])
  }

  package init?(_ bytes: [UInt8]) {
    guard let object = (try? JSON(parsing: bytes, dialect: .strict))?.objectValue,
      let claim = object["claim"]?.stringValue.flatMap({ ClaimName($0) }),
      let run = object["run"]?.stringValue,
      let attempt = object["attempt"]?.intValue,
      let holder = Holder(object, process: "runner")
    else { return nil }
    self.claim = claim
    self.run = run
    self.attempt = attempt
    self.holder = holder
    // It may be killed by its number one day: 0 and 1, no process and the first process, are never a command's.
    command = object["command"].flatMap { ProcessIdentity($0) }.flatMap { $0.pid > 1 ? $0 : nil }
    inode = Self.number(object["inode"])
    lease = QueueSettings.lease(recorded: object["lease"])
    slot = object["slot"]?.intValue ?? 0
    gpus = object["gpus"]?.arrayValue?.compactMap { $0.stringValue } ?? []
    createdAt = object["created_at"]?.stringValue.flatMap { Timestamp($0) } ?? .now
    startedAt = object["started_at"]?.stringValue.flatMap { Timestamp($0) }
    owner = object["owner"]?.stringValue ?? ""
    distrust = object["untrusted"]?.stringValue
    argv = object["argv"]?.arrayValue?.compactMap { $0.stringValue } ?? []
    job = object["job"]?.objectValue.flatMap { try? Job(recorded: $0) }
    hooks = object["hooks"]?.objectValue.flatMap { try? Hooks(reading: $0) }
  }

  // An inode may need all 64 bits.
  private static func number(_ value: JSON?) -> UInt64 {
    if case .number(let text)? = value { UInt64(text) ?? 0 } else { 0 }
  }
}
