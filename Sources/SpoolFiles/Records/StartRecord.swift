/// `runs/RUN/N/start.json`: whose attempt it is, and everything recovery needs to end it.
///
/// Written once, before the run enters `running/`; afterwards only its modification time changes,
/// which is the heartbeat.
package struct StartRecord: Sendable, Equatable {
  /// The claim whose attempt this is; attempts are found by it.
  package var claim: ClaimName
  package var run: String
  package var attempt: Int
  package var holder: Holder
  /// The command, behind its gate; nil for a run that is ended without one.
  package var command: ProcessIdentity?
  /// The job file's, which tells a retry from a new file of the same name.
  package var inode: UInt64
  /// Seconds after which a heartbeat that stood still means death, on a network file system.
  package var lease: Double
  /// Which of its host's slots the run has, from 0.
  package var slot: Int
  /// Which of its host's gpus the run has; empty: none.
  package var gpus: [String] = []
  /// The hooks of the run's end; nil if it has none.
  package var hooks: Hooks?
  /// By the file server's clock.
  package var createdAt: Timestamp
  /// When this record was written, by the file server's clock; nil if it was not written yet.
  package var startedAt: Timestamp?
  package var owner: String
  /// Who but the owner may have written the job file, in words; nil if only trusted users may.
  package var distrust: String?
  /// The job with everything merged; nil where the file does not parse.
  package var job: Job?
  /// The command as it is executed.
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
    // Most runs have none.
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
    // To be killed by its number some day: those of no process, and of the first one, are no command's.
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
