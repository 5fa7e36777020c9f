import SpoolQueue
import SpoolTerminal

/// A key in which a run that is asked for again differs from the run that it comes from.
struct JobDifference: Sendable, Equatable {
  /// The key of a job file, with dots to reach inside.
  let key: String
  /// Nil where it is missing.
  let old: JSON?
  let new: JSON?

  /// The keys that differ, in the order of a job file.
  ///
  /// - Parameter priority: That of the new run.
  static func between(_ old: AskedRun, _ new: Job, priority: Int) -> [JobDifference] {
    var before = old.job
    before.priority = old.priority
    var after = new
    after.priority = priority
    // It says whom the run repeats, and that is known.
    before.retryOf = nil
    after.retryOf = nil
    return between(before.json, after.json, below: "")
  }

  private static func between(
    _ old: JSONObject, _ new: JSONObject, below path: String
  ) -> [JobDifference] {
    var keys = path.isEmpty ? Job.keys : []
    var known = Set(keys)
    for key in old.keys + new.keys where known.insert(key).inserted { keys.append(key) }
    var found: [JobDifference] = []
    for key in keys where old[key] != new[key] {
      let (before, after) = (old[key], new[key])
      let objects = (before?.objectValue, after?.objectValue)
      if objects.0 != nil || objects.1 != nil, before == nil || objects.0 != nil,
        after == nil || objects.1 != nil
      {
        found += between(
          objects.0 ?? JSONObject(), objects.1 ?? JSONObject(), below: path + key + ".")
      } else {
        found.append(JobDifference(key: path + key, old: before, new: after))
      }
    }
    return found
  }

  /// `gpus 1 -> 2`, with `none` for a missing value.
  var text: String { escapingControls("\(key) \(words(of: old)) -> \(words(of: new))") }

  /// A longer value is cut, in characters.
  private static let limit = 200

  private func words(of value: JSON?) -> String {
    guard let value else { return "none" }
    let text =
      switch key {
      case "timeout", "warn", "retry_delay":
        value.doubleValue.map { DurationText.text($0) } ?? value.text
      case "command", "args", "entry_point", "launcher":
        value.arrayValue.map { shellQuoted($0.compactMap(\.stringValue)) } ?? value.text
      default: value.text
      }
    let head = text.prefix(Self.limit)
    return head.endIndex == text.endIndex ? text : head + "…"
  }

  /// The keys and both values, null where one is missing.
  static func json(_ differences: [JobDifference]) -> JSONObject {
    JSONObject(
      differences.map { difference in
        let values = JSONObject([
          ("old", difference.old ?? .null), ("new", difference.new ?? .null),
        ])
        return (difference.key, .object(values))
      })
  }
}
