/// `agents/AGENT.json`: an agent that serves the queue; its modification time is its heartbeat.
package struct AgentRecord: Sendable, Equatable {
  /// The agent's name, `HOST-XXXX`.
  package var name: String
  package var holder: Holder
  /// How many runs its host takes at a time.
  package var slots: Int
  package var gpus: [String]
  /// The labels that it was given; its host's name is a label of every agent.
  package var labels: [String]
  /// The directories of all queues that it serves, this queue included: the runs of each take capacity of its host.
  package var queues: [String]
  /// Launchers of its queues that its host lacks.
  package var missing: [String] = []
  /// Gpus of its host in use by runs of queues that it does not serve, or by processes of no run, each with words
  /// for their user; filled in only while a run waits for gpus.
  package var elsewhere: [String: String] = [:]
  /// The free eighths of those gpus of which only a part is in use.
  package var elsewhereFree: [String: Int] = [:]
  /// Why it starts no runs at all; nil if nothing prevents starts.
  package var trouble: String?
  /// The owner of its file, and so of its process; nil for a record that was not read from a file.
  package var owner: UInt32?
  /// The number of seconds after which an unchanged heartbeat means death, on a network file system.
  package var lease: Double
  /// The start of the agent, by its host's clock.
  package var startedAt: Timestamp
  /// The last heartbeat, by the file server's clock.
  package var heartbeat: Timestamp

  package init(
    name: String, holder: Holder, slots: Int, gpus: [String] = [], labels: [String] = [],
    queues: [String] = [], lease: Double, startedAt: Timestamp, heartbeat: Timestamp
  ) {
    self.name = name
    self.holder = holder
    self.slots = slots
    self.gpus = gpus
    self.labels = labels
    self.queues = queues
    self.lease = lease
    self.startedAt = startedAt
    self.heartbeat = heartbeat
  }

  package var json: JSON {
    var object = JSONObject(
      [("agent", .string(name))] + holder.members(process: "process") + [
        ("slots", .number(slots)), ("gpus", .strings(gpus)), ("labels", .strings(labels)),
        ("queues", .strings(queues)), ("missing", .strings(missing)),
        ("lease", .number(lease)), ("started_at", .string(startedAt.text)),
      ])
    if let trouble { object["trouble"] = .string(trouble) }
    if !elsewhere.isEmpty {
      let gpus = elsewhere.sorted { $0.key < $1.key }.map { ($0.key, JSON.string($0.value)) }
      object["elsewhere"] = .object(JSONObject(gpus))
    }
    if !elsewhereFree.isEmpty {
      let gpus = elsewhereFree.sorted { $0.key < $1.key }.map { ($0.key, JSON.number($0.value)) }
      object["elsewhere_free"] = .object(JSONObject(gpus))
    }
    return .object(object)
  }

  /// Those gpus and words, one text each, in the order of their names: `gpu 0: eval-k2p4 of ann/night, by ann`.
  package var gpusElsewhere: [String] {
    elsewhere.sorted { $0.key < $1.key }.map { "gpu \($0.key): \($0.value)" }
  }

  package init?(_ bytes: [UInt8], heartbeat: Timestamp) {
    guard let object = (try? JSON(parsing: bytes, dialect: .strict))?.objectValue,
      let name = object["agent"]?.stringValue, let holder = Holder(object, process: "process")
    else { return nil }
    self.name = name
    self.holder = holder
    slots = Swift.max(object["slots"]?.intValue ?? 1, 0)
    gpus = Self.texts(object["gpus"])
    labels = Self.texts(object["labels"])
    queues = Self.texts(object["queues"])
    missing = Self.texts(object["missing"])
    for (gpu, words) in object["elsewhere"]?.objectValue?.members ?? [] {
      if let words = words.stringValue { elsewhere[gpu] = words }
    }
    for (gpu, free) in object["elsewhere_free"]?.objectValue?.members ?? [] {
      if let free = free.intValue, (1..<GPUAmount.eighthsOfOne).contains(free) {
        elsewhereFree[gpu] = free
      }
    }
    trouble = object["trouble"]?.stringValue
    lease = QueueSettings.lease(recorded: object["lease"])
    startedAt = object["started_at"]?.stringValue.flatMap { Timestamp($0) } ?? heartbeat
    self.heartbeat = heartbeat
  }

  private static func texts(_ value: JSON?) -> [String] {
    value?.arrayValue?.compactMap { $0.stringValue } ?? []
  }

  /// The capacity and labels that it offers to runs.
  package var offer: HostOffer {
    HostOffer(slots: slots, gpus: gpus.count, labels: Set(labels + [holder.host]))
  }
}
