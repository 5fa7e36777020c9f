extension Job {
  /// The words that `args` is added to: `entry_point` where it is not empty, else `command`.
  ///
  /// nil for a script, and for a named job that has not been merged.
  public var program: [String]? {
    if let entryPoint, !entryPoint.isEmpty { return entryPoint }
    return command
  }

  /// What a run is named after when nobody says: the named job, or the command's base name.
  public var programName: String {
    if let job {
      let name = job.split(separator: "/").last ?? ""
      return String(name.split(separator: ":").first ?? "")
    }
    guard let path = program?.first else { return "script" }
    return path.split(separator: "/").last.map(String.init) ?? path
  }

  /// The argv to execute: the launcher, and the command behind it.
  ///
  /// In the words of the launcher `${run}`, `${queue}` and `${config.KEY}` are replaced; the
  /// arguments are the command's.
  ///
  /// - Throws: What ``resolvedCommand(run:queue:configFile:)`` throws.
  public func launchedCommand(
    run: String, queue: String, configFile: String = "config.json"
  ) throws(JobFileError) -> [String] {
    let command = try resolvedCommand(run: run, queue: queue, configFile: configFile)
    guard let launcher, !launcher.isEmpty else { return command }
    var expansion = MacroExpansion(job: self, run: run, queue: queue, configFile: configFile)
    expansion.hasArguments = false
    var words: [String] = []
    for word in launcher { words += try expansion.expand(word) }
    guard words.first?.isEmpty == false else {
      throw JobFileError("the launcher is empty once its macros are replaced")
    }
    return words + command
  }

  /// The argv to execute, without the launcher that is put before it.
  ///
  /// In every word of the command, and nowhere else, these are replaced: `${args}`, `${args_json}`,
  /// `${args_no_hyphens}`, `${run}`, `${queue}` and `${config.KEY}`, where KEY may be a path with
  /// dots. A word that is nothing but `${args}` or `${args_no_hyphens}` becomes one word for each;
  /// inside other text they are joined with spaces. Where none of the three occurs, `args` is added
  /// at the end.
  ///
  /// In a run of a sweep they have W&B's meaning: `${args}` is the `run_config` as `--key=value`,
  /// its values as Python writes them (`True`, `None`, `[1, 2]`), `${args_json}` the same as JSON
  /// and `${args_json_file}` the path of a file with that; in `${args_no_boolean_flags}` a `true` is
  /// `--key` alone and a `false` nothing, in `${args_no_equals}` key and value are two words. `args`
  /// is added at the end.
  ///
  /// A script is executed as `/bin/sh -c SCRIPT RUN ARGS…`.
  ///
  /// - Parameters:
  ///   - run: The run's name.
  ///   - queue: The queue, as `${queue}` shall show it.
  ///   - configFile: Where the run's configuration is, for `${args_json_file}`.
  /// - Throws: An unknown `${config.KEY}`, a word with a NUL character, or that there is no command.
  public func resolvedCommand(
    run: String, queue: String, configFile: String = "config.json"
  ) throws(JobFileError) -> [String] {
    guard let program else {
      guard let script else {
        throw JobFileError(
          job.map { "the job \"\($0)\" has not been merged: its command is unknown" }
            ?? "there is no \"command\", \"script\" or \"job\"")
      }
      return ["/bin/sh", "-c", script, run] + (args ?? [])
    }

    var expansion = MacroExpansion(job: self, run: run, queue: queue, configFile: configFile)
    var words: [String] = []
    for word in program { words += try expansion.expand(word) }
    // In a sweep the macros have stood for the configuration, and `args` is still to be said.
    if !expansion.hasPlacedArguments || sweep != nil { words += args ?? [] }
    guard let first = words.first, !first.isEmpty else {
      throw JobFileError("the command is empty once its macros are replaced")
    }
    return words
  }
}

/// Replaces the macros in the words of a command.
private struct MacroExpansion {
  private let job: Job
  private let config: JSONObject
  private let run: String
  private let queue: String
  private let configFile: String

  /// Whether there are macros for the arguments.
  var hasArguments = true

  /// Whether the arguments have been named by a macro.
  private(set) var hasPlacedArguments = false

  init(job: Job, run: String, queue: String, configFile: String) {
    self.job = job
    config = job.runConfig ?? JSONObject()
    self.run = run
    self.queue = queue
    self.configFile = configFile
  }

  /// What a macro for the arguments stands for; nil for any other name.
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

