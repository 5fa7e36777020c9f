/// Who claimed a run: an agent, and which of its claims. No two claims ever share a name.
///
/// That makes "a file under my claim's name is there" the proof that my rename won, even when the
/// file server's reply was lost.
package struct ClaimName: Sendable, Hashable, CustomStringConvertible {
  /// `HOST-XXXX`, new each time an agent starts.
  package let agent: String
  /// Counts the agent's claims from 1.
  package let number: Int

  package init(agent: String, number: Int) {
    self.agent = agent
    self.number = number
  }

  /// Takes `HOST-XXXX.K` apart; nil for anything else.
  package init?(_ text: String) {
    guard let dot = text.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
    let digits = text[text.utf8.index(after: dot)...]
    // As it is written and no other way: what is taken apart must be found again under its name.
    guard let number = Int(digits), number >= 0, "\(number)" == digits,
      RunName.isValid(text[..<dot], limit: 80)
    else { return nil }
    agent = String(text[..<dot])
    self.number = number
  }

  /// `HOST-XXXX.K`.
  package var text: String { agent + ".\(number)" }

  package var description: String { text }

  /// The agent's host: its name without the last five characters.
  package var host: String { Self.host(ofAgent: agent) }

  /// The host in an agent's name.
  package static func host(ofAgent agent: String) -> String {
    guard let dash = agent.utf8.lastIndex(of: UInt8(ascii: "-")) else { return agent }
    return String(agent[..<dash])
  }

  /// A new agent's name on this host.
  package static func newAgent() -> String { Host.current.name + "-" + RunName.randomPart() }
}
