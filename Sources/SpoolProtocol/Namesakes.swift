/// Tells the claims of this host from those of another machine with the same name.
///
/// Each agent is looked up once: no other agent ever has its name, and it does not move.
package struct Namesakes: Sendable {
  private let here: Holder
  private var known: [String: Bool] = [:]

  /// - Parameter here: A process of this host.
  package init(of here: Holder) { self.here = here }

  /// Whether a claim takes room of this host. If that cannot be told, the claim's name decides.
  package mutating func isHere(_ name: QueueFileName, in queue: Queue) -> Bool {
    guard let claim = name.claim, claim.host == here.host else { return false }
    if let isHere = known[claim.agent] { return isHere }
    let start = { (try? queue.findAttempt(of: name))?.start.holder }
    guard let holder = queue.readAgent(claim.agent)?.holder ?? start() else { return true }
    let isHere = !holder.isOfAnotherMachine(than: here)
    if known.count >= 10_000 { known = [:] }
    known[claim.agent] = isHere
    return isHere
  }
}
