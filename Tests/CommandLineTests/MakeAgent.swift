import SpoolQueue

/// The record of an agent on a host, as a queue's overview has it.
func makeAgent(_ name: String, host: String) -> AgentRecord {
  var holder = Holder.current
  holder.host = host
  return AgentRecord(
    name: name, holder: holder, slots: 2, lease: 60, startedAt: .now, heartbeat: .now)
}
