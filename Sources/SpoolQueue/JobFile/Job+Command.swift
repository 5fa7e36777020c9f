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

  /// The argv to execute, without the launcher that is put before it.
  ///
  /// In every word of the command, and nowhere else, these are replaced: `${args}`, `${args_json}`,
  /// `${args_no_hyphens}`, `${run}`, `${queue}` and `${config.KEY}`, where KEY may be a path with
  /// dots. A word that is nothing but `${args}` or `${args_no_hyphens}` becomes one word for each;
  /// inside other text they are joined with spaces. Where none of the three occurs, `args` is added
  /// at the end. In a run of a sweep the three mean the `run_config`, as `--key=value`.
  ///
  /// A script is executed as `/bin/sh -c SCRIPT RUN ARGS…`.
  ///
  /// - Parameters:
  ///   - run: The run's name.
  ///   - queue: The queue, as `${queue}` shall show it.
  /// - Throws: An unknown `${config.KEY}`, a word with a NUL character, or that there is no command.
  public func resolvedCommand(run: String, queue: String) throws(JobFileError) -> [String] {
    guard let program else {
      guard let script else {
        throw JobFileError(
          job.map { "the job \"\($0)\" has not been merged: its command is unknown" }
            ?? "there is no \"command\", \"script\" or \"job\"")
      }
      return ["/bin/sh", "-c", script, run] + (args ?? [])
    }

    var expansion = MacroExpansion(job: self, run: run, queue: queue)
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
  private let arguments: [String]
  private let argumentsAsJSON: JSON
  private let config: JSONObject
  private let run: String
  private let queue: String

  /// Whether the arguments have been named by a macro.
  private(set) var hasPlacedArguments = false

  init(job: Job, run: String, queue: String) {
    config = job.runConfig ?? JSONObject()
    self.run = run
    self.queue = queue
    if job.sweep == nil {
      arguments = job.args ?? []
      argumentsAsJSON = .strings(arguments)
    } else {
      arguments = config.members.map { "--\($0.key)=\($0.value.asWord)" }
      argumentsAsJSON = .object(config)
    }
  }

  /// The words that a word stands for.
  mutating func expand(_ word: String) throws(JobFileError) -> [String] {
    switch word {
    case "${args}":
      hasPlacedArguments = true
      return arguments
    case "${args_no_hyphens}":
      hasPlacedArguments = true
      return argumentsWithoutHyphens
    default:
      return [try replace(in: word)]
    }
  }

  private mutating func replace(in word: String) throws(JobFileError) -> String {
    // Most words have no macro.
    guard word.utf8.contains(UInt8(ascii: "$")) else { return word }
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
    guard !result.contains(0) else {
      throw JobFileError("\(JSON.string(word).text) holds a NUL character once it is replaced")
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
    switch name {
    case "args":
      hasPlacedArguments = true
      return arguments.joined(separator: " ")
    case "args_no_hyphens":
      hasPlacedArguments = true
      return argumentsWithoutHyphens.joined(separator: " ")
    case "args_json":
      hasPlacedArguments = true
      return argumentsAsJSON.text
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

  private var argumentsWithoutHyphens: [String] {
    arguments.map { String($0.drop { $0 == "-" }) }
  }
}

extension JSON {
  /// The value as a word of a command: strings as they are, all else as JSON on one line.
  fileprivate var asWord: String { stringValue ?? text }
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
