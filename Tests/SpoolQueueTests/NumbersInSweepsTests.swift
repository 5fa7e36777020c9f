import SpoolQueue
import SpoolTesting
import Testing

/// The numbers of sweep files, each and in pairs, for every distribution.
@Suite struct NumbersInSweepsTests {
  private static let distributions = [
    "int_uniform", "uniform", "q_uniform", "log_uniform", "log_uniform_values", "q_log_uniform",
    "q_log_uniform_values", "inv_log_uniform", "inv_log_uniform_values", "normal", "q_normal",
    "log_normal", "q_log_normal", "beta", "q_beta",
  ]

  /// Neighbours among doubles, too, of which the logarithms are as good as equal.
  private static let numbers = [
    "0", "-0.0", "1", "-1", "0.1", "0.10000000000000002", "1.0000000000000002",
    "1.0000000000000004",
    "4294967296", "9007199254740992", "9007199254740993", "9223372036854775806",
    "9223372036854775807",
    "9223372036854775808", "-9223372036854775807", "-9223372036854775808", "-9223372036854775809",
    "709.7",
    "709.8", "-745.2", "1e308", "-1e308", "1.7976931348623157e308", "1e309", "5e-324",
    "2.2250738585072014e-308", "1e-9223372036854775808", String(repeating: "9", count: 400),
  ]

  private static func expand(_ parameter: String, _ methods: [String] = ["grid", "random"]) {
    for method in methods {
      let text = """
        {"method": "\(method)", "program": "p", "parameters": {"a": {\(parameter)}, "b": {"values": [1, 2]}}}
        """
      guard let file = try? SweepFile(parsing: Array(text.utf8)) else { continue }
      guard let points = try? SweepPoints(file, count: 5, seed: 1) else { continue }
      for point in points.points { _ = point.text }
    }
  }

  @Test("The bounds of a parameter, in pairs", arguments: distributions)
  func bounds(_ distribution: String) {
    let keys =
      distribution.hasSuffix("normal")
      ? ("mu", "sigma")
      : distribution.hasSuffix("beta") ? ("a", "b") : ("min", "max")
    for low in Self.numbers {
      for high in Self.numbers where low != high {
        // A grid walks these two, and refuses the others.
        let isWalked = ["int_uniform", "q_uniform"].contains(distribution)
        Self.expand(
          "\"distribution\": \"\(distribution)\", \"\(keys.0)\": \(low), \"\(keys.1)\": \(high)",
          isWalked ? ["grid", "random"] : ["random"])
      }
    }
  }

  @Test("Its step, its values and how many runs there are") func steps() {
    for number in Self.numbers + OutsideNumbers.values {
      for bounds in ["\"min\": 0, \"max\": 1", "\"min\": -9223372036854775808, \"max\": 1e308"] {
        Self.expand("\"distribution\": \"q_uniform\", \(bounds), \"q\": \(number)")
        Self.expand(
          "\"distribution\": \"q_log_uniform_values\", \"min\": 1, \"max\": 9, \"q\": \(number)")
      }
      Self.expand("\"values\": [\(number), 1]")
      Self.expand("\"values\": [1, 2], \"probabilities\": [\(number), 1]")
      Self.expand("\"value\": \(number)")
      let text =
        "{\"method\": \"random\", \"program\": \"p\", \"run_cap\": \(number), \"parameters\": "
        + "{\"a\": {\"min\": 0, \"max\": 9223372036854775807}}}"
      if let file = try? SweepFile(parsing: Array(text.utf8)), (file.runCap ?? 0) < 100 {
        _ = try? SweepPoints(file)
      }
    }
  }
}
