/// A hook of a run, as `runs/RUN/N/EVENT.json` tells: that it was begun, by whom, and how it ended.
///
/// The file is there as soon as somebody has begun the hook: to make it decides who does, so that
/// none is begun twice.
package struct HookRecord: Sendable, Equatable {
  /// What called for it.
  package var event: Hooks.Event
  /// What is executed.
  package var argv: [String]
  /// Its time limit, in seconds.
  package var timeout: Double
  package var host: String { holder.host }
  /// When it was begun, by that host's clock.
  package var startedAt: Timestamp
  /// When it ended, by that host's clock; nil: that is not recorded.
  package var endedAt: Timestamp?
  /// Seconds by a clock that only goes forward; nil: it has not ended, or did not start.
  package var duration: Double?
  /// Its exit status; nil: it did not exit.
  package var exitCode: Int?
  /// The signal that ended it: `KILL`.
  package var signal: String?
  /// How it ended, in words.
  package var reason: String?
  /// How many bytes it printed; ``outputLimit`` of them at most are kept.
  package var printed = 0
  /// What it had left running when it ended; nil: nothing.
  package var leftBehind: LeftBehind?
  /// Who executes it.
  package var holder: Holder

  /// How many bytes of what a hook prints are kept.
  package static let outputLimit = 1 << 20

  package init(
    event: Hooks.Event, argv: [String], timeout: Double, holder: Holder, startedAt: Timestamp
  ) {
    self.event = event
    self.argv = argv
    self.timeout = timeout
    self.holder = holder
    self.startedAt = startedAt
  }

  /// Whether it did what it should.
  package var isGood: Bool { exitCode == 0 && reason == Self.goodReason }

  package static let goodReason = "exit status 0"

  /// Where it stands, in words; what the process that executes it says of itself counts.
  package var standing: String {
    if let reason { return reason }
    guard holder.isVisible else { return "begun on \(host); its end is not recorded" }
    return holder.process.isAlive
      ? "running on \(host)" : "begun on \(host); its process died, and its end is not recorded"
  }

  package var json: JSON {
    var object = members
    if let leftBehind { object["left_behind"] = leftBehind.json }
    return .object(object)
  }

  private var members: JSONObject {
    JSONObject(
      [
        ("event", .string(event.rawValue)),
        ("argv", .strings(argv)),
        ("timeout", .number(timeout)),
      ] + holder.members(process: "process") + [
        ("started_at", .string(startedAt.text)),
        ("ended_at", endedAt.map { .string($0.text) } ?? .null),
        ("duration_s", duration.map { .number($0) } ?? .null),
        ("exit_code", exitCode.map { .number($0) } ?? .null),
        ("signal", signal.map { .string($0) } ?? .null),
        ("reason", reason.map { .string($0) } ?? .null),
        ("printed", .number(printed)),
      ])
  }

  package init?(_ bytes: [UInt8]) {
    guard let object = (try? JSON(parsing: bytes, dialect: .strict))?.objectValue,
      let event = object["event"]?.stringValue.flatMap({ Hooks.Event(rawValue: $0) }),
      let holder = Holder(object, process: "process"),
      let startedAt = object["started_at"]?.stringValue.flatMap({ Timestamp($0) })
    else { return nil }
    self.init(
      event: event, argv: object["argv"]?.arrayValue?.compactMap { $0.stringValue } ?? [],
      timeout: object["timeout"]?.doubleValue ?? Hooks.defaultTimeout, holder: holder,
      startedAt: startedAt)
    endedAt = object["ended_at"]?.stringValue.flatMap { Timestamp($0) }
    duration = object["duration_s"]?.doubleValue
    exitCode = object["exit_code"]?.intValue
    signal = object["signal"]?.stringValue
    reason = object["reason"]?.stringValue
    printed = object["printed"]?.intValue ?? 0
    leftBehind = LeftBehind(object["left_behind"])
  }
}
