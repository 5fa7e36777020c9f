/// Numbers as they come from outside: the ends of what machines count with, their neighbours, and what only
/// looks like a number.
package enum OutsideNumbers {
  /// Whole numbers in digits: 0, 1, and the powers at which 32, 53, 63 and 64 bits end, a little less and a
  /// little more, with both signs; and one of 400 digits.
  package static let whole: [String] = {
    let powers = [
      ["2147483647", "2147483648", "2147483649"], ["4294967295", "4294967296", "4294967297"],
      ["9007199254740991", "9007199254740992", "9007199254740993"],
      ["9223372036854775806", "9223372036854775807", "9223372036854775808"],
      ["18446744073709551615", "18446744073709551616"],
      ["999999998", "999999999", "1000000000"], ["9223372036", "9223372037"],
      [String(repeating: "9", count: 400)],
    ]
    let digits = ["0", "1", "2"] + powers.flatMap { $0 }
    return digits + digits.map { "-" + $0 }
  }()

  /// JSON numbers that are not only digits.
  package static let fractions = [
    "0.5", "-0.5", "0.0", "-0.0", "1.0", "1e0", "1e308", "-1e308", "1.7976931348623157e308",
    "1e309",
    "-1e309", "1e-400", "5e-324", "9.223372036854775e18", "-9.3e18", "1e-9223372036854775808",
    "0e-9223372036854775808", "1e9223372036854775807", "1e-9223372036854775809",
    "0." + String(repeating: "3", count: 400),
  ]

  /// What is no JSON, though parts of the C library take it for a number.
  package static let words = [
    "nan", "-nan", "NaN", "inf", "-inf", "Infinity", "-infinity", "0x10", "0x1p1023", "+1", "007",
    "1_000",
    "١", "",
  ]

  /// Values for a key of a JSON file: numbers, the same as strings, and other kinds.
  package static let values =
    whole + fractions + (whole + words).map { "\"\($0)\"" }
    + [
      "null", "true", "[]", "{}", "\"1h\"", "\"99999999999999999999d\"", "\"1e3s\"",
      "\"9223372036854775807GB\"",
    ]

  /// Values that are no JSON at all, for readers that look for the ends of values and no further.
  package static let rawValues = values + words.filter { !$0.isEmpty }

  /// Parts of file names.
  package static let names = whole + words.filter { !$0.isEmpty } + ["00", "0001", "1.0", "1e3"]

  /// Seconds since 1970 that a file's time can be set to, or that a file system cuts to what it can hold.
  package static let times = [
    0, 1, -1, 2_147_483_647, 2_147_483_648, 4_294_967_296, -62_167_219_200, -62_167_219_201,
    9_223_372_036, 9_223_372_037, -9_223_372_037, 1 << 53, Int.max, Int.min,
  ]
}
