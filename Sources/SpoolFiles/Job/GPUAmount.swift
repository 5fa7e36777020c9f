/// The gpus that a run takes of its host: whole gpus, or a share of one gpu in eighths.
///
///     job.gpus = 2
///     job.gpus = 0.5
public struct GPUAmount: Sendable, Equatable {
  /// The number of whole gpus; 0 for a share.
  package let whole: Int
  /// The number of eighths of one gpu, 1 to 7; 0 for whole gpus.
  package let eighths: Int

  /// The number of eighths in a gpu.
  package static let eighthsOfOne = 8

  /// Creates an amount of whole gpus.
  public init(_ whole: Int) {
    self.whole = whole
    eighths = 0
  }

  /// Creates a share of one gpu.
  package init(eighths: Int) {
    self.eighths = eighths
    whole = 0
  }

  /// Creates an amount from a number: `2`, `0.5`, `0.125`.
  ///
  /// Returns nil if it is neither a whole number of 0 or more nor a number of eighths below 1.
  public init?(_ number: Double) {
    if let whole = Int(exactly: number), whole >= 0 {
      self.init(whole)
    } else if number > 0, number < 1, let eighths = Int(exactly: number * 8) {
      self.init(eighths: eighths)
    } else {
      return nil
    }
  }

  /// Whether it is no gpu at all.
  package var isNone: Bool { whole == 0 && eighths == 0 }

  package var isShare: Bool { eighths > 0 }

  /// The number of gpus that have a part in it.
  package var cards: Int { isShare ? 1 : whole }

  /// The eighths that it takes of each of them.
  package var eighthsOfEach: Int { isShare ? eighths : Self.eighthsOfOne }

  /// A number: `2`, `0.5`.
  package var text: String { isShare ? Self.text(eighths: eighths) : "\(whole)" }

  /// Some eighths as a number of gpus: `1.5`, `0.125`.
  package static func text(eighths: Int) -> String {
    let rest = ["", ".125", ".25", ".375", ".5", ".625", ".75", ".875"][abs(eighths % 8)]
    return "\(eighths / 8)" + rest
  }

  /// The amount in words: `2 gpus`, `0.5 of a gpu`.
  package var words: String { isShare ? text + " of a gpu" : counted(whole, "gpu") }

  /// The kind of numbers that are allowed, for messages. Names those beside a number that is not.
  package static func expected(beside number: Double?) -> String {
    let kind = "a whole number of 0 or more, or a share of one gpu in eighths"
    guard let number, number > 0, number < 1_000_000_000 else {
      return kind + ": 0.125, 0.25 … 0.875"
    }
    let low = number < 1 ? (number * 8).rounded(.down) : number.rounded(.down) * 8
    let high = number < 1 ? (number * 8).rounded(.up) : number.rounded(.up) * 8
    let beside = [low, high].map { Int($0) }.filter { $0 > 0 }.map { text(eighths: $0) }
    return kind + " (\(beside.joined(separator: " or ")))"
  }
}

extension GPUAmount: ExpressibleByIntegerLiteral {
  /// Creates an amount of whole gpus.
  public init(integerLiteral value: Int) { self.init(value) }
}

extension GPUAmount: ExpressibleByFloatLiteral {
  /// Creates a share of one gpu; the nearest eighth counts.
  public init(floatLiteral value: Double) {
    self =
      GPUAmount(value) ?? GPUAmount(eighths: Swift.min(Swift.max(Int((value * 8).rounded()), 1), 7))
  }
}

extension Codec<GPUAmount> {
  static let gpus = Codec(
    read: { value throws(FieldError) in
      guard case .number = value else { throw .mustBe(GPUAmount.expected(beside: nil), not: value) }
      if let whole = value.intValue, whole >= 0 { return GPUAmount(whole) }
      guard let number = value.doubleValue, let amount = GPUAmount(number) else {
        throw .mustBe(GPUAmount.expected(beside: value.doubleValue), notValue: value)
      }
      return amount
    },
    write: { $0.isShare ? .number($0.text) : .number($0.whole) })
}
