/// The leftovers of a command or a hook: processes that it had started, not waited for, and left running at its end.
package struct LeftBehind: Sendable, Equatable {
  package var count: Int
  /// The first leftovers, at most ``limit``, in the order in which they were found.
  package var processes: [Process]

  /// The largest number of processes that are named.
  package static let limit = 20

  package struct Process: Sendable, Equatable {
    /// Its number on its host.
    package var pid: Int
    /// The name of its program, according to the system.
    package var name: String
    package var end: End

    package init(pid: Int, name: String, end: End) {
      self.pid = pid
      self.name = name
      self.end = end
    }
  }

  package enum End: String, Sendable {
    /// TERM, or its reaction to TERM.
    case term = "TERM"
    /// KILL, five seconds later.
    case kill = "KILL"
    /// It ended by itself: this process may not end it, or did not need to.
    case itself
    case lives
  }

  package init(count: Int, processes: [Process]) {
    self.count = count
    self.processes = processes
  }

  /// The leftovers in words: `2 processes: sleep (4711) by TERM, exim4 (4712) by KILL`.
  package var words: String {
    let named = processes.map { process in
      let end =
        switch process.end {
        case .term, .kill: "ended by \(process.end.rawValue)"
        case .itself: "ended by itself"
        case .lives: "lives on"
        }
      return "\(process.name) (\(process.pid)) \(end)"
    }.joined(separator: ", ")
    let more = count > processes.count ? " and \(count - processes.count) more" : ""
    return "\(count) \(count == 1 ? "process" : "processes"): \(named)\(more)"
  }

  /// The leftovers as an object: `count`, and `processes` with `pid`, `name` and `ended_by` each.
  package var json: JSON {
    .object(
      JSONObject([
        ("count", .number(count)),
        (
          "processes",
          .array(
            processes.map {
              .object(
                JSONObject([
                  ("pid", .number($0.pid)), ("name", .string($0.name)),
                  ("ended_by", .string($0.end.rawValue)),
                ]))
            })
        ),
      ]))
  }

  /// Reads the leftovers from a record. Returns nil if the record has none.
  package init?(_ value: JSON?) {
    guard let object = value?.objectValue, let count = object["count"]?.intValue else { return nil }
    self.count = count
    processes = (object["processes"]?.arrayValue ?? []).prefix(Self.limit).compactMap { value in
      guard let process = value.objectValue, let pid = process["pid"]?.intValue,
        let end = process["ended_by"]?.stringValue.flatMap({ End(rawValue: $0) })
      else { return nil }
      return Process(pid: pid, name: process["name"]?.stringValue ?? "?", end: end)
    }
  }
}
