/// `agents/AGENT.json`: an agent that serves the queue; its modification time is its heartbeat.
package struct AgentRecord: Sendable, Equatable {
  /// `HOST-XXXX`.
  package var name: String
  package var holder: Holder
  /// How many runs its host takes at a time.
  package var slots: Int
  /// The gpus that it hands out.
  package var gpus: [String]
  /// What it was labelled with; its host's name is a label of every agent.
  package var labels: [String]
  /// The directories of the queues that it serves, this one included: what their runs take of its
  /// host is taken from all of them.
  package var queues: [String]
  /// Launchers of its queues that its host does not have.
  package var missing: [String] = []
  /// Gpus of its host that runs of queues which it does not serve have, each with the words for who has it;
  /// told where a run waits for some.
  package var elsewhere: [String: String] = [:]
  /// What keeps it from starting runs at all; nil: nothing does.
  package var trouble: String?
  /// Whose process it is: the owner of its file; nil: not read from one.
  package var owner: UInt32?
  /// Seconds after which a heartbeat that stood still means death, on a network file system.
  package var lease: Double
  /// By its host's clock.
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
    return .object(object)
  }

  init?(_ bytes: [UInt8], heartbeat: Timestamp) {
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
    trouble = object["trouble"]?.stringValue
    lease = QueueSettings.lease(recorded: object["lease"])
    startedAt = object["started_at"]?.stringValue.flatMap { Timestamp($0) } ?? heartbeat
    self.heartbeat = heartbeat
  }

  private static func texts(_ value: JSON?) -> [String] {
    value?.arrayValue?.compactMap { $0.stringValue } ?? []
  }

  /// What it offers to runs.
  package var offer: HostOffer {
    HostOffer(slots: slots, gpus: gpus.count, labels: Set(labels + [holder.host]))
  }
}

extension Queue {
  /// Announces an agent; its first heartbeat.
  ///
  /// - Returns: Its file, to be kept for as long as the agent lives: whoever sees none of its processes
  ///   sees by that whether it does. nil: another has its name.
  package func announce(_ agent: AgentRecord) throws(SpoolError) -> HeldFile? {
    let aside = path(.agents, Self.asideName("agent"))
    let file = try write(agent, aside)
    let isNew = try publishNewFile(aside, as: path(.agents, agent.name + QueueFileName.ending))
    try removeIfThere(aside)
    return isNew ? file : nil
  }

  /// Announces an agent once more, whose file somebody removed, or whose record changed.
  ///
  /// - Returns: Its new file, to be kept in the place of the old one, which may be let go only now.
  package func register(_ agent: AgentRecord) throws(SpoolError) -> HeldFile {
    let aside = path(.agents, Self.asideName("agent"))
    let file = try write(agent, aside)
    try publishFile(aside, as: path(.agents, agent.name + QueueFileName.ending))
    return file
  }

  private func write(_ agent: AgentRecord, _ aside: String) throws(SpoolError) -> HeldFile {
    let kind = try fileSystem
    do throws(SpoolError) {
      return try attempt("write", aside) { () throws(Errno) in
        let file = try System.create(aside, permissions: shape.files)
        var agent = agent
        agent.holder.life = try Self.takeLife(file, aside, kind)
        try file.write(agent.json.bytes())
        return HeldFile(file)
      }
    } catch {
      try? removeIfThere(aside)
      throw error
    }
  }

  /// Touches an agent's file; nil: somebody removed it.
  ///
  /// - Returns: The file server's time.
  package func beat(agent name: String) throws(SpoolError) -> Timestamp? {
    let path = path(.agents, name + QueueFileName.ending)
    return try attemptIfThere("touch", path, unless: { $0 == .notFound || $0 == .stale }) {
      () throws(Errno) in
      let file = try System.open(path, .reading)
      try file.touch()
      return try file.information().modified
    }
  }

  /// Takes an agent's file away: it has left.
  package func unregister(agent name: String) throws(SpoolError) {
    try removeIfThere(path(.agents, name + QueueFileName.ending))
  }

  /// The agents that have a file, dead ones too.
  package func agents() throws(SpoolError) -> [AgentRecord] {
    var agents: [AgentRecord] = []
    for file in try list(.agents) {
      guard let name = Self.agentName(file) else { continue }
      if let agent = readAgent(name) { agents.append(agent) }
    }
    return agents
  }

  static func agentName(_ file: String) -> String? {
    guard file.hasSuffix(QueueFileName.ending), !file.hasPrefix(".") else { return nil }
    return String(file.dropLast(QueueFileName.ending.utf8.count))
  }

  func readAgent(_ name: String) -> AgentRecord? {
    guard let file = try? read(path(.agents, name + QueueFileName.ending)) else { return nil }
    var record = AgentRecord(file.bytes, heartbeat: file.information.modified)
    record?.owner = file.information.owner
    return record
  }

  /// The agents that can be taken for alive from here, for people to see.
  package func liveAgents() throws(SpoolError) -> [AgentRecord] {
    let agents = try agents()
    if agents.isEmpty { return [] }
    let judge = try Judge(self)
    return agents.filter { !isGone($0, judge) }
  }
}
