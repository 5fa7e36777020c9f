/// The name of a claim: the agent, and the number of its claim. No two claims ever share a name.
///
/// Therefore a file under this claim's name proves that its rename won, even if the file server's reply was lost.
package struct ClaimName: Sendable, Hashable, CustomStringConvertible {
  /// The agent's name, `HOST-XXXX`, new each time an agent starts.
  package let agent: String
  /// The number of the agent's claim, from 1.
  package let number: Int

  package init(agent: String, number: Int) {
    self.agent = agent
    self.number = number
  }

  /// Parses `HOST-XXXX.K`. Returns nil for any other text.
  package init?(_ text: String) {
    guard let dot = text.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
    let digits = text[text.utf8.index(after: dot)...]
    // Only the exact spelling is accepted: the parsed claim must be found again under its name.
    guard let number = Int(digits), number >= 0, "\(number)" == digits,
      RunName.isValid(text[..<dot], limit: 80)
    else { return nil }
    agent = String(text[..<dot])
    self.number = number
  }

  /// The text of the name: `HOST-XXXX.K`.
  package var text: String { agent + ".\(number)" }

  package var description: String { text }

  /// The agent's host: its name without the last five characters.
  package var host: String { Self.host(ofAgent: agent) }

  package static func host(ofAgent agent: String) -> String {
    guard let dash = agent.utf8.lastIndex(of: UInt8(ascii: "-")) else { return agent }
    return String(agent[..<dash])
  }

  package static func newAgent() -> String { Host.current.name + "-" + RunName.randomPart() }
}
