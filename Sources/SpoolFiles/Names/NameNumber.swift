/// The numbers that spool gives in names: of attempts, of repeats, of versions, of the runs of a key.
///
/// Anybody may create a file or a folder with any name. A number in another spelling than spool's is
/// ignored, and counting does not continue from it.
package enum NameNumber {
  /// The highest number that spool gives. Counting from 1 does not reach it.
  package static let limit = 999_999_999

  /// Reads a number as spool writes it: only digits, no leading zeros, at most nine digits. Returns nil
  /// for any other text.
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

  /// Whether a text is a number that is too high for spool: only digits, and more than nine.
  package static func isTooHigh(_ text: Substring) -> Bool {
    let digits = text.utf8
    return digits.count > 9 && digits.first != 0x30
      && digits.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// The numbers of attempts among the names in `runs/RUN`, in no order.
  package static func attempts(_ names: [String]) -> [Int] {
    names.compactMap { read($0[...]) }
  }

  /// The number for the next attempt: the highest number plus one. If a run has made a folder with the
  /// highest possible number, the highest free number.
  package static func nextAttempt(after numbers: [Int]) -> Int {
    let numbers = Set(numbers)
    guard let last = numbers.max() else { return 1 }
    var next = Swift.min(last, limit - 1) + 1
    while next > 1, numbers.contains(next) { next -= 1 }
    return next
  }
}
