import SpoolProtocol

/// The report of a hook's process to its agent, which may be gone: one line of JSON.
enum HookReport: Sendable, Equatable {
  /// There was nothing to do: another process has begun the hook, or there is none.
  case void
  /// The hook ended; its record in the run's folder has the details.
  case ended(
    run: String, event: Hooks.Event, reason: String, duration: Double?, isGood: Bool)
  /// The hook could not be begun; `isFinal` if another try would fail as well.
  case failed(String, isFinal: Bool)

  var line: [UInt8] {
    let object: JSONObject =
      switch self {
      case .void: JSONObject([("hook", "void")])
      case .ended(let run, let event, let reason, let duration, let isGood):
        JSONObject([
          ("hook", "ended"), ("run", .string(run)), ("event", .string(event.rawValue)),
          ("reason", .string(reason)), ("duration_s", duration.map { .number($0) } ?? .null),
          ("good", .bool(isGood)),
        ])
      case .failed(let message, let isFinal):
        JSONObject([
          ("hook", "failed"), ("message", .string(message)), ("final", .bool(isFinal)),
        ])
      }
    return object.bytes() + [UInt8(ascii: "\n")]
  }

  init?(_ line: [UInt8]) {
    guard let object = (try? JSON(parsing: line, dialect: .strict))?.objectValue else { return nil }
    switch object["hook"]?.stringValue {
    case "void": self = .void
    case "failed":
      self = .failed(
        object["message"]?.stringValue ?? "", isFinal: object["final"]?.boolValue ?? false)
    case "ended":
      guard let event = object["event"]?.stringValue.flatMap({ Hooks.Event(rawValue: $0) }) else {
        return nil
      }
      self = .ended(
        run: object["run"]?.stringValue ?? "", event: event,
        reason: object["reason"]?.stringValue ?? "",
        duration: object["duration_s"]?.doubleValue, isGood: object["good"]?.boolValue ?? false)
    default: return nil
    }
  }
}
