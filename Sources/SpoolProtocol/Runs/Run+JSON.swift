extension Run {
  /// The run as an object. Every key is always there, with null for an unknown value; the order is part of the
  /// format. Only `suspended`, `left_behind`, `remarks`, `logged` and `project` may be missing: they are there if they
  /// have content.
  public var json: JSONObject {
    var object = members
    if suspended { object["suspended"] = .bool(true) }
    if let leftBehind { object["left_behind"] = leftBehind.json }
    if !remarks.isEmpty { object["remarks"] = .strings(remarks) }
    if let logged { object["logged"] = .object(logged) }
    if let project { object["project"] = .string(project) }
    return object
  }

  private var members: JSONObject {
    JSONObject([
      ("run", .string(run)),
      ("name", text(name)),
      ("queue", .string(queue)),
      ("entity", .string(entity)),
      ("state", .string(state.rawValue)),
      ("held", .bool(held)),
      ("paused", .bool(paused)),
      ("job", text(job)),
      ("author", text(author)),
      ("owner", text(owner)),
      ("command", texts(command)),
      ("args", texts(args)),
      ("run_config", runConfig.map { .object($0) } ?? .null),
      ("tags", texts(tags)),
      ("notes", text(notes)),
      ("created_at", text(createdAt?.text)),
      ("started_at", text(startedAt?.text)),
      ("ended_at", text(endedAt?.text)),
      ("duration_s", duration.map { .number(Self.rounded($0)) } ?? .null),
      ("exit_code", number(exitCode)),
      ("signal", text(signal)),
      ("reason", text(reason)),
      ("host", text(host)),
      ("agent", text(agent)),
      ("attempt", number(attempt)),
      ("attempts", number(attempts)),
      ("priority", number(priority)),
      ("after", after ?? .null),
      ("unique", text(unique)),
      ("retry_of", text(retryOf)),
      ("sweep", text(sweep)),
      ("progress", text(progress)),
      ("summary", summary ?? .null),
      ("file", text(file)),
    ])
  }

  /// Reads a record of `done/`, or a line of `spool list --json`. Returns nil for anything else.
  package init?(_ object: JSONObject) {
    guard let run = object["run"]?.stringValue,
      let state = object["state"]?.stringValue.flatMap({ RunState(rawValue: $0) })
    else { return nil }
    self.run = run
    self.state = state
    name = object["name"]?.stringValue
    queue = object["queue"]?.stringValue ?? ""
    entity = object["entity"]?.stringValue ?? ""
    held = object["held"]?.boolValue ?? false
    paused = object["paused"]?.boolValue ?? false
    job = object["job"]?.stringValue
    author = object["author"]?.stringValue
    owner = object["owner"]?.stringValue
    command = Self.texts(object["command"])
    args = Self.texts(object["args"])
    runConfig = object["run_config"]?.objectValue
    tags = Self.texts(object["tags"])
    notes = object["notes"]?.stringValue
    createdAt = object["created_at"]?.stringValue.flatMap { Timestamp($0) }
    startedAt = object["started_at"]?.stringValue.flatMap { Timestamp($0) }
    endedAt = object["ended_at"]?.stringValue.flatMap { Timestamp($0) }
    duration = object["duration_s"]?.doubleValue
    exitCode = object["exit_code"]?.intValue
    signal = object["signal"]?.stringValue
    reason = object["reason"]?.stringValue
    host = object["host"]?.stringValue
    agent = object["agent"]?.stringValue
    attempt = object["attempt"]?.intValue
    attempts = object["attempts"]?.intValue
    priority = object["priority"]?.intValue
    after = object["after"].flatMap { $0 == .null ? nil : $0 }
    unique = object["unique"]?.stringValue
    retryOf = object["retry_of"]?.stringValue
    sweep = object["sweep"]?.stringValue
    suspended = object["suspended"]?.boolValue ?? false
    leftBehind = LeftBehind(object["left_behind"])
    remarks = Self.texts(object["remarks"]) ?? []
    progress = object["progress"]?.stringValue
    summary = object["summary"].flatMap { $0 == .null ? nil : $0 }
    logged = object["logged"]?.objectValue
    project = object["project"]?.stringValue
    file = object["file"]?.stringValue
  }

  private static func texts(_ value: JSON?) -> [String]? {
    value?.arrayValue?.compactMap { $0.stringValue }
  }

  /// Rounds to the millisecond: more digits would show a precision that was not measured.
  private static func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }

  private func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
  private func number(_ value: Int?) -> JSON { value.map { .number($0) } ?? .null }
  private func texts(_ values: [String]?) -> JSON {
    values.map { .array($0.map { .string($0) }) } ?? .null
  }
}
