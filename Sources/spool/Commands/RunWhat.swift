import SpoolQueue

/// The words for a run in a list: its named job or its command, and its configuration.
struct RunWhat: Sendable, Equatable {
  /// The named job, otherwise the command line.
  private let name: String
  /// Runs of one group are distinguished by their configuration.
  private let group: String
  private let isJob: Bool
  private let config: JSONObject?

  /// The number of values of a configuration that are compared.
  private static let valueLimit = 200
  /// The longest value that is shown whole, in characters.
  private static let textLimit = 24

  init(_ run: Run) {
    self.init(
      job: run.job, command: run.command, args: run.args, config: run.runConfig,
      executed: Self.executed(run))
  }

  /// - Parameter executed: The command with its macros replaced; nil if it has no macros.
  init(
    job: String?, command: [String]?, args: [String]?, config: JSONObject?,
    executed: [String]? = nil
  ) {
    let line = command.map { RunRow.commandLine($0, args) }
    name = job ?? executed.map { shellQuoted($0) } ?? line ?? "-"
    // Without the version: all versions of a job are compared.
    group = job.map { String($0.prefix { $0 != ":" }) } ?? line ?? ""
    isJob = job != nil
    self.config = config
  }

  /// Whether a word may be a macro, of which only the whole record has the value.
  static func hasMacro(_ command: [String]?) -> Bool {
    command?.contains { $0.utf8.contains(UInt8(ascii: "$")) && $0.contains("${") } ?? false
  }

  /// The words of a command with macros replaced. Returns nil for a run without macros, and if they are not known.
  private static func executed(_ run: Run) -> [String]? {
    guard run.job == nil, let command = run.command, hasMacro(command),
      RunRow.script(in: command) == nil
    else { return nil }
    var asked = Job(command: command)
    asked.literal = run.file.flatMap { try? Job(parsing: $0.rawBytes) }?.isLiteral
    if asked.isLiteral { return nil }
    asked.args = run.args
    asked.runConfig = run.runConfig
    asked.sweep = run.sweep
    return try? asked.launchedCommand(
      run: run.run, queue: run.entity + "/" + run.queue, attempt: run.attempt ?? 1)
  }

  /// The words for runs that are shown together. A run of a job gets the job and the values that differ among the
  /// job's runs; of several runs with one command each gets these values alone; any other run gets its command.
  static func words(_ runs: [RunWhat]) -> [String] {
    var groups: [String: [Int]] = [:]
    for (place, what) in runs.enumerated() where what.config != nil {
      groups[what.group, default: []].append(place)
    }
    var words = runs.map(\.name)
    for places in groups.values where places.count > 1 {
      let values = places.map { place in leaves(runs[place].config) }
      var keys: [String] = []
      var known: Set<String> = []
      for key in values.flatMap({ $0.map(\.key) }) where known.insert(key).inserted {
        keys.append(key)
      }
      let tables = values.map { leaves in
        Dictionary(leaves.map { ($0.key, $0.value) }) { first, _ in first }
      }
      let differing = keys.filter { key in tables.contains { $0[key] != tables[0][key] } }
      if differing.isEmpty { continue }
      for (number, place) in places.enumerated() {
        let shown = differing.compactMap { key in
          tables[number][key].map { "\(key)=\(cut($0))" }
        }
        if shown.isEmpty { continue }
        let text = shown.joined(separator: " ")
        words[place] = runs[place].isJob ? runs[place].name + " " + text : text
      }
    }
    return words
  }

  private static func cut(_ text: String) -> String {
    let head = text.prefix(textLimit)
    return head.endIndex == text.endIndex ? text : head + "…"
  }

  /// The values of a configuration, by their dotted paths.
  private static func leaves(_ config: JSONObject?) -> [(key: String, value: String)] {
    var found: [(key: String, value: String)] = []
    func add(_ object: JSONObject, _ path: String) {
      for (key, value) in object.members where found.count < valueLimit {
        if let inner = value.objectValue {
          add(inner, path + key + ".")
        } else {
          found.append((path + key, value.tableText))
        }
      }
    }
    if let config { add(config, "") }
    return found
  }
}
