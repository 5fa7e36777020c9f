/// What facts about a directory mean for queues in it, and what to do about it.
///
/// A function of the facts: nothing is looked at here.
package struct Diagnosis: Sendable, Equatable {
  /// How bad something is.
  package enum Level: String, Sendable, Comparable {
    case ok, warning, fault

    package static func < (left: Level, right: Level) -> Bool {
      left != right && (left == .ok || right == .fault)
    }
  }

  /// One thing that was looked at.
  package struct Line: Sendable, Equatable {
    package var level: Level
    /// What was looked at, in two words at most.
    package var subject: String
    /// What was found, as a sentence without a full stop.
    package var text: String
    /// What to do; nil where nothing is to be done.
    package var mend: String?
    /// The queue that it is about; nil: the directory.
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

    /// `level`, `subject`, `queue`, `text` and `mend`; null where there is none.
    package var json: JSONObject {
      JSONObject([
        ("level", .string(level.rawValue)), ("subject", .string(subject)),
        ("queue", queue.map { .string($0) } ?? .null), ("text", .string(text)),
        ("mend", mend.map { .string($0) } ?? .null),
      ])
    }
  }

  /// Everything that was looked at, in a fixed order.
  package let lines: [Line]

  package init(_ facts: DoctorFacts) {
    lines =
      Self.mount(facts) + Self.permissions(facts) + Self.steps(facts) + Self.watching(facts)
      + Self.clock(facts) + Self.space(facts) + facts.queues.flatMap { Self.queue($0, facts) }
  }

  /// The worst of it.
  package var level: Level { lines.map(\.level).max() ?? .ok }
}
