/// The request to stop a run, `runs/RUN/kill`: its user and its signals. It is never removed, so no later claim starts.
public struct KillRequest: Sendable, Equatable {
  package var author: RequestAuthor
  /// The first signal's name: `TERM`.
  package var signal: String
  /// Seconds from the first signal to KILL.
  package var grace: Double

  /// The default number of seconds from the first signal to KILL.
  @usableFromInline package static let defaultGrace = 10.0

  /// Creates a request of this process's user.
  public init(reason: String? = nil, signal: String = "TERM", grace: Double = defaultGrace) {
    author = RequestAuthor(reason: reason)
    self.signal = signal
    self.grace = grace
  }

  /// The request in words, as the record's reason.
  package var words: String { "killed " + author.words }

  package var json: JSON {
    .object(
      JSONObject(author.members + [("signal", .string(signal)), ("grace", .number(grace))]))
  }

  /// Reads a request. A request that does not parse gets the defaults, since a file of that name is a request
  /// with any content (`touch runs/RUN/kill` is enough).
  package init(_ bytes: [UInt8], owner: String) {
    let object = (try? JSON(parsing: bytes, dialect: .relaxed))?.objectValue ?? JSONObject()
    author = RequestAuthor(object, owner: owner)
    signal = object["signal"]?.stringValue ?? "TERM"
    let seconds = object["grace"]?.doubleValue ?? Self.defaultGrace
    grace = seconds >= 0 ? Swift.min(seconds, DurationText.limit) : Self.defaultGrace
  }
}
