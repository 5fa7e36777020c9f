/// A number of a sweep file: its text, its value, and the exact decimal if possible.
///
/// The values of a sweep are often steps of one number (`q`). In doubles three steps of 0.1 are
/// 0.30000000000000004; here they are 0.3.
package struct Numeral: Sendable {
  let text: String
  let value: Double
  /// The exact value; nil if it has too many digits.
  let decimal: Decimal?

  /// Reads the number of a literal. Returns nil if it is too large for a double.
  init?(_ literal: String) {
    guard let value = Double(literal), value.isFinite else { return nil }
    text = literal
    self.value = value
    decimal = Decimal(literal)
  }

  /// Whether it is written as a whole number: for W&B, 1 is an integer and 1.0 is not.
  var isInteger: Bool { !text.utf8.contains { ".eE".utf8.contains($0) } }

  /// The number 1, the default step.
  static let one = Numeral(1)

  private init(_ whole: Int) {
    text = String(whole)
    value = Double(whole)
    decimal = Decimal(mantissa: whole, scale: 0)
  }

  /// A multiple of this number, written as a whole number if this number is.
  func times(_ count: Double) -> JSON {
    guard let decimal, let count = Int(exactly: count), let product = decimal.times(count) else {
      return .number(count * value)
    }
    return .number(product.text(isInteger: isInteger))
  }
}

/// A decimal number: `mantissa` divided by 10 to the power of `scale`.
struct Decimal: Sendable, Hashable {
  let mantissa: Int
  /// The number of decimal places, from 0 to ``scaleLimit``.
  let scale: Int

  /// The largest number of places; smaller numbers are better written with an exponent.
  static let scaleLimit = 18

  init(mantissa: Int, scale: Int) {
    self.mantissa = mantissa
    self.scale = scale
  }

  /// Reads the number of a JSON literal. Returns nil if it does not fit.
  init?(_ literal: String) {
    var mantissa = 0
    var scale = 0
    var isFraction = false
    var rest = Array(literal.utf8)[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative { rest = rest.dropFirst() }
    while let unit = rest.first, unit != UInt8(ascii: "e"), unit != UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if unit == UInt8(ascii: ".") {
        isFraction = true
        continue
      }
      let (tens, overflow) = mantissa.multipliedReportingOverflow(by: 10)
      let (sum, isTooLarge) = tens.addingReportingOverflow(Int(unit) - 0x30)
      if overflow || isTooLarge { return nil }
      mantissa = sum
      if isFraction { scale += 1 }
    }
    if !rest.isEmpty {
      guard let exponent = Int(String(decoding: rest.dropFirst(), as: UTF8.self)),
        (-400...400).contains(exponent)
      else { return nil }
      scale -= exponent
    }
    if isNegative { mantissa = -mantissa }
    if scale < 0 {
      guard let whole = Decimal(mantissa: mantissa, scale: 0).aligned(to: -scale) else {
        return nil
      }
      (mantissa, scale) = (whole, 0)
    }
    guard scale <= Self.scaleLimit else { return nil }
    self.init(mantissa: mantissa, scale: scale)
  }

  /// The mantissa of the number with more decimal places.
  func aligned(to scale: Int) -> Int? {
    var mantissa = mantissa
    for _ in self.scale..<scale {
      let (tens, overflow) = mantissa.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      mantissa = tens
    }
    return mantissa
  }

  /// A multiple of this number; nil if it does not fit.
  func times(_ count: Int) -> Decimal? {
    let (product, overflow) = mantissa.multipliedReportingOverflow(by: count)
    return overflow ? nil : Decimal(mantissa: product, scale: scale)
  }

  /// The text without an exponent: whole, or with at least one digit after the point.
  func text(isInteger: Bool) -> String {
    var digits = String(mantissa.magnitude)
    if digits.utf8.count <= scale {
      digits = String(repeating: "0", count: scale + 1 - digits.utf8.count) + digits
    }
    let whole = digits.dropLast(scale)
    var fraction = digits.suffix(scale)
    while fraction.last == "0" { fraction = fraction.dropLast() }
    let sign = mantissa < 0 ? "-" : ""
    if fraction.isEmpty { return sign + whole + (isInteger ? "" : ".0") }
    return sign + whole + "." + fraction
  }
}

extension JSON {
  /// The value for people, with its numbers as in ``tableText``.
  package var withShortNumbers: JSON {
    switch self {
    case .number: .number(tableText)
    case .array(let values): .array(values.map(\.withShortNumbers))
    case .object(let object):
      .object(JSONObject(object.members.map { ($0.key, $0.value.withShortNumbers) }))
    default: self
    }
  }

  /// The value for a table: the six most significant digits of a long number; the plain text of a string.
  package var tableText: String {
    guard case .number(let literal) = self else { return stringValue ?? text }
    guard literal.utf8.count > 10, let value = Double(literal), value.isFinite, value != 0 else {
      return literal
    }
    var exponent = 0
    var digits = value.magnitude
    while digits >= 10 {
      digits /= 10
      exponent += 1
    }
    while digits < 1 {
      digits *= 10
      exponent -= 1
    }
    // Whole numbers are counts and identifiers: all their digits matter.
    if Int(literal) != nil { return literal }
    let isPlain = (-4...5).contains(exponent)
    let places = isPlain ? 5 - exponent : 5
    let shifted = (isPlain ? value.magnitude : digits) * Self.power(of: places)
    let text = Decimal(mantissa: Int(shifted.rounded()), scale: places).text(isInteger: true)
    return (value < 0 ? "-" : "") + text + (isPlain ? "" : "e\(exponent)")
  }

  private static func power(of places: Int) -> Double {
    (0..<places).reduce(1) { power, _ in power * 10 }
  }
}
