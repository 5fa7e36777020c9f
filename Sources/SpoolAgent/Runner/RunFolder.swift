import SpoolProtocol

/// Watches the folder of a run while its command executes. It finds requests, and repairs the
/// run's files: other hosts judge by them whether the run has a runner, and the run may remove them.
struct RunFolder {
  private let attempt: Attempt
  private let kind: FileSystemKind
  private let sync: Bool
  private let poll: TimeSpan
  private var isWatched = false
  /// When the start record was found missing.
  private var brokenSince: Instant?
  /// When the next look is due.
  var next: Instant

  /// How long the start record may be missing.
  private static let patience = TimeSpan.seconds(2)
  /// For a command that ends sooner than this a watch of its folder is not worth its price.
  private static let settled = TimeSpan.milliseconds(20)

  /// - Parameter poll: The time between two looks on a network file system, which reports no events.
  init(_ attempt: Attempt, _ kind: FileSystemKind, sync: Bool, poll: TimeSpan) {
    self.attempt = attempt
    self.kind = kind
    self.sync = sync
    self.poll = poll
    next = .now + Self.settled
  }

  /// Looks for requests, in a fresh listing.
  ///
  /// - Parameter mends: Whether to repair files, and to let the agent watch the folder: only while the
  ///   command lives.
  mutating func look(
    mends: Bool, _ heartbeat: Heartbeat, _ link: AgentLink
  ) throws(SpoolError) -> Queue.FoundRequests {
    defer { next = .now + interval(isTold: link.isWatched) }
    if mends {
      mend(heartbeat)
      if kind == .local { try? attempt.mendPlacesMeanwhile(sync: sync) }
      // The watch begins before the look, so that no request falls between the two.
      if !isWatched, brokenSince == nil, kind == .local {
        isWatched = true
        link.tell(.settled)
      }
    }
    do throws(SpoolError) {
      return try attempt.queue.requests(of: attempt.run, to: attempt.start.claim)
    } catch {
      // The run has put something else in the place of its folder: there is no request in it, and the
      // folder is repaired soon.
      if error.errno?.isObstacle == true { return Queue.FoundRequests() }
      throw error
    }
  }

  /// Makes the folder again if the run has removed or spoiled it. Not at once: the run may be about to
  /// restore it.
  private mutating func mend(_ heartbeat: Heartbeat) {
    if attempt.hasStart {
      brokenSince = nil
      return
    }
    isWatched = false
    let now = Instant.now
    guard let since = brokenSince else {
      brokenSince = now
      return
    }
    guard now - since >= Self.patience else { return }
    brokenSince = now
    // After a failure the end of the run tries again.
    heartbeat.remade = (try? attempt.mendFolders(sync: sync)) ?? heartbeat.remade
  }

  private func interval(isTold: Bool) -> TimeSpan {
    if brokenSince == nil, kind == .network { return poll }
    // No event reports a change of the run's file in running/.
    return .seconds(brokenSince == nil && isWatched && isTold ? 10 : 1)
  }
}
