/// A sweep in words of a command line: `lr=1e-3,1e-2 seed=1..5 -- ./train --lr {lr}`.
///
/// A value is a number, `true`, `false`, `null` or a text in quotes as in JSON; any other word is a text. Several have
/// commas between them. `1..5` are the whole numbers from 1 to 5, `0..1:0.25` the numbers in steps. In a random search
/// `0.1..0.9` are all numbers between, and `1e-4..1e-1:log` are drawn so that their logarithms are spread evenly. A
/// text that begins with `[` is a JSON array of values, and one with `{` a parameter as in a sweep file.
package struct SweepWords: Sendable {
  private let method: SweepFile.Method
  private var parameters = JSONObject()
  private var names: [String] = []

  /// Whether a word gives a parameter its values, and is not the name of a file.
  package static func isParameter(_ word: String) -> Bool {
    guard let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")) else { return false }
    return !word.utf8[..<equals].contains(UInt8(ascii: "/"))
  }

  /// Reads the words `NAME=VALUES`.
  ///
  /// - Throws: ``SpoolError`` of kind `badInput` that names the word.
  package init(_ words: [String], method: SweepFile.Method) throws(SpoolError) {
    self.method = method
    for word in words {
      guard let (name, text) = word.cut(at: "="), Self.isName(name) else {
        throw SpoolError(
          .badInput, "'\(word)': give NAME=VALUES, where NAME has letters, digits, _, - and dots")
      }
      guard !names.contains(name) else {
        throw SpoolError(.badInput, "'\(word)': \(name) has values already")
      }
      names.append(name)
      do throws(Fault) {
        let path = name.split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
        guard parameters.insert(try description(of: text), below: path[...]) else {
          throw Fault("a parameter has values, or parameters of its own")
        }
      } catch {
        throw SpoolError(.badInput, "'\(word)': \(error.words)")
      }
    }
  }

  private struct Fault: Error {
    let words: String
    init(_ words: String) { self.words = words }
  }

  private static func isName(_ name: String) -> Bool {
    func isLetter(_ unit: UInt8) -> Bool {
      (0x41...0x5A).contains(unit) || (0x61...0x7A).contains(unit) || unit == UInt8(ascii: "_")
    }
    return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
      part.utf8.first.map(isLetter) == true
        && part.utf8.allSatisfy {
          isLetter($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
        }
    }
  }

  /// The sweep file that says the same.
  ///
  /// - Parameters:
  ///   - command: The words of the command; empty if a job has it. `{NAME}` stands for a parameter's value; without
  ///     such a word, and without a macro for them, all values are added as `--NAME=VALUE`.
  ///   - launch: Further keys of a job, for every run.
  package func file(command: [String], job: String?, launch: JSONObject?) -> JSONObject {
    var file = JSONObject([("method", .string(method.rawValue))])
    if !command.isEmpty { file["command"] = .strings(placed(command)) }
    if let job { file["job"] = .string(job) }
    if let launch { file["launch"] = .object(launch) }
    file["parameters"] = .object(parameters)
    return file
  }

  private func placed(_ command: [String]) -> [String] {
    var isPlaced = false
    let words = command.map { word in
      var word = word
      for name in names where word.contains("{\(name)}") {
        isPlaced = true
        word = Self.replacing("{\(name)}", with: "${config.\(name)}", in: word)
      }
      if word.contains("${args") || word.contains("${config.") { isPlaced = true }
      return word
    }
    return isPlaced ? words : words + ["${args}"]
  }

  /// Replaces a place by a macro, but not in a macro that is there.
  private static func replacing(_ place: String, with macro: String, in word: String) -> String {
    var result = ""
    for (number, part) in word.split(separator: place, omittingEmptySubsequences: false)
      .enumerated()
    {
      if number > 0 { result += result.utf8.last == UInt8(ascii: "$") ? place : macro }
      result += part
    }
    return result
  }
}

extension SweepWords {
  private func description(of text: String) throws(Fault) -> JSON {
    if text.hasPrefix("{") || text.hasPrefix("[") {
      let value: JSON
      do throws(JSONSyntaxError) {
        value = try JSON(parsing: Array(text.utf8), dialect: .relaxed)
      } catch {
        throw Fault("\(error)")
      }
      return text.hasPrefix("{") ? value : .object(JSONObject([("values", value)]))
    }
    let items = try Self.items(text)
    if items.count == 1, let range = try Range(items[0]) { return try description(of: range) }
    var values: [JSON] = []
    for item in items {
      guard let range = try Range(item) else {
        values.append(Self.value(item))
        continue
      }
      values += try range.values()
      if values.count > SweepPoints.limit { break }
    }
    if values.count > SweepPoints.limit {
      throw Fault("has more than \(SweepPoints.limit) values, which is the limit")
    }
    if values.count == 1 { return .object(JSONObject([("value", values[0])])) }
    return .object(JSONObject([("values", .array(values))]))
  }

