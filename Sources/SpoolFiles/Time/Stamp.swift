extension Timestamp {
  /// The stamp in the name of a waiting file: `20261122T131501.482913Z`, UTC; sorts by time.
  package var stamp: String { RFC3339.stamp(nanoseconds: nanoseconds) }

  /// The text in RFC 3339, UTC, with milliseconds: `2026-11-22T13:15:01.482Z`.
  public var text: String { RFC3339.format(nanoseconds: nanoseconds) }

  /// Reads the stamp in a waiting file's name.
  package init?(stamp: String) {
    guard let nanoseconds = RFC3339.nanoseconds(stamp: stamp) else { return nil }
    self.init(nanoseconds: nanoseconds)
  }

  /// Reads a time in RFC 3339, with its zone.
  public init?(_ text: String) {
    guard let nanoseconds = RFC3339.nanoseconds(text) else { return nil }
    self.init(nanoseconds: nanoseconds)
  }
}
