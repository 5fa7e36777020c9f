import SpoolQueue
import SpoolTesting
import Testing

@Suite struct ClampedArithmeticTests {
  @Test("Sums, differences and products end at the last number there is") func ends() {
    let numbers = [Int.min, .min + 1, -(1 << 53), -1, 0, 1, 2, 1 << 53, .max - 1, .max]
    /// Of what is beyond the ends a double knows the side.
    func end(_ approximately: Double) -> Int { approximately > 0 ? .max : .min }
    for left in numbers {
      for right in numbers {
        let sum = left.addingReportingOverflow(right)
        let difference = left.subtractingReportingOverflow(right)
        let product = left.multipliedReportingOverflow(by: right)
        let (a, b) = (Double(left), Double(right))
        #expect(left.adding(clamped: right) == (sum.overflow ? end(a + b) : sum.partialValue))
        #expect(
          left.subtracting(clamped: right)
            == (difference.overflow ? end(a - b) : difference.partialValue))
        #expect(
          left.multiplied(clamped: right) == (product.overflow ? end(a * b) : product.partialValue))
      }
    }
    #expect([Int.max, 1, 1].clampedSum == .max)
    #expect(UInt64.max.multiplied(clamped: 2) == .max)
  }

  @Test("A double becomes the nearest whole number that there is")
  func doubles() {
    #expect(Int(clamped: 2.9) == 2)
    #expect(Int(clamped: -2.9) == -2)
    #expect(Int(clamped: 1e308) == .max)
    #expect(Int(clamped: -.infinity) == .min)
    #expect(Int(clamped: 0x1p63) == .max)
    #expect(Int(clamped: -0x1p63) == .min)
    #expect(Int(clamped: .nan) == 0)
    #expect(UInt64(clamped: -1) == 0)
    #expect(TimeSpan.seconds(1.5).nanoseconds == 1_500_000_000)
    #expect(TimeSpan.seconds(.infinity).nanoseconds == 1_000_000_000_000_000_000)
  }

  @Test(
    "Times beyond what can be counted are the first or the last one",
    arguments: OutsideNumbers.times)
  func times(_ seconds: Int) {
    let time = Timestamp(seconds, 999_999_999)
    // To the second: a little more than 292 years can be told on both sides.
    #expect((seconds >= 9_223_372_036) == (time.nanoseconds == .max))
    #expect((seconds <= -9_223_372_037) == (time.nanoseconds < .min + 1_000_000_000))
    #expect(Timestamp(time.text) != nil)
    #expect(time.stamp.utf8.count == 23)
    #expect(time.adding(seconds: 1e300) >= time)
    #expect(time.adding(seconds: -1e300) <= time)
    #expect(time - Timestamp(nanoseconds: .min) >= .zero)
  }

  @Test(
    "A number in a name is read as spool writes it, and no other", arguments: OutsideNumbers.names)
  func names(_ text: String) {
    let number = NameNumber.read(text[...], from: 0)
    #expect((number.map { "\($0)" } ?? text) == text)
    #expect(number ?? 0 <= NameNumber.limit)
    #expect(
      NameNumber.isTooHigh(text[...])
        == (number == nil && text.utf8.first != 0x2D
          && text.utf8.count > 9 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }))
  }

  @Test("The next attempt has the number after the highest, or the highest that is free")
  func nextAttempt() {
    #expect(NameNumber.nextAttempt(after: []) == 1)
    #expect(NameNumber.nextAttempt(after: [1, 3]) == 4)
    let last = NameNumber.limit
    #expect(NameNumber.nextAttempt(after: [last - 1]) == last)
    #expect(NameNumber.nextAttempt(after: [1, last]) == last - 1)
    #expect(NameNumber.nextAttempt(after: [last, last - 1]) == last - 2)
  }
}
