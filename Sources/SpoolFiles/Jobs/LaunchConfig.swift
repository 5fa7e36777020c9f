/// The changes of a launch to a job, in the format of W&B Launch: `-c config.json`.
///
///     // config.json
///     {
///       "overrides": {
///         "args": [],
///         "run_config": {"learning_rate": 0, "epochs": 0},
///         "entry_point": []
///       },
///       "resource_args": {"<resource-type>": {"<key>": "<value>"}}
///     }
///
/// The keys are at the top or under `overrides`. Empty lists and `null` change nothing. Other keys of W&B's have no
/// meaning without its server and are listed in ``ignored``. A key that neither W&B nor spool knows is an error.
package struct LaunchConfig: Sendable, Equatable {
  /// The named job, as it is written; `-j` counts more.
  package var job: String?
  /// Replaces the job's `args`; never empty.
  package var args: [String]?
  /// Merged over the job's `run_config`.
  package var runConfig: JSONObject?
  /// Replaces the job's project.
  package var project: String?
  /// Replaces the job's command; never empty.
  package var entryPoint: [String]?
  /// The keys of W&B's that have no meaning here, as paths with dots.
  package private(set) var ignored: [String] = []

  package init() {}

  /// Reads a configuration.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - notation: The notation of the text; nil to derive it from the first character.
  /// - Throws: The first fault and its place.
  package init(parsing bytes: [UInt8], as notation: Notation? = nil) throws(JobFileError) {
    let notation = notation ?? Notation(of: bytes)
    let object = try JSON.object(parsing: bytes, as: notation)
    do throws(FieldError) {
      try read(object, Self.keys + [Self.overridesKey], ignoring: Self.foreignKeys)
    } catch {
      throw JobFileError(error, below: [], in: bytes, as: notation)
    }
  }

  /// The configuration as a file that can be read again: the keys that are set.
  package var json: JSONObject {
    var object = JSONObject()
    object["job"] = job.map(JSON.string)
    object["project"] = project.map(JSON.string)
    object["args"] = args.map(JSON.strings)
    object["run_config"] = runConfig.map(JSON.object)
    object["entry_point"] = entryPoint.map(JSON.strings)
    return object
  }

  /// The warning about the ignored keys; nil if there are none.
  package var warning: String? {
    if ignored.isEmpty { return nil }
    let keys = ignored.map { JSON.string($0).text }.joined(separator: ", ")
    return "\(keys): \(ignored.count == 1 ? "has" : "have") no meaning here and"
      + " \(ignored.count == 1 ? "is" : "are") ignored"
  }

  static let overridesKey = "overrides"
  static let keys = ["job", "project", "args", "run_config", "entry_point"]
  /// The keys that ``overridesKey`` cannot have.
  private static let topKeys = ["job", "project"]

  /// The other keys of W&B's launch specification.
  static let foreignKeys: Set = [
    "_resume_count", "_wandb_api_key", "author", "builder", "docker", "docker_image", "entity",
    "git", "name", "priority", "queue", "queue_entity", "registry", "resource",
    "resource_args", "run_id", "sweep_id", "template_variables", "uri",
  ]

  static let foreignOverrides: Set = ["artifacts", "dockerfile", "files", "working_dir"]

  private mutating func read(
    _ object: JSONObject, _ known: [String], ignoring foreign: Set<String>, prefix: String = ""
  ) throws(FieldError) {
    for (key, value) in object.members {
      if foreign.contains(key) {
        if !value.isEmpty { ignored.append(prefix + key) }
      } else if known.contains(key) {
        try FieldError.inside(key, read(key, value))
      } else if !key.hasPrefix("x-") {
        throw .unknownKey(key, among: known)
      }
    }
  }

  private mutating func read(_ key: String, _ value: JSON) throws(FieldError) {
    // W&B's own client writes null for missing values.
    if value.isNull { return }
    switch key {
    case Self.overridesKey:
      let overrides = try Codec<JSONObject>.object.read(value)
      try read(
        overrides, Self.keys.filter { !Self.topKeys.contains($0) }, ignoring: Self.foreignOverrides,
        prefix: Self.overridesKey + ".")
    case "job": job = try Codec<String>.text.read(value)
    case "project": if !value.isEmpty { project = try Codec<String>.project.read(value) }
    case "args":
      let words = try Codec<[String]>.arguments.read(value)
      if !words.isEmpty { try Self.setOnce(&args, words) }
    case "entry_point":
      let words = try Codec<[String]>.launcher.read(value)
      if !words.isEmpty { try Self.setOnce(&entryPoint, words) }
    default:
      let config = try Codec<JSONObject>.object.read(value)
      if !config.isEmpty { try Self.setOnce(&runConfig, config) }
    }
  }

  private static func setOnce<Value>(
    _ place: inout Value?, _ value: Value
  ) throws(FieldError) {
    guard place == nil else {
      throw .name("is given twice: at the top and under \"\(overridesKey)\"")
    }
    place = value
  }
}

extension JSON {
  /// Whether the value is empty: `null`, or a text, a list or an object without content.
  fileprivate var isEmpty: Bool {
    switch self {
    case .null: true
    case .bool, .number: false
    case .string(let text): text.isEmpty
    case .array(let elements): elements.isEmpty
    case .object(let object): object.isEmpty
    }
  }
}
