/// The numbers that spool gives in names: of attempts, of repeats, of versions, of the runs of a key.
///
/// Anybody may make a file or a folder of any name. What spool would not have written is no number of
/// its own: it is passed over, and nothing is counted on from it.
package enum NameNumber {
  /// The highest that spool gives. Counting from 1 does not come so far.
  package static let limit = 999_999_999

  /// The number that a text is, written as spool does: digits alone, without zeros in front, nine at
  /// most. nil: it is no number of spool's.
  package static func read(_ text: Substring, from least: Int = 1) -> Int? {
    let digits = text.utf8
    guard (1...9).contains(digits.count) else { return nil }
    var number = 0
    for digit in digits {
      guard (0x30...0x39).contains(digit) else { return nil }
      number = number * 10 + Int(digit) - 0x30
    }
    let isPadded = digits.count > 1 && digits.first == 0x30
    return isPadded || number < least ? nil : number
  }

  /// Whether a text is a number that is too high to be one of spool's: digits alone, and more of them.
  package static func isTooHigh(_ text: Substring) -> Bool {
    let digits = text.utf8
    return digits.count > 9 && digits.first != 0x30
      && digits.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// The numbers of attempts among the names in `runs/RUN`, in no order.
  package static func attempts(_ names: [String]) -> [Int] {
    names.compactMap { read($0[...]) }
  }

  /// The number for the attempt after those: one more than the highest. Where a run has made a folder
  /// with the last number there is, the highest that is free.
  package static func nextAttempt(after numbers: [Int]) -> Int {
    let numbers = Set(numbers)
    guard let last = numbers.max() else { return 1 }
    var next = Swift.min(last, limit - 1) + 1
    while next > 1, numbers.contains(next) { next -= 1 }
    return next
  }
}
