/// The meaning of facts about a directory for queues in it, and the remedies.
///
/// A pure function of the facts: it reads nothing.
package struct Diagnosis: Sendable, Equatable {
  package enum Level: String, Sendable, Comparable {
    case ok, warning, fault

    package static func < (left: Level, right: Level) -> Bool {
      left != right && (left == .ok || right == .fault)
    }
  }

  /// The judgement of one fact.
  package struct Line: Sendable, Equatable {
    package var level: Level
    /// The subject, in two words at most.
    package var subject: String
    /// The finding, as a sentence without a full stop.
    package var text: String
    /// The remedy; nil if nothing needs to be done.
    package var mend: String?
    /// The queue that the line is about; nil for the directory.
    package var queue: String?

    package init(
      _ level: Level, _ subject: String, _ text: String, mend: String? = nil, queue: String? = nil
    ) {
      self.level = level
      self.subject = subject
      self.text = text
      self.mend = mend
      self.queue = queue
    }

    /// The line as an object: `level`, `subject`, `queue`, `text` and `mend`; null for missing values.
    package var json: JSONObject {
      JSONObject([
        ("level", .string(level.rawValue)), ("subject", .string(subject)),
        ("queue", queue.map { .string($0) } ?? .null), ("text", .string(text)),
        ("mend", mend.map { .string($0) } ?? .null),
      ])
    }
  }

  /// The lines for everything that was examined, in a fixed order.
  package let lines: [Line]

  package init(_ facts: DoctorFacts) {
    lines =
      Self.mount(facts) + Self.permissions(facts) + Self.steps(facts) + Self.watching(facts)
      + Self.clock(facts) + Self.space(facts) + facts.queues.flatMap { Self.queue($0, facts) }
  }

  package var level: Level { lines.map(\.level).max() ?? .ok }
}
