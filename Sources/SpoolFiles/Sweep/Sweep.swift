/// A queued sweep, `sweeps/ID.json`, with the names and points of its runs.
package struct Sweep: Sendable {
  /// The identifier, unique in its queue; its runs are called `ID-0001`, `ID-0002`…
  package let id: String
  /// The method that found its points.
  package let method: Method
  /// The metric that ranks its runs.
  package let metric: SweepFile.Metric?
  /// The seed of a random search: the same file and seed give the same points.
  package let seed: UInt64?
  /// How many of its runs may run at a time, over all agents; nil for any number.
  package let maxRunning: Int?
  /// The priority: 0 first, 99 last.
  package let priority: Int
  /// The submission time, by the file server's clock.
  package let createdAt: Timestamp
  /// The parameters that differ from run to run; nested parameters are written with dots.
  package let parameters: [String]
  /// Its points and their runs, in the order in which they were queued.
  package let points: [Point]
  /// The sweep file and the other options, as they were given.
  package let asked: JSONObject
  /// The process that queues the sweep.
  package var holder: Holder

  /// The largest size of all points of a sweep, in bytes: 224 MiB. Together with the names of their runs
  /// and with ``asked`` they form a record that must be readable again.
  static let pointsLimit = ReadLimit.sweep - (32 << 20)

  package enum Method: String, Sendable {
    /// Those of ``SweepFile/Method``.
    case grid, random
    /// The lines of a file: a batch.
    case each

    package init(_ method: SweepFile.Method) {
      self =
        switch method {
        case .grid: .grid
        case .random: .random
        }
    }
  }

  package struct Point: Sendable, Equatable {
    package let run: String
    /// The run's own values of the configuration.
    package let config: JSONObject

    package init(run: String, config: JSONObject) {
      self.run = run
      self.config = config
    }
  }

  /// The bytes of the sweep file as text.
  package var file: String { asked["file"]?.stringValue ?? "" }

  /// Creates the record of runs that are to be queued, under their names.
  package init(_ id: String, _ plan: SweepPlan, createdAt: Timestamp) {
    self.id = id
    method = plan.method
    metric = plan.metric
    seed = plan.seed
    maxRunning = plan.maxRunning
    priority = plan.priority
    self.createdAt = createdAt
    parameters = plan.parameters
    asked = plan.asked
    holder = .current
    let names = Self.runNames(id, plan.points.count)
    points = zip(names, plan.points).map { Point(run: $0, config: $1) }
  }

  /// The names `ID-0001`…, of equal length, so that listings have them in their order.
  static func runNames(_ id: String, _ count: Int) -> [String] {
    let width = max(4, String(count).utf8.count)
    return (0..<count).map { index in
      let digits = String(index + 1)
      return id + "-" + String(repeating: "0", count: width - digits.utf8.count) + digits
    }
  }

  /// Whether the name is that of a run of the sweep `id`, or of a repeat, for callers that know only names.
  package static func isName(_ run: String, ofSweep id: String) -> Bool {
    isFirstName(run, ofSweep: id) || repeated(run, ofSweep: id) != nil
  }

  /// The sweeps to which a run with that name may belong: ``isName(_:ofSweep:)`` is true only for these.
  package static func possibleSweeps(ofRun run: String) -> [String] {
    [run, RunName.repeated(run)?.base].compactMap { $0 }.compactMap { name in
      guard let dash = name.utf8.lastIndex(of: UInt8(ascii: "-")) else { return nil }
      let id = String(name[..<dash])
      return isFirstName(name, ofSweep: id) ? id : nil
    }
  }

  /// Whether the name is that of a point's first run: `ID-0001`.
  package static func isFirstName(_ run: String, ofSweep id: String) -> Bool {
    guard run.hasPrefix(id), run.utf8.count >= id.utf8.count + 5 else { return false }
    let rest = run.utf8.dropFirst(id.utf8.count)
    return rest.first == UInt8(ascii: "-")
      && rest.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
  }
}

extension Sweep {
  /// The record, on one line; small values that are read separately come first.
  package var json: JSONObject {
    JSONObject(
      [
        ("format", .number(1)),
        ("sweep", .string(id)),
        ("method", .string(method.rawValue)),
        ("metric", metric.map { .object($0.written) } ?? .null),
        ("seed", seed.map { .number("\($0)") } ?? .null),
        ("max_running", maxRunning.map { .number($0) } ?? .null),
        ("priority", .number(priority)),
        ("created_at", .string(createdAt.text)),
      ] + holder.members(process: "process") + [
        ("parameters", .strings(parameters)),
        ("asked", .object(asked)),
        (
          "runs",
          .array(
            points.map {
              .object(JSONObject([("run", .string($0.run)), ("config", .object($0.config))]))
            })
        ),
      ])
  }

  /// Reads a record. Returns nil for any other text.
  package init?(_ bytes: [UInt8]) {
    guard let object = (try? JSON(parsing: bytes, dialect: .strict))?.objectValue,
      let id = object["sweep"]?.stringValue,
      let method = object["method"]?.stringValue.flatMap({ Method(rawValue: $0) }),
      let createdAt = object["created_at"]?.stringValue.flatMap({ Timestamp($0) }),
      let holder = Holder(object, process: "process"),
      let runs = object["runs"]?.arrayValue
    else { return nil }
    self.id = id
    self.method = method
    self.createdAt = createdAt
    self.holder = holder
    metric = object["metric"]?.objectValue.flatMap { try? SweepFile.Metric(reading: $0) }
    if case .number(let seed)? = object["seed"] { self.seed = UInt64(seed) } else { seed = nil }
    maxRunning = object["max_running"]?.intValue.flatMap { $0 > 0 ? $0 : nil }
    priority = object["priority"]?.intValue ?? 50
    parameters = object["parameters"]?.arrayValue?.compactMap { $0.stringValue } ?? []
    asked = object["asked"]?.objectValue ?? JSONObject()
    points = runs.compactMap { point in
      guard let run = point["run"]?.stringValue, let config = point["config"]?.objectValue else {
        return nil
      }
      return Point(run: run, config: config)
    }
  }
}

extension Sweep {
  /// Splits the name of a repeat: `ID-0001-2` is the second run of `ID-0001`. Returns nil if the name is
  /// not that of a repeat in that sweep.
  package static func repeated(_ run: String, ofSweep id: String) -> (base: String, count: Int)? {
    guard let found = RunName.repeated(run), isFirstName(found.base, ofSweep: id) else {
      return nil
    }
    return found
  }
}
