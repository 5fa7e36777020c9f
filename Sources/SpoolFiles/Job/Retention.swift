/// The rule for keeping runs that are over: `keep` in `queue.json`, and the options of `spool prune`.
///
/// Every limit that is set counts; without limits, everything is kept.
package struct Retention: Sendable, Equatable {
  /// How long a run is kept whole, in seconds from its end; nil for ever.
  package var age: Double?
  /// The number of newest runs that are kept; nil for all.
  package var count: Int?
  /// How long a run's folder is kept, with its logs and other files, in seconds from its end. The record stays.
  package var logs: Double?
  /// How many bytes the folders of the newest runs may have together. Older runs lose their folders;
  /// their records stay.
  package var bytes: Int?

  /// Creates a rule that keeps everything.
  package init() {}

  package var keepsAll: Bool { self == Retention() }

  /// A run that is over, with the facts that the rule needs.
  package struct Ended: Sendable, Equatable {
    package let run: String
    /// The end of the run, by the file server's clock.
    package let endedAt: Timestamp
    /// The size of its folder; 0 if it was not measured.
    package var bytes = 0

    package init(run: String, endedAt: Timestamp, bytes: Int = 0) {
      self.run = run
      self.endedAt = endedAt
      self.bytes = bytes
    }
  }

  package enum Part: String, Sendable {
    /// The folder; the record stays.
    case folder
    /// The folder and the record.
    case all
  }

  /// Chooses the runs to remove, and the part of each.
  ///
  /// - Parameter ended: The runs that are over, the newest first.
  package func choose(_ ended: [Ended], now: Timestamp) -> [(run: Ended, part: Part)] {
    var chosen: [(run: Ended, part: Part)] = []
    var total = 0
    for (position, run) in ended.enumerated() {
      let age = now.seconds(since: run.endedAt)
      if count.map({ position >= $0 }) == true || self.age.map({ age >= $0 }) == true {
        chosen.append((run, .all))
        continue
      }
      total = total.adding(clamped: run.bytes)
      if bytes.map({ total > $0 }) == true || logs.map({ age >= $0 }) == true {
        chosen.append((run, .folder))
      }
    }
    return chosen
  }
}

extension Retention: FieldRecord {
  static let fields: [Field<Retention>] = [
    Field("age", { $1(&$0.age) }, .span),
    Field("count", { $1(&$0.count) }, .count()),
    Field("logs", { $1(&$0.logs) }, .delay),
    Field("bytes", { $1(&$0.bytes) }, .bytes),
  ]
}

/// Amounts of data as people write them: `500MB`, `2GiB`, a bare number of bytes.
package enum ByteText {
  private static let units: [(name: String, bytes: Double)] = [
    ("B", 1), ("kB", 1e3), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12),
    ("KiB", 1024), ("MiB", 1_048_576), ("GiB", 1_073_741_824), ("TiB", 1_099_511_627_776),
    ("K", 1024), ("M", 1_048_576), ("G", 1_073_741_824), ("T", 1_099_511_627_776),
  ]

  /// The bytes of a text; nil if the text is no amount of data.
  package static func bytes(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let first = digits.first, first != ".", digits.last != ".", let number = Double(digits)
    else { return nil }
    let unit = text[digits.endIndex...]
    guard let factor = unit.isEmpty ? 1 : units.first(where: { $0.name == unit })?.bytes,
      number * factor <= 1e18
    else { return nil }
    return Int(number * factor)
  }

  /// An amount in words for people: `1.5 MB`.
  package static func text(_ bytes: Int) -> String {
    guard
      let unit = [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)].first(where: {
        Double(bytes) >= $0.1
      })
    else { return "\(bytes) bytes" }
    let tenths = Int((Double(bytes) / unit.1 * 10).rounded())
    return "\(tenths / 10)" + (tenths % 10 == 0 ? "" : ".\(tenths % 10)") + " " + unit.0
  }
}

extension Codec<Int> {
  static let bytes = Codec(
    read: { value throws(FieldError) in
      let expected = "an amount of data like \"500MB\" or \"2GiB\", or a number of bytes"
      let found: Int? =
        switch value {
        case .number: value.intValue.flatMap { $0 >= 0 ? $0 : nil }
        case .string(let text): ByteText.bytes(text)
        default: nil
        }
      guard let found else { throw .mustBe(expected, notValue: value) }
      return found
    }, write: JSON.number)
}
