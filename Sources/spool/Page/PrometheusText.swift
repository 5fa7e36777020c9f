import SpoolTerminal

/// Metrics in the text format of Prometheus, as node_exporter's textfile collector reads it.
///
/// https://prometheus.io/docs/instrumenting/exposition_formats/: each metric has a line of help and a line with its
/// type, and then its samples together. Every metric here is a gauge: files are counted, and a counter may not
/// decrease when they are pruned.
struct PrometheusText: Sendable, Equatable {
  private var metrics: [Metric] = []

  private struct Metric: Sendable, Equatable {
    let name: String
    let help: String
    var samples: [(labels: [(String, String)], value: Double)] = []

    static func == (left: Metric, right: Metric) -> Bool { left.text == right.text }

    var text: String {
      var text = "# HELP \(name) \(PrometheusText.escaped(help, quotes: false))\n"
      text += "# TYPE \(name) gauge\n"
      for sample in samples {
        let labels = sample.labels.map { "\($0.0)=\"\(PrometheusText.escaped($0.1))\"" }
        text += name + (labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}")
        text += " \(PrometheusText.number(sample.value))\n"
      }
      return text
    }
  }

  /// Begins a metric; the samples that follow belong to it.
  mutating func gauge(_ name: String, _ help: String) {
    metrics.append(Metric(name: name, help: help))
  }

  /// Adds a sample to the last metric. NaN is left out: a missing sample is noticed, but NaN spoils every sum in
  /// which it is.
  mutating func add(_ value: Double, _ labels: [(String, String)] = []) {
    guard value.isFinite, !metrics.isEmpty else { return }
    metrics[metrics.count - 1].samples.append((labels, value))
  }

  mutating func add(_ value: Int, _ labels: [(String, String)] = []) {
    add(Double(value), labels)
  }

  /// The whole text. A metric without samples is left out.
  var text: String {
    metrics.filter { !$0.samples.isEmpty }.map(\.text).joined()
  }

  /// A text with quotes, backslashes and newlines escaped.
  private static func escaped(_ text: String, quotes: Bool = true) -> String {
    var escaped = ""
    for scalar in showingBytes(text).unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quotes: escaped += "\\\""
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// A number as text. Whole numbers have no fraction.
  private static func number(_ value: Double) -> String {
    if let whole = Int(exactly: value) { return "\(whole)" }
    return value.description
  }
}
