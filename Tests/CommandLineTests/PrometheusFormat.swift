/// A reader of Prometheus's text format that forgives nothing:
/// https://prometheus.io/docs/instrumenting/exposition_formats/
struct PrometheusFormat {
  /// The samples, by the whole text before their value.
  private(set) var samples: [String: Double] = [:]
  /// Labels of each sample, in their order.
  private(set) var labels: [String: [(name: String, value: String)]] = [:]
  /// The metrics with a type, in order.
  private(set) var metrics: [String] = []

  /// What is wrong, and where.
  struct Fault: Error, CustomStringConvertible {
    let description: String
  }

  /// Reads a whole file.
  init(_ text: String) throws {
    guard text.isEmpty || text.hasSuffix("\n") else { throw Fault(description: "no last newline") }
    var helped: String?
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .enumerated()
    {
      do {
        if line.hasPrefix("# HELP ") {
          helped = try Self.name(line.dropFirst(7)).name
        } else if line.hasPrefix("# TYPE ") {
          let (name, rest) = try Self.name(line.dropFirst(7))
          guard rest == " gauge", helped == name, !metrics.contains(name) else {
            throw Fault(description: "no type of what has help, or its second")
          }
          metrics.append(name)
        } else {
          try readSample(line)
        }
      } catch {
        throw Fault(description: "line \(number + 1), \(line): \(error)")
      }
    }
  }

  /// The value of a sample, as it is written.
  subscript(sample: String) -> Double? { samples[sample] }

  private mutating func readSample(_ line: Substring) throws {
    var (name, rest) = try Self.name(line)
    guard name == metrics.last else { throw Fault(description: "is not of the last metric") }
    var found: [(name: String, value: String)] = []
    if rest.first == "{" {
      repeat {
        rest.removeFirst()
        let (label, behind) = try Self.name(rest)
        guard !label.contains(":"), !label.hasPrefix("__"), behind.hasPrefix("=\"") else {
          throw Fault(description: "no label")
        }
        rest = behind.dropFirst(2)
        found.append((label, try Self.value(&rest)))
      } while rest.first == ","
      guard rest.first == "}" else { throw Fault(description: "labels without an end") }
      rest.removeFirst()
    }
    guard Set(found.map(\.name)).count == found.count else {
      throw Fault(description: "the same label twice")
    }
    let series = String(line[..<rest.startIndex])
    let number = rest.dropFirst()
    guard rest.first == " ", let value = Double(number), value.isFinite,
      number.allSatisfy({ "+-.0123456789e".contains($0) })
    else { throw Fault(description: "no number") }
    guard samples[series] == nil else { throw Fault(description: "the same series twice") }
    samples[series] = value
    labels[series] = found
  }

  private static func name(_ text: Substring) throws -> (name: String, rest: Substring) {
    let name = text.prefix { character in
      character.isASCII && (character.isLetter || character.isNumber || "_:".contains(character))
    }
    guard let first = name.first, !first.isNumber else { throw Fault(description: "no name") }
    return (String(name), text[name.endIndex...])
  }

  /// The text up to the closing quote, which is taken too.
  private static func value(_ rest: inout Substring) throws -> String {
    var value = ""
    while let character = rest.popFirst() {
      switch character {
      case "\"": return value
      case "\\":
        switch rest.popFirst() {
        case "\\": value.append("\\")
        case "\"": value.append("\"")
        case "n": value.append("\n")
        default: throw Fault(description: "an escape that there is not")
        }
      default: value.append(character)
      }
    }
    throw Fault(description: "a text without an end")
  }
}
