extension Queue {
  /// Announces an agent with its first heartbeat.
  ///
  /// - Parameter kind: The kind of the queue's file system, if it is known.
  /// - Returns: The agent's file, to be kept open for as long as the agent lives: it shows that the agent lives to
  ///   hosts and containers that see none of its processes. Returns nil if another agent has its name.
  package func announce(
    _ agent: AgentRecord, _ kind: FileSystemKind? = nil
  ) throws(SpoolError) -> HeldFile? {
    let aside = Aside("agent", in: path(.agents))
    let file = try write(agent, aside.path, kind)
    let isNew = try publishNewFile(aside.path, as: path(.agents, agent.name + QueueFileName.ending))
    try aside.remove()
    return isNew ? file : nil
  }

  /// Announces an agent again whose file somebody removed, or whose record changed.
  ///
  /// - Returns: Its new file, to be kept in the place of the old file, which may be closed only now.
  package func register(_ agent: AgentRecord) throws(SpoolError) -> HeldFile {
    let aside = Aside("agent", in: path(.agents))
    let file = try write(agent, aside.path, nil)
    try publishFile(aside.path, as: path(.agents, agent.name + QueueFileName.ending))
    aside.release()
    return file
  }

  private func write(
    _ agent: AgentRecord, _ aside: String, _ kind: FileSystemKind?
  ) throws(SpoolError) -> HeldFile {
    let kind = if let kind { kind } else { try fileSystem }
    return try naming("write", aside) { () throws(Errno) in
      let file = try System.create(aside, permissions: shape.files)
      var agent = agent
      agent.holder.life = try Self.takeLife(file, aside, kind)
      try file.write(agent.json.bytes())
      return HeldFile(file)
    }
  }

  /// Touches an agent's file; returns nil if it was removed.
  ///
  /// - Returns: The file server's time.
  package func beat(agent name: String) throws(SpoolError) -> Timestamp? {
    let path = path(.agents, name + QueueFileName.ending)
    return try namingIfThere("touch", path, absentIf: { $0 == .notFound || $0 == .stale }) {
      () throws(Errno) in
      let file = try System.open(path, .reading)
      try file.touch()
      return try file.information().modified
    }
  }

  /// Removes the file of an agent that has left.
  package func unregister(agent name: String) throws(SpoolError) {
    try removeIfThere(path(.agents, name + QueueFileName.ending))
  }

  /// The agents that have a file, except the one of that name. Dead agents are among them.
  package func agents(but own: String? = nil) throws(SpoolError) -> [AgentRecord] {
    var agents: [AgentRecord] = []
    for file in try list(.agents) {
      guard let name = Self.agentName(file), name != own else { continue }
      if let agent = readAgent(name) { agents.append(agent) }
    }
    return agents
  }

  package static func agentName(_ file: String) -> String? {
    guard file.hasSuffix(QueueFileName.ending), !file.hasPrefix(".") else { return nil }
    return String(file.dropLast(QueueFileName.ending.utf8.count))
  }

  package func readAgent(_ name: String) -> AgentRecord? {
    guard let file = try? read(path(.agents, name + QueueFileName.ending)) else { return nil }
    var record = AgentRecord(file.bytes, heartbeat: file.information.modified)
    record?.owner = file.information.owner
    return record
  }

  /// The agents that seem alive from here, for people to see.
  package func liveAgents() throws(SpoolError) -> [AgentRecord] {
    let agents = try agents()
    if agents.isEmpty { return [] }
    let judge = try Judge(self)
    return agents.filter { !isGone($0, judge) }
  }

  /// Whether a live agent serves the queue, as far as can be told from here.
  public func isServed() throws(SpoolError) -> Bool {
    let agents = try agents()
    // The usual case needs no judge: an agent of this host that runs.
    if agents.contains(where: { $0.holder.isVisible && $0.holder.process.isAlive }) { return true }
    return try agents.isEmpty ? false : !liveAgents().isEmpty
  }
}
