/// A sweep that was queued: `sweeps/ID.json`, and the names and points of its runs.
package struct Sweep: Sendable {
  /// Unique in its queue; its runs are called `ID-0001`, `ID-0002`…
  package let id: String
  /// How its points were found.
  package let method: SweepFile.Method
  /// What its runs are ranked by.
  package let metric: SweepFile.Metric?
  /// What a random search was begun with: the same file and seed give the same points.
  package let seed: UInt64?
  /// How many of its runs may run at a time, over all agents; nil: any number.
  package let maxRunning: Int?
  /// 0 first, 99 last.
  package let priority: Int
  /// When it was submitted, by the file server's clock.
  package let createdAt: Timestamp
  /// The parameters that differ from run to run, nested ones with dots.
  package let parameters: [String]
  /// Its points and their runs, in the order in which they were queued.
  package let points: [Point]
  /// The sweep file, and what was said besides.
  package let asked: JSONObject
  /// Who queues it.
  package var holder: Holder

  /// The most bytes that the points of a sweep have together: 224 MiB. With the names of their runs and
  /// with what was asked for they are a record that is read again.
  static let pointsLimit = ReadLimit.sweep - (32 << 20)

  package struct Point: Sendable, Equatable {
    package let run: String
    /// What is the run's own in its configuration.
    package let config: JSONObject

    package init(run: String, config: JSONObject) {
      self.run = run
      self.config = config
    }
  }

  /// The bytes of the sweep file as text.
  package var file: String { asked["file"]?.stringValue ?? "" }

  package init(
    _ id: String, _ request: SweepRequest, _ points: SweepPoints, asked: JSONObject,
    createdAt: Timestamp
  ) {
    self.id = id
    method = request.file.method
    metric = request.file.metric
    seed = points.seed
    maxRunning = request.maxRunning
    priority = request.priority ?? 50
    self.createdAt = createdAt
    parameters = SweepLeaf.leaves(of: request.file.parameters).filter { !$0.isConstant }
      .map(\.dotted)
    self.asked = asked
    holder = .current
    let names = Self.runNames(id, points.points.count)
    self.points = zip(names, points.points).map { Point(run: $0, config: $1) }
  }

  /// `ID-0001`…, all of one length, so that they are listed in their order.
  static func runNames(_ id: String, _ count: Int) -> [String] {
    let width = max(4, String(count).utf8.count)
    return (0..<count).map { index in
      let digits = String(index + 1)
      return id + "-" + String(repeating: "0", count: width - digits.utf8.count) + digits
    }
  }

  /// Whether a run with that name is one of the sweep `id`, a repeated one too, for those who know
  /// only names.
  package static func isName(_ run: String, ofSweep id: String) -> Bool {
    isFirstName(run, ofSweep: id) || repeated(run, ofSweep: id) != nil
  }

  /// The sweeps that a run with that name may be one of: ``isName(_:ofSweep:)`` holds for these alone.
  package static func possibleSweeps(ofRun run: String) -> [String] {
    [run, RunName.repeated(run)?.base].compactMap { $0 }.compactMap { name in
      guard let dash = name.utf8.lastIndex(of: UInt8(ascii: "-")) else { return nil }
      let id = String(name[..<dash])
      return isFirstName(name, ofSweep: id) ? id : nil
    }
  }

  /// Whether it is the name of a point's first run: `ID-0001`.
  package static func isFirstName(_ run: String, ofSweep id: String) -> Bool {
    guard run.hasPrefix(id), run.utf8.count >= id.utf8.count + 5 else { return false }
    let rest = run.utf8.dropFirst(id.utf8.count)
    return rest.first == UInt8(ascii: "-")
      && rest.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
  }
}

extension Sweep {
  /// The record, on one line; what is small and asked for by itself stands first.
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

  /// Reads a record; nil for anything else.
  package init?(_ bytes: [UInt8]) {
    guard let object = (try? JSON(parsing: bytes, dialect: .strict))?.objectValue,
      let id = object["sweep"]?.stringValue,
      let method = object["method"]?.stringValue.flatMap({ SweepFile.Method(rawValue: $0) }),
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
  /// Takes the name of a repeated run apart: `ID-0001-2` is the second run of `ID-0001`; nil: it is
  /// no repeat of a run of that sweep.
  package static func repeated(_ run: String, ofSweep id: String) -> (base: String, count: Int)? {
    guard let found = RunName.repeated(run), isFirstName(found.base, ofSweep: id) else {
      return nil
    }
    return found
  }
}
