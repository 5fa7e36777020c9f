extension Examination {
  /// Reports agents whose machines have the same name: their runs are counted apart, and people cannot
  /// tell the machines apart.
  mutating func tellNamesakes(_ agents: some Sequence<AgentRecord>) {
    // Each is compared with the first agent of its name; all machines of a name but the first differ from it.
    var firsts: [String: AgentRecord] = [:]
    for agent in agents.sorted(by: { $0.name < $1.name }) {
      let host = agent.holder.host
      guard let first = firsts[host] else {
        firsts[host] = agent
        continue
      }
      guard agent.holder.isOfAnotherMachine(than: first.holder) else { continue }
      report(
        .remark, "agents/\(agent.name)\(QueueFileName.ending)",
        "its machine and that of the agent \(first.name) are two, both called \(host); their slots"
          + " and gpus are counted apart, and spool agent --name gives one another name")
    }
  }
}
