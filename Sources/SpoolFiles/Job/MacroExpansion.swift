struct MacroExpansion {
  private let job: Job
  private let config: JSONObject
  private let run: String
  private let queue: String
  private let attempt: Int
  private let configFile: String

  var hasArguments = true

  /// Whether a macro has named the arguments.
  private(set) var hasPlacedArguments = false

  /// The values of the macros seen so far: each value is computed once, however often the macro occurs.
  private var known: [String: Arguments] = [:]

  /// A sequence of words with its sizes, which are counted once and not at each use.
  struct Arguments {
    let words: [String]
    let size: CommandSize
    /// Bytes of the words, joined with blanks.
    let joinedCount: Int
    /// Whether a word contains NUL, which a C string cannot hold.
    let hasNUL: Bool

    init(_ words: [String]) {
      self.words = words
      var size = CommandSize()
      var joined = Swift.max(words.count - 1, 0)
      for word in words {
        let count = RawText.count(word)
        size.add(word: count)
        joined = joined.adding(clamped: count)
      }
      self.size = size
      joinedCount = joined
      hasNUL = words.contains { $0.utf8.contains(0) }
    }
  }

  /// The result of a word of the command.
  enum Piece {
    /// One word for each argument.
    case arguments(Arguments)
    /// One word made of these parts.
    case text([Part])

    func add(to size: inout CommandSize) {
      switch self {
      case .arguments(let arguments): size.add(arguments.size)
      case .text(let parts):
        size.add(word: parts.reduce(0) { $0.adding(clamped: $1.count) })
      }
    }

    var words: [String] {
      switch self {
      case .arguments(let arguments): return arguments.words
      case .text(let parts):
        if parts.count == 1, case .value(let value) = parts[0], value.words.count == 1 {
          return value.words
        }
        var bytes: [UInt8] = []
        for part in parts {
          switch part {
          case .literal(let literal): bytes += literal
          case .value(let value): bytes += value.words.joined(separator: " ").utf8
          }
        }
        return [String(decoding: bytes, as: UTF8.self)]
      }
    }
  }

  enum Part {
    /// Unchanged bytes of the word.
    case literal(ArraySlice<UInt8>)
    /// The value of a macro, its words joined with blanks.
    case value(Arguments)

    var count: Int {
      switch self {
      case .literal(let literal): RawText.count(literal)
      case .value(let value): value.joinedCount
      }
    }
  }

  init(job: Job, run: String, queue: String, attempt: Int, configFile: String) {
    self.job = job
    config = job.runConfig ?? JSONObject()
    self.run = run
    self.queue = queue
    self.attempt = attempt
    self.configFile = configFile
  }

  private func argumentWords(_ macro: String) -> [String]? {
    guard hasArguments else { return nil }
    if job.sweep != nil { return sweepWords(macro) }
    let args = job.args ?? []
    return switch macro {
    case "args": args
    case "args_no_hyphens": args.map { String($0.drop { $0 == "-" }) }
    case "args_json": [JSON.strings(args).text]
    default: nil
    }
  }

  /// The macros of W&B's `create_sweep_command_args`.
  private func sweepWords(_ macro: String) -> [String]? {
    switch macro {
    case "args": config.members.map { "--\($0.key)=\($0.value.pythonText)" }
    case "args_no_hyphens": config.members.map { "\($0.key)=\($0.value.pythonText)" }
    case "args_append_hydra": config.members.map { "+\($0.key)=\($0.value.pythonText)" }
    case "args_override_hydra": config.members.map { "++\($0.key)=\($0.value.pythonText)" }
    case "args_no_equals": config.members.flatMap { ["--\($0.key)", $0.value.pythonText] }
    case "args_no_boolean_flags":
      config.members.compactMap { key, value in
        guard let isOn = value.boolValue else { return "--\(key)=\(value.pythonText)" }
        return isOn ? "--\(key)" : nil
      }
    case "args_json": [config.text]
    case "args_json_file": [configFile]
    default: nil
    }
  }

  mutating func piece(_ word: String) throws(JobFileError) -> Piece {
    // Most words have no macro.
    guard word.utf8.contains(UInt8(ascii: "$")) else { return .arguments(Arguments([word])) }
    if let name = MacroName.whole(of: word), let value = value(ofWord: name) {
      if value.hasNUL { throw Self.nul(in: word) }
      return .arguments(value)
    }
    return .text(try parts(of: word))
  }

  private static func nul(in word: String) -> JobFileError {
    JobFileError("\(JSON.string(word).shown) holds a NUL character once it is replaced")
  }

  private mutating func parts(of word: String) throws(JobFileError) -> [Part] {
    var parts: [Part] = []
    let bytes = Array(word.utf8)
    var start = bytes.startIndex
    var at = start
    while at < bytes.endIndex {
      if let name = MacroName.first(in: bytes[at...]), let value = try value(of: name) {
        if value.hasNUL { throw Self.nul(in: word) }
        if start < at { parts.append(.literal(bytes[start..<at])) }
        // Inserted text is not expanded again.
        parts.append(.value(value))
        at += name.utf8.count + 3
        start = at
      } else {
        at += 1
      }
    }
    if start < at { parts.append(.literal(bytes[start..<at])) }
    if bytes.contains(0) { throw Self.nul(in: word) }
    return parts
  }

  /// The value of a macro that is a whole word; nil if the word is something else, or if its name has a dot.
  private mutating func value(ofWord macro: String) -> Arguments? {
    if let found = known[macro] { return found }
    let words: [String]
    if let arguments = argumentWords(macro) {
      hasPlacedArguments = true
      words = arguments
    } else {
      switch macro {
      case "run": words = [run]
      case "queue": words = [queue]
      default: return nil
      }
    }
    let made = Arguments(words)
    known[macro] = made
    return made
  }

  /// The value of a macro with a dot in its name, at any place in a word; nil for any other name.
  private mutating func value(of name: String) throws(JobFileError) -> Arguments? {
    let text: String
    if let key = MacroName.rest(of: name, after: "config.") {
      if let found = known[name] { return found }
      guard let value = config.value(atDottedPath: key) else { throw unknown(key: key) }
      text = value.asWord
    } else if MacroName.rest(of: name, after: "spool.") != nil {
      switch name {
      case "spool.run": text = run
      case "spool.queue": text = queue
      case "spool.attempt": text = "\(attempt)"
      default: throw unknown(name: name)
      }
    } else {
      return nil
    }
    let made = Arguments([text])
    known[name] = made
    return made
  }

  private func unknown(key: String) -> JobFileError {
    let note = Suggestion.nearest(to: key, among: config.keys)
      .map { " (did you mean \"${config.\($0)}\"?)" }
    return JobFileError("\"${config.\(key)}\" names no key of \"run_config\"" + (note ?? ""))
  }

  private func unknown(name: String) -> JobFileError {
    let known = ["spool.run", "spool.queue", "spool.attempt"]
    let note = Suggestion.nearest(to: name, among: known).map { " (did you mean \"${\($0)}\"?)" }
    return JobFileError(
      "\"${\(name)}\" is none of \(known.map { "${\($0)}" }.joined(separator: ", "))"
        + (note ?? ""))
  }
}
