/// A hook of a run, as `runs/RUN/N/EVENT.json` records it: its start, its holder, and its end.
///
/// The file exists as soon as a process has begun the hook: the process that creates it executes the
/// hook, so that no hook is begun twice.
package struct HookRecord: Sendable, Equatable {
  package var event: Hooks.Event
  package var argv: [String]
  /// Its time limit, in seconds.
  package var timeout: Double
  package var host: String { holder.host }
  /// The time of its start, by its host's clock.
  package var startedAt: Timestamp
  /// The time of its end, by its host's clock; nil if not recorded.
  package var endedAt: Timestamp?
  /// Seconds by a monotonic clock; nil if it has not ended, or did not start.
  package var duration: Double?
  /// Its exit status; nil if it did not exit.
  package var exitCode: Int?
  /// The signal that ended it: `KILL`.
  package var signal: String?
  /// Its end, in words.
  package var reason: String?
  /// How many bytes it printed; at most ``outputLimit`` bytes are kept.
  package var printed = 0
  /// The processes that it had left running when it ended; nil if there were none.
  package var leftBehind: LeftBehind?
  /// The process that executes it.
  package var holder: Holder

  /// How many bytes of a hook's output are kept.
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

  /// Whether it succeeded.
  package var isGood: Bool { exitCode == 0 && reason == Self.goodReason }

  package static let goodReason = "exit status 0"

  /// Its state, in words; a recorded end counts more than the process as seen from here.
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
