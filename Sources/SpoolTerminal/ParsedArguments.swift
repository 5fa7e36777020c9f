/// The words of a command line, checked against the table.
///
/// Commands ask by the names of the table. A name that the command does not declare is a bug in spool and
/// traps; ask ``declares(_:)`` first in code that serves several commands.
package struct ParsedArguments: Sendable {
  package let path: CommandPath
  /// The words of the command line at the end, as they were typed.
  package let rest: [String]
  /// The parameters of the command by name; every question below looks here.
  private let declared: [String: Parameter]
  private let flags: Set<String>
  private let values: [String: [String]]
  private let words: [String: [String]]

  init(
    path: CommandPath, flags: Set<String>, options: [String: [String]],
    operands: [String: [String]], rest: [String]
  ) {
    self.path = path
    declared = Dictionary(path.command.parameters.map { ($0.key, $0) }) { first, _ in first }
    self.flags = flags
    self.values = options
    self.words = operands
    self.rest = rest
  }

  /// The whole table, for commands that are functions of it.
  package var root: Command { path.root }

  package func flag(_ name: String) -> Bool {
    require(name, "flag") { $0.kind == .flag }
    return flags.contains(name)
  }

  /// The option's value, or `nil` when it was not given; of several, the last.
  package func option(_ name: String) -> String? {
    options(name).last
  }

  /// The values of a repeated option, in the order in which they were given.
  package func options(_ name: String) -> [String] {
    require(name, "option", \.takesValue)
    return values[name] ?? []
  }

  /// The operand's word, or `nil` when it was not given; of several, the first.
  package func operand(_ name: String) -> String? {
    operands(name).first
  }

  package func operands(_ name: String) -> [String] {
    require(name, "operand", \.isOperand)
    return words[name] ?? []
  }

  /// Whether the command that was called has a flag, an option or an operand of that name.
  package func declares(_ name: String) -> Bool {
    declared[name] != nil
  }

  /// The names of the flags and the options that were given.
  package var given: Set<String> { flags.union(values.keys) }

  /// Refuses two options or flags that were given together, where only one of them makes sense.
  package func exclude(_ first: String, _ second: String) throws(UsageError) {
    guard given.isSuperset(of: [first, second]) else { return }
    throw usageError("--\(first) and --\(second): give one of them")
  }

  /// A usage error of the command that was called.
  package func usageError(_ message: String) -> UsageError {
    UsageError(message, at: path)
  }

  private func require(_ name: String, _ kind: String, _ matches: (Parameter) -> Bool) {
    precondition(
      declared[name].map(matches) == true,
      "'\(path.call)' declares no \(kind) named '\(name)'")
  }
}

extension ParsedArguments {
  /// The option's value as a whole number, or `nil` when it was not given.
  ///
  /// - Throws: A usage error that names the range, when it is no number or lies outside.
  package func int(
    _ name: String, range: ClosedRange<Int> = Int.min...Int.max
  ) throws(UsageError) -> Int? {
    try value(name, expected: Self.expectation(range)) { text in
      Int(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  /// The option's value as the closure reads it, or `nil` when it was not given.
  ///
  /// - Parameters:
  ///   - name: The option.
  ///   - expected: The kind of value, for the message: `a duration such as 90s`.
  ///   - read: Returns `nil` for what is no such value.
  /// - Throws: A usage error that says what was expected.
  package func value<Value>(
    _ name: String, expected: String, read: (String) -> Value?
  ) throws(UsageError) -> Value? {
    guard let text = option(name) else { return nil }
    guard let value = read(text) else {
      throw usageError("option --\(name): '\(text)' is not \(expected)")
    }
    return value
  }

  /// The option's value as the closure reads it, or `nil` when it was not given.
  ///
  /// - Throws: A usage error with the text of what the closure threw.
  package func value<Value>(
    _ name: String, read: (String) throws -> Value
  ) throws(UsageError) -> Value? {
    try values(name, read: read).last
  }

  /// The values of a repeated option as the closure reads them.
  ///
  /// - Throws: A usage error with the text of what the closure threw.
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
