/// The user of a request, and the reason: in requests, and in `runs/RUN/N/suspended`.
package struct RequestAuthor: Sendable, Equatable {
  package var user: String
  package var host: String
  /// The time of the request, by that host's clock.
  package var time: Timestamp
  /// The reason, in the user's words.
  package var reason: String?

  /// This process's user.
  package init(reason: String? = nil) {
    user = Account.current.name
    host = Host.current.name
    time = .now
    self.reason = reason
  }

  /// In words, behind a participle: `by ana on gpu1: room for the demonstration`.
  package var words: String { "by \(user) on \(host)" + (reason.map { ": \($0)" } ?? "") }

  /// The members of a request, in their order.
  package var members: [(String, JSON)] {
    [
      ("user", .string(user)), ("host", .string(host)), ("time", .string(time.text)),
      ("reason", reason.map { .string($0) } ?? .null),
    ]
  }

  /// Reads the members; the file's owner is the user where the file does not tell.
  package init(_ object: JSONObject, owner: String) {
    user = object["user"]?.stringValue ?? owner
    host = object["host"]?.stringValue ?? "an unknown host"
    time = object["time"]?.stringValue.flatMap { Timestamp($0) } ?? .now
    reason = object["reason"]?.stringValue
  }

  /// Reads a file that has nothing else, or nothing at all.
  package init(_ bytes: [UInt8], owner: String) {
    let object = (try? JSON(parsing: bytes, dialect: .relaxed))?.objectValue
    self.init(object ?? JSONObject(), owner: owner)
  }

  /// The text of a file that has nothing else.
  package var bytes: [UInt8] { JSONObject(members).bytes() }
}
