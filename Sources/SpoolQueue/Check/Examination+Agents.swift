extension Examination {
  /// Tells of an agent whose host has the name of another machine: their runs are counted apart, and people
  /// cannot tell them.
  ///
  /// - Parameters:
  ///   - others: Agents that may have the same name of a host, itself among them.
  ///   - file: Its name in `agents/`.
  mutating func tellNamesake(
    of agent: AgentRecord, _ others: some Sequence<AgentRecord>, _ file: String
  ) {
    guard
      let other = others.first(where: {
        $0.holder.host == agent.holder.host && agent.holder.isOfAnotherMachine(than: $0.holder)
      })
    else { return }
    report(
      .remark, "agents/" + file,
      "its machine and that of the agent \(other.name) are two, both called \(agent.holder.host);"
        + " their slots and gpus are counted apart, and spool agent --name gives one another name")
  }
}