  private func description(of range: Range) throws(Fault) -> JSON {
    func object(_ distribution: String?) -> JSON {
      var object = JSONObject()
      if let distribution { object["distribution"] = .string(distribution) }
      object["min"] = .number(range.low.text)
      object["max"] = .number(range.high.text)
      return .object(object)
    }
    if range.isPoint {
      return .object(JSONObject([("value", .number(range.low.text))]))
    }
    if range.isLogarithmic {
      guard method == .random else {
        throw Fault("a grid cannot walk it: list the values, or add --method random --count N")
      }
      return object("log_uniform_values")
    }
    if range.step == nil, range.isWhole { return object("int_uniform") }
    if range.step == nil, method == .random { return object("uniform") }
    return .object(JSONObject([("values", .array(try range.values()))]))
  }

  /// The texts between commas, but not those in quotes.
  private static func items(_ text: String) throws(Fault) -> [String] {
    var items: [[UInt8]] = [[]]
    var (isQuoted, isEscaped) = (false, false)
    for unit in text.utf8 {
      if isEscaped {
        isEscaped = false
      } else if isQuoted, unit == UInt8(ascii: "\\") {
        isEscaped = true
      } else if unit == UInt8(ascii: "\""), isQuoted || items[items.count - 1].isEmpty {
        isQuoted.toggle()
      } else if unit == UInt8(ascii: ","), !isQuoted {
        items.append([])
        continue
      }
      items[items.count - 1].append(unit)
    }
    if isQuoted { throw Fault("a quote is not closed") }
    if items.contains([]) { throw Fault("a value is empty (\"\" in quotes is the empty text)") }
    return items.map { String(raw: $0) }
  }

  /// A number, true, false, null or a text in quotes; any other word is a text.
  private static func value(_ text: String) -> JSON {
    if let number = number(text) { return .number(number) }
    switch try? JSON(parsing: Array(text.utf8), dialect: .strict) {
    case let value? where value.arrayValue == nil && value.objectValue == nil: return value
    default: return .string(text)
    }
  }

  /// A number as JSON writes it: `.5` is `0.5`. Returns nil for any other text.
  fileprivate static func number(_ text: String) -> String? {
    var text = text
    if text.hasPrefix(".") { text = "0" + text }
    if text.hasPrefix("-.") { text = "-0" + text.dropFirst() }
    guard case .number(let literal)? = try? JSON(parsing: Array(text.utf8), dialect: .strict) else {
      return nil
    }
    return literal
  }

  /// `LOW..HIGH`, `LOW..HIGH:STEP` or `LOW..HIGH:log`; both ends belong to it.
  private struct Range {
    let low: Numeral
    let high: Numeral
    var step: Numeral?
    var isLogarithmic = false

    var isWhole: Bool { low.isInteger && high.isInteger }

    /// Whether both ends are one number. Large whole numbers may differ although their doubles do not.
    var isPoint: Bool {
      low.value == high.value && (!isWhole || low.decimal == high.decimal)
    }

    /// Returns nil for a text that is no range of numbers.
    init?(_ text: String) throws(Fault) {
      let ends = text.split(separator: "..", maxSplits: 1, omittingEmptySubsequences: false)
      guard ends.count == 2, let low = SweepWords.number(String(ends[0])).flatMap({ Numeral($0) })
      else { return nil }
      let parts = ends[1].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard let high = SweepWords.number(String(parts[0])).flatMap({ Numeral($0) }) else {
        return nil
      }
      (self.low, self.high) = (low, high)
      if low.value > high.value { throw Fault("the first number of \(text) is the larger one") }
      guard parts.count == 2 else { return }
      if parts[1] == "log" {
        isLogarithmic = true
        if low.value <= 0 { throw Fault("logarithms are of numbers above 0, not of \(low.text)") }
        return
      }
      guard let step = SweepWords.number(String(parts[1])).flatMap({ Numeral($0) }), step.value > 0
      else { throw Fault("a step is a number above 0, or log, not '\(parts[1])'") }
      self.step = step
    }

    /// Every value of a range with steps; the steps of whole numbers are 1.
    func values() throws(Fault) -> [JSON] {
      if isLogarithmic {
        throw Fault(
          "a range of logarithms has no list of values: it stands alone, in a random search")
      }
      guard let step = step ?? (isWhole ? Numeral("1") : nil) else {
        throw Fault(
          "its values cannot be listed: add a step as in \(low.text)..\(high.text):0.1, or"
            + " --method random --count N")
      }
      if isPoint { return [.number(low.text)] }
      guard let range = SteppedRange(from: low, through: high, by: step),
        range.count <= SweepPoints.limit
      else { throw Fault("has more than \(SweepPoints.limit) values, which is the limit") }
      return (0..<range.count).map { range.value($0) }
    }
  }
}

extension JSONObject {
  /// Puts a parameter below the parameters that `path` names. Returns false if one of them has values of its own, or
  /// if the last has parameters.
  fileprivate mutating func insert(_ description: JSON, below path: ArraySlice<String>) -> Bool {
    guard let name = path.first else { return false }
    if path.count == 1 {
      if self[name] != nil { return false }
      self[name] = description
      return true
    }
    var outer = JSONObject()
    if let found = self[name]?.objectValue {
      guard found.count == 1, found["parameters"] != nil else { return false }
      outer = found
    }
    var inner = outer["parameters"]?.objectValue ?? JSONObject()
    guard inner.insert(description, below: path.dropFirst()) else { return false }
    outer["parameters"] = .object(inner)
    self[name] = .object(outer)
    return true
  }
}
