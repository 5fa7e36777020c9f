/// The content of a queue's `queue.json`.
///
/// A property is nil, or has its default, if the file does not have the key. Keys that begin with
/// `x-` are carried along unread.
public struct QueueSettings: Sendable {
  /// How many runs of the queue may run at a time, on all hosts together; nil for any number.
  package var maxRunning: Int?
  /// The age at which a heartbeat is too old, in seconds.
  package var lease: Double = 300
  /// How often an agent looks without being woken, in seconds; nil for the interval that suits the file system.
  package var poll: Double?
  /// Whether promises are synced to disk first; false is faster.
  package var sync = true
  /// The job over which each job of this queue is merged.
  package var defaults = Job()
  /// The launcher: an argv before each command.
  package var launcher: [String]?
  /// Whether commands get the variables that W&B's client reads; nil for yes.
  package var wandb: Bool?
  /// Commands that are executed when a run has ended or the queue has become empty.
  package var hooks = Hooks()
  /// The users whose files an agent accepts, besides its own user and root.
  package var allowUsers: [String] = []
  package var allowGroups: [String] = []
  /// The variables that `launch` records for this queue besides its own, as globs: `WANDB_*`.
  package var environmentKept: [String] = []
  /// The rule for keeping runs that are over; nil if everything is kept.
  package var keep: Retention?
  package var notes: String?
  /// Whether a root agent executes dropped files, not only files that launch reserved a name for.
  package var drops = false
  /// Keys that begin with `x-`, for other programs.
  package var extensions = JSONObject()

  /// The whole defaults of a job in this queue: ``defaults``, and below them the launcher, `wandb` and the hooks of
  /// the queue.
  package var jobDefaults: Job {
    var job = defaults
    if let launcher, job.launcher == nil { job.launcher = launcher }
    if let wandb, job.wandb == nil { job.wandb = wandb }
    if hooks != Hooks() { job.hooks = defaults.hooks?.merging(over: hooks) ?? hooks }
    return job
  }

  /// The settings of a queue without a `queue.json`.
  package init() {}

  package init(parsing bytes: [UInt8]) throws(JobFileError) {
    let object = try JSON.object(parsing: bytes, at: [])
    do {
      self = try QueueSettings(reading: object)
    } catch {
      throw JobFileError(error, below: [], in: bytes)
    }
  }

  /// The lease in a record, in seconds; the default if the record has none.
  static func lease(recorded value: JSON?) -> Double {
    guard let seconds = value?.doubleValue, seconds > 0, seconds <= DurationText.limit else {
      return QueueSettings().lease
    }
    return seconds
  }

  /// The settings as a `queue.json`: the keys that differ from their default, in the order of the list.
  public var json: JSONObject { written }

  /// Every key of a `queue.json`, in the order of writing.
  package static let keys: [String] = fields.map(\.key)
}

extension QueueSettings: FieldRecord {
  static let fields: [Field<QueueSettings>] = [
    Field("max_running", { $1(&$0.maxRunning) }, .count(1)),
    Field("lease", { $1(&$0.lease) }, .span, default: 300),
    Field("poll", { $1(&$0.poll) }, .span),
    Field("sync", { $1(&$0.sync) }, .bool, default: true),
    Field("defaults", { $1(&$0.defaults) }, .record, default: Job()),
    Field("launcher", { $1(&$0.launcher) }, .launcher),
    Field("wandb", { $1(&$0.wandb) }, .bool),
    Field("hooks", { $1(&$0.hooks) }, .record, default: Hooks()),
    Field("allow_users", { $1(&$0.allowUsers) }, .texts, default: []),
    Field("allow_groups", { $1(&$0.allowGroups) }, .texts, default: []),
    Field("env_keep", { $1(&$0.environmentKept) }, .texts, default: []),
    Field("keep", { $1(&$0.keep) }, .record),
    Field("notes", { $1(&$0.notes) }, .notes),
    Field("drops", { $1(&$0.drops) }, .bool, default: false),
  ]

  var carried: JSONObject? {
    get { extensions }
    set { extensions = newValue ?? JSONObject() }
  }
}

extension QueueSettings: Equatable {
  /// Whether both have the same text, except for the order of members.
  public static func == (left: QueueSettings, right: QueueSettings) -> Bool {
    left.json == right.json
  }
}