  /// The words that a word stands for.
  mutating func expand(_ word: String) throws(JobFileError) -> [String] {
    // Most words have no macro.
    guard word.utf8.contains(UInt8(ascii: "$")) else { return [word] }
    var words: [String]
    if word.hasPrefix("${"), word.hasSuffix("}"),
      let arguments = argumentWords(String(word.dropFirst(2).dropLast()))
    {
      hasPlacedArguments = true
      words = arguments
    } else {
      words = [try replace(in: word)]
    }
    if words.contains(where: { $0.utf8.contains(0) }) {
      throw JobFileError("\(JSON.string(word).text) holds a NUL character once it is replaced")
    }
    return words
  }

  private mutating func replace(in word: String) throws(JobFileError) -> String {
    var result: [UInt8] = []
    var rest = Array(word.utf8)[...]
    while let byte = rest.first {
      if let name = macroName(at: rest), let value = try value(of: name) {
        // What was put in is not looked at again.
        result += value.utf8
        rest = rest.dropFirst(name.utf8.count + 3)
      } else {
        result.append(byte)
        rest.removeFirst()
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The name between `${` and `}` at the front of the bytes.
  ///
  /// A `$` ends the search: what is never closed hides no macro after it, and is looked at once.
  private func macroName(at rest: ArraySlice<UInt8>) -> String? {
    guard rest.starts(with: "${".utf8) else { return nil }
    let name = rest.dropFirst(2).prefix { $0 != UInt8(ascii: "}") && $0 != UInt8(ascii: "$") }
    guard name.endIndex < rest.endIndex, rest[name.endIndex] == UInt8(ascii: "}") else {
      return nil
    }
    return String(decoding: name, as: UTF8.self)
  }

  /// The text for a macro's name; nil for what is no macro of spool's.
  private mutating func value(of name: String) throws(JobFileError) -> String? {
    if let words = argumentWords(name) {
      hasPlacedArguments = true
      return words.joined(separator: " ")
    }
    switch name {
    case "run": return run
    case "queue": return queue
    case _ where name.hasPrefix("config."):
      let key = String(name.dropFirst("config.".count))
      guard let value = config.value(atDottedPath: key) else { throw unknown(key) }
      return value.asWord
    default: return nil
    }
  }

  private func unknown(_ key: String) -> JobFileError {
    let note = Suggestion.nearest(to: key, among: config.keys)
      .map { " (did you mean \"${config.\($0)}\"?)" }
    return JobFileError("\"${config.\(key)}\" names no key of \"run_config\"" + (note ?? ""))
  }
}

extension JSON {
  /// The value as a word of a command: strings as they are, all else as JSON on one line.
  fileprivate var asWord: String { stringValue ?? text }

  /// The value as Python's `str` writes it, which is what W&B puts into a command: a script that
  /// was swept there reads `True`, not `true`.
  fileprivate var pythonText: String { stringValue ?? pythonLiteral }

  private var pythonLiteral: String {
    switch self {
    case .null: "None"
    case .bool(let value): value ? "True" : "False"
    case .number(let literal): literal
    case .string(let text): Self.pythonQuoted(text)
    case .array(let elements):
      "[" + elements.map(\.pythonLiteral).joined(separator: ", ") + "]"
    case .object(let object):
      "{"
        + object.members.map { Self.pythonQuoted($0.key) + ": " + $0.value.pythonLiteral }
        .joined(separator: ", ") + "}"
    }
  }

  /// In single quotes, unless the text has some and no double ones.
  private static func pythonQuoted(_ text: String) -> String {
    let quote: Unicode.Scalar =
      text.unicodeScalars.contains("'") && !text.unicodeScalars.contains("\"") ? "\"" : "'"
    var quoted = String(quote)
    for scalar in text.unicodeScalars {
      switch scalar {
      case quote, "\\": quoted += "\\" + String(scalar)
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        quoted += "\\x" + (scalar.value < 0x10 ? "0" : "") + String(scalar.value, radix: 16)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + String(quote)
  }
}

extension JSONObject {
  /// The value of a key, or of a path of keys with dots between them.
  ///
  /// A key that has dots itself is found too; the longest one is tried first.
  func value(atDottedPath path: String) -> JSON? {
    if let value = self[path] { return value }
    for dot in path.indices.reversed() where path[dot] == "." {
      if let object = self[String(path[..<dot])]?.objectValue,
        let value = object.value(atDottedPath: String(path[path.index(after: dot)...]))
      {
        return value
      }
    }
    return nil
  }
}
