/// The words of a command line, checked against the table.
///
/// Commands ask by the names of the table. A name that the command does not declare is a bug in spool, and
/// traps in a debug build; ask ``declares(_:)`` first in code that serves several commands.
package struct ParsedArguments: Sendable {
  package let path: CommandPath
  /// The words of the command line at the end, as they were typed.
  package let rest: [String]
  private let flags: [String]
  private let values: NamedWords
  private let words: NamedWords

  init(
    path: CommandPath, flags: [String], options: NamedWords, operands: NamedWords, rest: [String]
  ) {
    self.path = path
    self.flags = flags
    self.values = options
    self.words = operands
    self.rest = rest
  }

  /// The whole table, for commands that are functions of it.
  package var root: Command { path.root }

  package func flag(_ name: String) -> Bool {
    assert(declares(name) { $0.kind == .flag }, undeclared("flag", name))
    return flags.contains(name)
  }

  /// The option's value. Nil if it was not given; the last value if it was given several times.
  package func option(_ name: String) -> String? {
    assert(declares(name, \.takesValue), undeclared("option", name))
    return values.last(name)
  }

  /// The values of a repeated option, in the order in which they were given.
  package func options(_ name: String) -> [String] {
    assert(declares(name, \.takesValue), undeclared("option", name))
    return values.all(name)
  }

  /// The operand's word. Nil if it was not given; the first word if there are several.
  package func operand(_ name: String) -> String? {
    operands(name).first
  }

  package func operands(_ name: String) -> [String] {
    assert(declares(name, \.isOperand), undeclared("operand", name))
    return words.all(name)
  }

  /// Whether the called command has a flag, an option or an operand of that name.
  package func declares(_ name: String) -> Bool {
    declares(name) { _ in true }
  }

  /// Whether a flag or an option of that name was given.
  package func isGiven(_ name: String) -> Bool { flags.contains(name) || values.has(name) }

  /// The names of the flags and the options that were given.
  package var given: Set<String> { Set(flags + values.names) }

  /// Refuses two options or flags that were given together, if only one of them makes sense.
  package func exclude(_ first: String, _ second: String) throws(UsageError) {
    guard isGiven(first), isGiven(second) else { return }
    throw usageError("--\(first) and --\(second): give one of them")
  }

  /// A usage error of the called command.
  package func usageError(_ message: String) -> UsageError {
    UsageError(message, at: path)
  }

  private func declares(_ name: String, _ matches: (Parameter) -> Bool) -> Bool {
    path.command.parameters.contains { $0.key == name && matches($0) }
  }

  private func undeclared(_ kind: String, _ name: String) -> String {
    "'\(path.call)' declares no \(kind) named '\(name)'"
  }
}

/// Words that were given under names, in the order of the command line.
///
/// There are few words: searching them all is faster than hashing a name.
struct NamedWords: Sendable {
  private(set) var names: [String] = []
  private var words: [String] = []

  mutating func append(_ word: String, named name: String) {
    names.append(name)
    words.append(word)
  }

  func has(_ name: String) -> Bool { names.contains(name) }

  func last(_ name: String) -> String? { names.lastIndex(of: name).map { words[$0] } }

  func all(_ name: String) -> [String] {
    var found: [String] = []
    for position in names.indices where names[position] == name { found.append(words[position]) }
    return found
  }
}

extension ParsedArguments {
  /// The option's value as a whole number. Nil if it was not given.
  ///
  /// - Throws: A usage error that names the range, if the value is not a number or is outside.
  package func int(
    _ name: String, range: ClosedRange<Int> = Int.min...Int.max
  ) throws(UsageError) -> Int? {
    try value(name, expected: Self.expectation(range)) { text in
      Int(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  /// The option's value as the closure reads it. Nil if it was not given.
  ///
  /// - Parameters:
  ///   - name: The option.
  ///   - expected: The kind of value, for the message: `a duration such as 90s`.
  ///   - read: Returns nil if the text is not such a value.
  /// - Throws: A usage error that names the expected kind.
  package func value<Value>(
    _ name: String, expected: String, read: (String) -> Value?
  ) throws(UsageError) -> Value? {
    guard let text = option(name) else { return nil }
    guard let value = read(text) else {
      throw usageError("option --\(name): '\(text)' is not \(expected)")
    }
    return value
  }

  /// The option's value as the closure reads it. Nil if it was not given.
  ///
  /// - Throws: A usage error with the text of the closure's error.
  package func value<Value>(
    _ name: String, read: (String) throws -> Value
  ) throws(UsageError) -> Value? {
    try values(name, read: read).last
  }

  /// The values of a repeated option as the closure reads them.
  ///
  /// - Throws: A usage error with the text of the closure's error.
  package func values<Value>(
    _ name: String, read: (String) throws -> Value
  ) throws(UsageError) -> [Value] {
    var result: [Value] = []
    for text in options(name) {
      do {
        result.append(try read(text))
      } catch {
        throw usageError("option --\(name): \(error)")
      }
    }
    return result
  }

  private static func expectation(_ range: ClosedRange<Int>) -> String {
    switch (range.lowerBound, range.upperBound) {
    case (Int.min, Int.max): "a whole number"
    case (let low, Int.max): "a whole number of at least \(low)"
    case (Int.min, let high): "a whole number of at most \(high)"
    case (let low, let high): "a whole number from \(low) to \(high)"
    }
  }
}
