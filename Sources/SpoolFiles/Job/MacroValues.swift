extension JSON {
  /// The value as a word of a command: strings unchanged, other values as JSON on one line.
  var asWord: String { stringValue ?? text }

  /// The value as Python's `str` writes it, because W&B puts that into a command: a script that was
  /// swept there reads `True`, not `true`.
  var pythonText: String { stringValue ?? pythonLiteral }

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

  /// The text in single quotes, or in double quotes if it contains single and no double quotes.
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
