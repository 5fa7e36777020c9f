/// A number of a sweep file: its text, its value, and where possible both exactly.
///
/// The values of a sweep are steps of one number (`q`) as often as not. In doubles three steps of
/// 0.1 are 0.30000000000000004; here they are 0.3.
package struct Numeral: Sendable {
  let text: String
  let value: Double
  /// What it is exactly; nil: it has too many digits.
  let decimal: Decimal?

  /// The number of a literal; nil when that is beyond what a double holds.
  init?(_ literal: String) {
    guard let value = Double(literal), value.isFinite else { return nil }
    text = literal
    self.value = value
    decimal = Decimal(literal)
  }

  /// Whether it is written as a whole number: to W&B, 1 is an integer and 1.0 is none.
  var isInteger: Bool { !text.utf8.contains { ".eE".utf8.contains($0) } }

  /// 1, the step where none is given.
  static let one = Numeral(1)

  private init(_ whole: Int) {
    text = String(whole)
    value = Double(whole)
    decimal = Decimal(mantissa: whole, scale: 0)
  }

  /// So many steps of this number, written as a whole number if this one is.
  func times(_ count: Double) -> JSON {
    guard let decimal, let count = Int(exactly: count), let product = decimal.times(count) else {
      return .number(count * value)
    }
    return .number(product.text(isInteger: isInteger))
  }
}

/// A decimal number: `mantissa` divided by ten, `scale` times.
struct Decimal: Sendable, Hashable {
  let mantissa: Int
  /// From 0 to ``scaleLimit``.
  let scale: Int

  /// Beyond that many places a number is better written with an exponent.
  static let scaleLimit = 18

  init(mantissa: Int, scale: Int) {
    self.mantissa = mantissa
    self.scale = scale
  }

  /// The number of a JSON literal; nil when it does not fit.
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

  /// The mantissa that it has with more places.
  func aligned(to scale: Int) -> Int? {
    var mantissa = mantissa
    for _ in self.scale..<scale {
      let (tens, overflow) = mantissa.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      mantissa = tens
    }
    return mantissa
  }

  /// So many times this number; nil when that does not fit.
  func times(_ count: Int) -> Decimal? {
    let (product, overflow) = mantissa.multipliedReportingOverflow(by: count)
    return overflow ? nil : Decimal(mantissa: product, scale: scale)
  }

  /// The number without an exponent: whole, or with one digit at least after the point.
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
  /// The value for people: with the numbers in it as ``tableText`` has them.
  package var withShortNumbers: JSON {
    switch self {
    case .number: .number(tableText)
    case .array(let values): .array(values.map(\.withShortNumbers))
    case .object(let object):
      .object(JSONObject(object.members.map { ($0.key, $0.value.withShortNumbers) }))
    default: self
    }
  }

  /// The value for a table: of a long number only the six digits that count most, of a string the
  /// text itself.
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
    // Whole numbers are counts and names of things: no digit of them is noise.
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
