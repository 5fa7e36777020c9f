/// The content of a sweep file: W&B's sweep configuration, as YAML or as JSON with comments.
///
/// Keys, defaults and meaning are W&B's. Some keys are read and change nothing; ``remarks`` reports them: `entity`,
/// because a queue is named elsewhere; `early_terminate` and `controller`, because the runs of a sweep are
/// queued at once and each runs to its end; and keys that neither W&B nor spool knows. Some keys or values cannot be
/// supported and are refused with the reason, among them Bayesian search. Three keys are
/// spool's own: `launch`, keys of a job for every run (`"launch": {"timeout": "2h", "gpus": 1}`), `order` and `zip`.
package struct SweepFile: Sendable {
  package enum Method: String, Sendable, CaseIterable {
    /// Every combination of the values.
    case grid
    /// Values drawn from distributions.
    case random
  }

  /// The number in `summary.json` that ranks runs.
  package struct Metric: Sendable, Equatable {
    /// The key; a path with dots if no key has that name.
    package var name = ""
    /// Whether a larger number is better.
    package var isMaximized = false
    /// The target, at which W&B ends a sweep; it changes nothing here.
    package private(set) var target: Double?

    init() {}
  }

  package private(set) var method = Method.grid
  /// The order of a grid.
  package private(set) var order = Order.name
  /// The parameters that change together, by their dotted names, with a list for each axis.
  private(set) var zipped: [[String]] = []
  /// The metric that ranks runs.
  package private(set) var metric: Metric?
  /// The largest number of runs.
  package private(set) var runCap: Int?
  /// The command, with W&B's macros.
  package private(set) var command: [String]?
  /// The value of `${program}`.
  package private(set) var program: String?
  /// The named job of the runs.
  package private(set) var job: String?
  /// The beginning of the sweep's name.
  package private(set) var name: String?
  /// Text for people: the notes of every run.
  package private(set) var description: String?
  /// Additional keys of a job for every run.
  package private(set) var launch: Job?
  /// The file's bytes as text.
  package private(set) var text = ""

  private var readParameters: [SweepParameter]?
  private(set) var entity: String?
  private(set) var project: String?
  private(set) var earlyTerminate: JSONObject?
  private(set) var controller: JSONObject?
  /// The value of ``program`` that was given in place of the file's.
  package private(set) var programAside: String?
  /// Keys that neither W&B nor spool knows.
  private(set) var strangers: [String] = []
  /// Remarks on the notation of the file.
  private(set) var readingRemarks: [String] = []
  /// The value of a key that is refused; never set.
  private var refused: JSON?
  private var extensions = JSONObject()

  init() {}

  /// The parameters, in the order of the file.
  package var parameters: [SweepParameter] { readParameters ?? [] }

  /// Reads a sweep file.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - notation: The notation of the file; nil to derive it from the first character.
  ///   - program: The value of `${program}`, in place of the file's.
  ///   - isRecorded: Whether a sweep was already made from the file, whatever options were given then.
  /// - Throws: The first fault and its place.
  package init(
    parsing bytes: [UInt8], as notation: Notation? = nil, program: String? = nil,
    isRecorded: Bool = false
  ) throws(JobFileError) {
    let seeming = Notation(of: bytes)
    let notation = notation ?? seeming
    let whole = try JSON.object(parsing: bytes, as: notation)
    var object = JSONObject()
    var strangers: [String] = []
    for (key, value) in whole.members {
      // The keys of the file are unique.
      if Self.isStranger(key) { strangers.append(key) } else { object.append(key, value) }
    }
    do throws(FieldError) {
      self = try SweepFile(reading: object)
      self.strangers = strangers
      programAside = program
      self.program = program ?? self.program
      if !isRecorded { try check(object) }
    } catch {
      throw JobFileError(error, below: [], in: bytes, as: notation)
    }
    if notation == .yaml, !isRecorded { readingRemarks = YAMLParser.remarks(on: bytes) }
    // Later the text is read without the file's name, so its first character must tell the notation.
    text = notation == seeming ? String(raw: bytes) : object.text
  }

  package static let keys: [String] = fields.map(\.key).filter { refusals[$0] == nil }

  private func check(_ object: JSONObject) throws(FieldError) {
    for key in ["method", "parameters"] where object[key] == nil {
      throw .sentence("\"\(key)\" is needed")
    }
    if command == nil, program == nil, job == nil {
      throw .sentence("one of \"command\", \"program\" and \"job\" is needed")
    }
    if program == nil, command?.contains("${program}") == true {
      throw .sentence("\"command\" has ${program}, but there is no \"program\"", at: "command")
    }
    if metric?.name.isEmpty == true {
      throw FieldError.value("must have a \"name\"").inside(key: "metric")
    }
    for key in object["launch"]?.objectValue?.keys ?? [] where Self.keysOfSweeps.contains(key) {
      throw FieldError.sentence(
        "\"\(key)\" in \"launch\": the sweep itself decides that", at: key
      ).inside(key: "launch")
    }
    if method == .grid { try Self.checkForGrid(parameters) }
    if method == .random, object["order"] != nil {
      throw .sentence("\"order\" has no place in a random search", at: "order")
    }
    try checkZip()
  }

  /// Keys of a job that differ between the runs of a sweep, or are set elsewhere.
  private static let keysOfSweeps: Set<String> = [
    "job", "command", "literal", "script", "entry_point", "inputs", "name", "unique", "sweep",
    "retry_of", "format",
  ]

  /// Checks that a grid can step through the values of each parameter.
  private static func checkForGrid(_ parameters: [SweepParameter]) throws(FieldError) {
    try FieldError.inside("parameters", check(parameters))
  }

  private static func check(_ parameters: [SweepParameter]) throws(FieldError) {
    for parameter in parameters {
      do throws(FieldError) {
        switch parameter.source {
        case .constant, .choice(_, nil), .integers, .steps: break
        case .choice:
          throw .value("cannot have \"probabilities\" in a grid, which has every value once")
        case .drawn(_, let name):
          throw .value(
            "cannot be walked by a grid: \"\(name)\" has no list of values; give \"values\","
              + " \"int_uniform\" or \"q_uniform\", or use the method \"random\"")
        case .nested(let parameters):
          try checkForGrid(parameters)
        }
      } catch {
        throw error.inside(key: parameter.name)
      }
    }
  }
}

