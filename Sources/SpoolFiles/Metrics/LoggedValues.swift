/// What a run logged, as far as a record tells of it: the last value of each key, and what W&B's client knew of the
/// configuration and the exit code.
package struct LoggedValues: Sendable {
  private var configured = Layer()
  private var summarized = Layer()
  /// The last value of each key in the history, which counts less than the summary: W&B's may be a minimum.
  private var latest = Layer()
  /// The exit code that W&B's client saw.
  package private(set) var exitCode: Int?

  /// The most bytes of a summary, and of a configuration; the values that come last are left out.
  static let sizeLimit = 65_536

  package init() {}

  /// Adds a record of W&B's.
  package mutating func add(_ record: WandbRecord) {
    switch record {
    case .history(let items): latest.set(items)
    case .summary(let items, let removed):
      summarized.set(items)
      for path in removed { summarized.remove(path) }
    case .config(let items, let removed):
      configured.set(items)
      for path in removed { configured.remove(path) }
    case .run(let config, let summary):
      configured.set(config)
      summarized.set(summary)
    case .exit(let code): exitCode = code
    }
  }

  /// Adds a line of `metrics.jsonl`.
  package mutating func add(_ line: MetricLine) {
    for (key, value) in line.values.members { latest.set([key], .value(value)) }
  }

  /// The configuration that the script had in the end.
  package var config: JSONObject { Self.object([configured]) }

  /// The summary; without one of W&B's the last value of each key.
  package var summary: JSONObject { Self.object([latest, summarized]) }

  /// `config` and `exit_code`, as far as they are known; nil if neither is.
  package var recorded: JSONObject? {
    var recorded = JSONObject()
    let config = config
    if !config.isEmpty { recorded["config"] = .object(config) }
    if let exitCode { recorded["exit_code"] = .number(exitCode) }
    return recorded.isEmpty ? nil : recorded
  }

  private static func object(_ layers: [Layer]) -> JSONObject {
    var object = JSONObject()
    var room = sizeLimit
    for layer in layers { layer.put(into: &object, &room) }
    return object
  }
}

/// Values under paths of keys, in the order in which the keys came.
private struct Layer: Sendable {
  enum Content: Sendable {
    /// JSON that is read only when the value is asked for: most values are replaced before.
    case text([UInt8])
    case value(JSON)
    case nothing
  }

  private var entries: [(path: [String], content: Content)] = []
  private var places: [ExactText: Int] = [:]

  /// The most keys; later ones are left out.
  private static let countLimit = 4096
  /// How deep a value may be nested: records are nested less deep than JSON may be.
  private static let depthLimit = 24

  mutating func set(_ items: [WandbRecord.Item]) {
    for item in items { set(item.path, .text(item.value)) }
  }

  mutating func remove(_ path: [String]) { set(path, .nothing) }

  mutating func set(_ path: [String], _ content: Content) {
    // W&B's own: `_step`, `_runtime`, `_timestamp`, `_wandb`.
    guard let first = path.first, first.utf8.first != UInt8(ascii: "_") else { return }
    let name = ExactText(path.count == 1 ? first : path.joined(separator: "\0"))
    if let place = places[name] {
      entries[place].content = content
    } else if entries.count < Self.countLimit {
      places[name] = entries.count
      entries.append((path, content))
    }
  }

  /// Adds the values to an object, as far as there is room.
  func put(into object: inout JSONObject, _ room: inout Int) {
    for (path, content) in entries {
      let value: JSON?
      switch content {
      case .text(let text): value = JSON(logged: text)
      case .value(let json): value = json
      case .nothing: value = nil
      }
      guard let value, !value.isNested(deeperThan: Self.depthLimit) else { continue }
      let size = path.reduce(value.textCount) { $0.adding(clamped: $1.utf8.count + 6) }
      guard size <= room else { continue }
      room -= size
      Self.put(value, at: path[...], in: &object)
    }
  }

  private static func put(
    _ value: JSON, at path: ArraySlice<String>, in object: inout JSONObject
  ) {
    guard let key = path.first else { return }
    if path.count == 1 {
      object[key] = value
    } else {
      object.modifyObject(key) { put(value, at: path.dropFirst(), in: &$0) }
    }
  }
}

extension JSON {
  /// Reads a value that W&B's client wrote; nil if it is not JSON.
  ///
  /// Python writes numbers that JSON does not have as words, which become text here.
  init?(logged text: [UInt8]) {
    for word in ["NaN", "Infinity", "-Infinity"] where text.elementsEqual(word.utf8) {
      self = .string(word)
      return
    }
    guard let value = try? JSON(parsing: text, dialect: .strict) else { return nil }
    self = value
  }

  /// Whether its arrays and objects are nested deeper than that number of levels.
  package func isNested(deeperThan limit: Int) -> Bool {
    switch self {
    case .null, .bool, .number, .string: false
    case .array(let elements):
      limit <= 0 || elements.contains { $0.isNested(deeperThan: limit - 1) }
    case .object(let object):
      limit <= 0 || object.members.contains { $0.value.isNested(deeperThan: limit - 1) }
    }
  }
}
