import Dispatch
import SpoolProtocol

// The kernel's reports of changes, and how several agents of a queue share the work that each of them makes.
extension Agent {
  func changed(_ changes: [DirectoryChange]) {
    // Only new files, which others may take, can wait for a moment.
    if takeIn(changes) || now >= standsBackUntil { return planLook() }
    guard standsBackUntil < .last else { return }
    watcher?.isPaused = true
    if standsBackUntil < wakeAt { wakeUp(at: standsBackUntil) }
  }

  /// - Returns: Whether to look at once.
  private func takeIn(_ changes: [DirectoryChange]) -> Bool {
    var isUrgent = false
    for change in changes {
      guard let (served, folder) = places[change.directory] else { continue }
      switch (folder, change.name) {
      case (.queued, let file?) where !change.isOver:
        scheduler.queues[served.index].fileAppeared(file)
        standBack(served)
        continue
      case (.done, let file?) where !change.isOver:
        served.recordAppeared(file, &scheduler.queues[served.index])
      case (.hooks, _): hooks.take(change, in: served.queue)
      case (.agents, _):
        noteCompany(change)
        if !change.isOver { continue }
      // A file that is being written. Its rename is reported under the new name.
      case (nil, let file?) where file.hasPrefix(".") && !change.isOver: continue
      default:
        served.needsScan = true
        if folder == .queued { served.lostNames = true }
      }
      isUrgent = true
      if change.isOver { armWatches() }
    }
    return isUrgent
  }

  // MARK: New files

  /// The time between two agents of a queue that try a new file, and the longest time that an agent waits for others.
  private static let turn = TimeSpan.milliseconds(1)
  private static let longestTurn = TimeSpan.milliseconds(8)
  /// When an agent without room looks for room that other agents have left. Its own runners report it at once.
  private static let roomPause = TimeSpan.milliseconds(500)

  /// Decides when to look at the new files of a queue: not at once if there is no room for any, or if it is the turn of
  /// another agent. Otherwise each file would cost as much as there are agents.
  private func standBack(_ served: ServedQueue) {
    guard served.kind == .local, options.until == .stopped else { return standsBackUntil = .first }
    var pause = TimeSpan.zero
    if scheduler.round.isFull {
      if scheduler.round.othersRuns == 0 { return }
      pause = Self.roomPause
    } else if let file = scheduler.queues[served.index].backlog.next {
      pause = Swift.min(
        Self.turn * Int64(served.company.rank(of: name, for: file)), Self.longestTurn)
    }
    standsBackUntil = Swift.min(standsBackUntil, pause == .zero ? .first : now + pause)
  }

  /// Reads the changes that came while the agent stood back.
  func endStandBack() {
    if standsBackUntil < .last {
      _ = takeIn(watcher?.changes() ?? [])
      standsBackUntil = .last
    }
    watcher?.isPaused = false
  }

  // MARK: Other agents

  private func noteCompany(_ change: DirectoryChange) {
    guard let (served, folder) = places[change.directory], folder == .agents else { return }
    guard let file = change.name, !change.isOver else { return served.companyMayHaveChanged() }
    if Company.isOthers(file, name) { served.heardOfOthers() }
  }

  /// Takes in the agents that have come or gone by now. The other changes wait for the end of the round.
  func hearOfAgents() {
    guard let changes = watcher?.changes(), !changes.isEmpty else { return }
    for change in changes { noteCompany(change) }
    confined.async { [self] in if !isLeaving { changed(changes) } }
  }
}