extension SweepFile: FieldRecord {
  static let fields: [Field<SweepFile>] =
    [
      Field("method", { $1(&$0.method) }, .sweepMethod, default: .grid),
      Field("metric", { $1(&$0.metric) }, .record),
      Field("parameters", { $1(&$0.readParameters) }, .parameters),
      Field("order", { $1(&$0.order) }, .sweepOrder, default: .name),
      Field("zip", { $1(&$0.zipped) }, .parameterLists, default: []),
      Field("run_cap", { $1(&$0.runCap) }, .count(1)),
      Field("command", { $1(&$0.command) }, .sweepCommand),
      Field("program", { $1(&$0.program) }, .text),
      Field("job", { $1(&$0.job) }, .jobReference),
      Field("name", { $1(&$0.name) }, .text),
      Field("description", { $1(&$0.description) }, .notes),
      Field("launch", { $1(&$0.launch) }, .record),
      Field("entity", { $1(&$0.entity) }, .anyText),
      Field("project", { $1(&$0.project) }, .anyText),
      Field("early_terminate", { $1(&$0.earlyTerminate) }, .object),
      Field("controller", { $1(&$0.controller) }, .object),
    ] + refusals.map(refusal)

  private static func refusal(_ key: String, _ reason: String) -> Field<SweepFile> {
    Field(key, { $1(&$0.refused) }, .refusing(reason))
  }

  /// Keys of W&B that spool cannot follow; ignoring them silently would run another sweep.
  private static let refusals = [
    "metrics": "cannot be done: runs are ranked by one number, the \"metric\"",
    "image_uri": "cannot be done: use \"command\" or \"job\", and podman or the like as launcher",
    "scheduler": "has no meaning here: --max-running says how many runs there are at a time",
  ]

  /// The keys that belong neither to W&B nor to spool, and are not misspelled keys either.
  private static func isStranger(_ key: String) -> Bool {
    !known.contains(key) && !key.utf8.starts(with: "x-".utf8)
      && Suggestion.nearest(to: key, among: known) == nil
  }

  private static let known = fields.map(\.key)

  var carried: JSONObject? {
    get { extensions }
    set { extensions = newValue ?? JSONObject() }
  }
}

extension SweepFile.Metric: FieldRecord {
  static let fields: [Field<SweepFile.Metric>] = [
    Field("name", { $1(&$0.name) }, .text, default: ""),
    Field("goal", { $1(&$0.isMaximized) }, .goal, default: false),
    Field("target", { $1(&$0.target) }, .finite),
  ]
}

extension Codec<Double> {
  fileprivate static let finite = Codec(
    read: { value throws(FieldError) in
      guard let number = value.doubleValue, number.isFinite else {
        throw .mustBe("a number", not: value)
      }
      return number
    }, write: JSON.number)
}

extension Codec<JSON> {
  fileprivate static func refusing(_ reason: String) -> Codec {
    Codec(read: { _ throws(FieldError) in throw .value(reason) }, write: { $0 })
  }
}

extension Codec<SweepFile.Method> {
  fileprivate static let sweepMethod = Codec(
    read: { value throws(FieldError) in
      guard let text = value.stringValue else { throw .mustBe("a string", not: value) }
      if let method = SweepFile.Method(rawValue: text) { return method }
      if text == "bayes" {
        throw .value(
          "cannot be \"bayes\": spool queues all runs at once and does not search by their results"
            + " (Bayesian search); \"grid\" and \"random\" can be done")
      }
      let note = Suggestion.note(for: text, among: SweepFile.Method.allCases.map(\.rawValue))
      throw .value("must be \"grid\" or \"random\", not \(value.shown)\(note)")
    }, write: { .string($0.rawValue) })
}

extension Codec<Bool> {
  fileprivate static let goal = Codec(
    read: { value throws(FieldError) in
      switch value.stringValue {
      case "minimize", "minimum": return false
      case "maximize", "maximum": return true
      default: throw .mustBe("\"minimize\" or \"maximize\"", notValue: value)
      }
    }, write: { .string($0 ? "maximize" : "minimize") })
}

extension Codec<[String]> {
  /// Words, some of which may be numbers: W&B takes the text of any value; an empty entry becomes `None`.
  fileprivate static let sweepCommand = Codec(
    read: { value throws(FieldError) in
      guard let values = value.arrayValue else { throw .mustBe("an array of strings", not: value) }
      let words = values.map { value in
        switch value {
        case .number(let literal): JSON.string(literal)
        case .null, .bool: JSON.string(value.pythonText)
        case .string, .array, .object: value
        }
      }
      return try Codec.command.read(.array(words))
    }, write: JSON.strings)
}
