extension Queue {
  /// The state of the runner of a run in `running/` whose process is not visible here: the rest of a
  /// sentence that says where it runs. Empty if there is nothing to tell.
  func lifeWords(of run: String) throws(SpoolError) -> String {
    guard case .running(let name)? = try locate(run), let found = try findAttempt(of: name),
      !found.hasEnded
    else { return "" }
    let judge = try Judge(self)
    let agents = try agents()
    switch verdict(of: found, judge) {
    case .alive:
      guard !found.start.holder.isVisible, case .lock? = found.start.holder.life else { return "" }
      let file = runPath(run, "\(found.start.attempt)/" + Self.startFile)
      return ", in another namespace: the lock on \(file) is held, and that alone tells from here"
    case .free where hasAgent(beside: found.start.holder, agents, judge):
      return ", where its runner died; the agent beside it is about to end it"
    case .dead, .free: return ", where its runner died; the next agent that looks ends it"
    case .unknown: return ""
    }
  }
}
