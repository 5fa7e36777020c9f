/// The content of a job file.
///
/// Every property is a key of the file, and nil if the file does not have it. ``init(parsing:)`` also reads the keys
/// without a public property. The list is closed; only keys that begin with `x-` are carried along unread.
public struct Job: Sendable {
  /// The named job of the run: `[ENTITY/]JOB[:VERSION]`.
  public var job: String?
  /// The program and its arguments.
  public var command: [String]?
  /// Whether the words of `command` are executed unchanged, without replacing macros.
  package var literal: Bool?
  /// A text for `/bin/sh`.
  public var script: String?
  /// The arguments after the command, or the positional parameters of a script.
  public var args: [String]?
  /// The run's configuration.
  public var runConfig: JSONObject?
  /// Replaces the command if not empty.
  package var entryPoint: [String]?
  /// In a named job: `type`, `min`, `max` and `choices` of the keys of `run_config`.
  package var inputs: JSONObject?
  /// The working directory of the command.
  public var cwd: String?
  /// Variables that are added to the environment.
  public var env: Environment?
  /// Files of variables, read when the run starts.
  package var envFile: [String]?
  package var umask: Int?
  /// The beginning of the run's name.
  public var name: String?
  /// Text for people.
  public var notes: String?
  /// Words that select runs.
  public var tags: [String]?
  /// The project to which the run belongs, for people and for W&B's client.
  package var project: String?
  /// The author of the run, in words; proves nothing.
  package var author: String?
  /// The priority, from 0 (first) to 99 (last).
  package var priority: Int?
  /// The time limit, in seconds.
  public var timeout: Double?
  /// The time between a warning and the time limit, in seconds.
  package var warn: Double?
  /// How often a run that does not finish is tried again.
  public var retries: Int?
  /// The pause before the first retry, in seconds.
  public var retryDelay: Double?
  /// The exit statuses that are tried again; nil for all except 0.
  package var retryOn: [Int]?
  /// The earliest start of the run.
  public var notBefore: ZonedTime?
  /// The runs that must have ended before this run.
  public var after: Dependencies?
  /// The labels that an agent must have.
  public var require: [String]?
  /// How many of the host's slots the run takes.
  public var slots: Int?
  /// The number of the host's gpus that the run takes, or its share of one gpu.
  public var gpus: GPUAmount?
  /// The key that only one run at a time may have; the run's name is made from it.
  public var unique: String?
  /// Whether standard error has a file of its own.
  package var split: Bool?
  /// Whether the command gets the variables that W&B's client reads; nil for yes.
  package var wandb: Bool?
  /// An argv before the command; empty for no launcher, whatever the queue says.
  package var launcher: [String]?
  /// Commands that are executed after the run's end; each one replaces the queue's command.
  package var hooks: Hooks?
  /// The sweep to which the run belongs.
  package var sweep: String?
  /// The run that this run repeats.
  package var retryOf: String?
  /// The format of the file: 2 for a share of a gpu, else 1, which need not be said.
  package var format: Int?
  /// Keys that begin with `x-`, for other programs.
  package var extensions = JSONObject()

  /// Creates a job that asks for nothing.
  public init() {}

  /// Creates a job that executes a command and replaces the macros in its words.
  public init(command: [String]) { self.command = command }

  /// Creates a job that executes the words unchanged, as a person typed or another program wrote them.
  ///
  /// Sets `literal` only if it makes a difference.
  public init(literal command: [String]) {
    self.command = command
    let hasMacro = command.contains { word in
      word.utf8.contains(UInt8(ascii: "$")) && word.utf8.contains(UInt8(ascii: "{"))
    }
    if hasMacro { literal = true }
  }

  /// The largest job file, in bytes.
  package static let sizeLimit = 1 << 20

  /// The newest format that can be read.
  package static let newestFormat = 2
}

extension Job: FieldRecord {
  /// The closed list of keys, in the order of writing.
  static let fields: [Field<Job>] = [
    Field("job", { $1(&$0.job) }, .jobReference),
    Field("command", { $1(&$0.command) }, .command),
    Field("literal", { $1(&$0.literal) }, .bool),
    Field("script", { $1(&$0.script) }, .text),
    Field("args", { $1(&$0.args) }, .arguments),
    Field("run_config", { $1(&$0.runConfig) }, .object, merge: { $0.merging(over: $1) }),
    Field("entry_point", { $1(&$0.entryPoint) }, .launcher, merge: { $0.isEmpty ? $1 : $0 }),
    Field("inputs", { $1(&$0.inputs) }, .inputs),
    Field("cwd", { $1(&$0.cwd) }, .text),
    Field("env", { $1(&$0.env) }, .environment, merge: { $0.merging(over: $1) }),
    Field("env_file", { $1(&$0.envFile) }, .texts),
    Field("umask", { $1(&$0.umask) }, .umask),
    Field("name", { $1(&$0.name) }, .name()),
    Field("notes", { $1(&$0.notes) }, .notes),
    Field("tags", { $1(&$0.tags) }, .texts),
    Field("project", { $1(&$0.project) }, .project),
    Field("author", { $1(&$0.author) }, .text),
    Field("priority", { $1(&$0.priority) }, .whole(0...99)),
    Field("timeout", { $1(&$0.timeout) }, .span),
    Field("warn", { $1(&$0.warn) }, .span),
    Field("retries", { $1(&$0.retries) }, .count()),
    Field("retry_delay", { $1(&$0.retryDelay) }, .delay),
    Field("retry_on", { $1(&$0.retryOn) }, .list(of: .whole(0...255))),
    Field("not_before", { $1(&$0.notBefore) }, .time),
    Field("after", { $1(&$0.after) }, .dependencies),
    Field("require", { $1(&$0.require) }, .texts),
    Field("slots", { $1(&$0.slots) }, .count(1)),
    Field("gpus", { $1(&$0.gpus) }, .gpus),
    // The number after it must fit into a run's name.
    Field("unique", { $1(&$0.unique) }, .name(limit: RunName.limit - 10)),
    Field("split", { $1(&$0.split) }, .bool),
    Field("wandb", { $1(&$0.wandb) }, .bool),
    Field("launcher", { $1(&$0.launcher) }, .launcher),
    Field("hooks", { $1(&$0.hooks) }, .record, merge: { $0.merging(over: $1) }),
    Field("sweep", { $1(&$0.sweep) }, .name()),
    Field("retry_of", { $1(&$0.retryOf) }, .name()),
    // A spool that knows no shares of gpus leaves such a file in the queue.
    Field(
      "format",
      { record, body in
        var format = record.format
        if record.gpus?.isShare == true { format = Swift.max(format ?? 1, 2) }
        body(&format)
        record.format = format
      }, .format),
  ]

  var carried: JSONObject? {
    get { extensions }
    set { extensions = newValue ?? JSONObject() }
  }
}

extension Job: Equatable {
  /// Whether both have the same text, except for the order of members.
  public static func == (left: Job, right: Job) -> Bool { left.json == right.json }
}
