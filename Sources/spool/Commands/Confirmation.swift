import SpoolQueue
import SpoolTerminal

extension ChosenRuns {
  /// More runs than these are changed at a terminal only after a question.
  static let handful = 5

  /// Whether the runs may be changed: a person at a terminal who selected many is asked.
  func isConfirmed(_ verb: String, _ arguments: ParsedArguments) throws -> Bool {
    guard isSelection else { return true }
    return try Confirmation.isGiven(verb, runs.map { $0.run }, in: queue, arguments)
  }
}

enum Confirmation {
  /// Asks on a terminal if there are more than a handful. Elsewhere no question is asked.
  static func isGiven(
    _ verb: String, _ runs: [String], in queue: Queue, _ arguments: ParsedArguments
  ) throws -> Bool {
    guard runs.count > ChosenRuns.handful, !arguments.flag("yes"), Terminal.isTerminal(0),
      Terminal.isTerminal(2)
    else { return true }
    let question =
      "\(verb) \(runs.count) runs of \(queue.reference): "
      + "\(whose(try queue.owners(of: runs), Selection.ownNames))"
    return try isMeant(escapingControls(question))
  }

  /// Asks on a terminal. Returns false, and says that nothing was changed, if the answer is not yes.
  static func isMeant(_ question: String) throws -> Bool {
    let answer = Prompt.terminal.ask(question + " (y or n)", default: "n")
    if let answer, ["y", "yes", "Y", "YES", "Yes"].contains(answer) { return true }
    errorLine("spool: nothing was changed")
    return false
  }

  /// The owners of the runs in words: `300 of yours, 12 of ben's`.
  static func whose(_ owners: [(owner: String, count: Int)], _ own: [String]) -> String {
    let count = owners.filter { own.contains($0.owner) }.reduce(0) { $0 + $1.count }
    let others = owners.filter { !own.contains($0.owner) }
    var parts = count > 0 ? [others.isEmpty ? "all yours" : "\(count) of yours"] : []
    parts += others.prefix(3).map { "\($0.count) of \($0.owner)'s" }
    let rest = others.dropFirst(3)
    if !rest.isEmpty {
      parts.append(
        "\(rest.reduce(0) { $0 + $1.count }) of \(counted(rest.count, "other", "others"))")
    }
    return parts.isEmpty ? "owners unknown" : parts.joined(separator: ", ")
  }
}
