/// The name of a file in `queued/`, `starting/` or `running/`, taken apart.
///
///     50-20261122T131501.482913Z-train-9x7c.json             waiting
///     50-20261122T131501.482913Z-train-9x7c@gpu1-k3f9.12.json   claimed as gpu1-k3f9.12
///
/// Both prefixes may be missing in a file that somebody dropped; one is taken off only if
/// something is left.
package struct QueueFileName: Sendable, Hashable {
  /// Two digits, 00 first; nil if none is given, which counts as 99.
  package let priority: Int?
  /// When the run was submitted, as text that sorts by time; nil if none is given.
  package let stamp: String?
  /// What is left: the run's name, or what it is made from.
  package let base: String
  /// The claim that holds the run; nil if none does.
  package let claim: ClaimName?
  /// Whether it is held, or being edited; such a file is no agent's.
  package let parked: Parked?

  /// Why a waiting file is out of the agents' reach.
  package enum Parked: String, Sendable, Hashable {
    /// `NAME.json.held`.
    case held
    /// `NAME.json.editing`.
    case editing
  }

  /// The priority that counts: 0 first, 99 last.
  package var effectivePriority: Int { priority ?? 99 }

  /// Whether it has both prefixes: launch writes them, and a claim adds them to a dropped file.
  package var isFull: Bool { priority != nil && stamp != nil && RunName.isValid(base) }

  /// The run's name, as it is if no other run has it.
  package var run: String { RunName.cleaned(base) }

  package init(priority: Int, stamp: String, run: String) {
    self.priority = priority
    self.stamp = stamp
    base = run
    claim = nil
    parked = nil
  }

  private init(
    priority: Int?, stamp: String?, base: String, claim: ClaimName?, parked: Parked?
  ) {
    self.priority = priority
    self.stamp = stamp
    self.base = base
    self.claim = claim
    self.parked = parked
  }

  /// Takes a file's name apart; nil for what is no job: a leading dot, another ending.
  package init?(_ fileName: String) {
    guard fileName.utf8.first != UInt8(ascii: ".") else { return nil }
    var text = fileName[...]
    var parked: Parked?
    if let state = [Parked.held, .editing].first(where: { text.hasSuffix("." + $0.rawValue) }) {
      text = text.dropLast(state.rawValue.utf8.count + 1)
      parked = state
    }
    guard text.hasSuffix(Self.ending), text.utf8.count > Self.ending.utf8.count else { return nil }
    text = text.dropLast(Self.ending.utf8.count)
    var claim: ClaimName?
    if let at = text.utf8.lastIndex(of: UInt8(ascii: "@")),
      let name = ClaimName(String(text[text.utf8.index(after: at)...]))
    {
      claim = name
      text = text[..<at]
    }
    let (priority, afterPriority) = Self.takePriority(text)
    let (stamp, rest) = Self.takeStamp(afterPriority)
    self.init(
      priority: priority, stamp: stamp.map { String($0) }, base: String(rest), claim: claim,
      parked: parked)
  }

  /// `.json`.
  package static let ending = ".json"

  /// The file's name, whole.
  package var text: String {
    var text = ""
    if let priority { text += (priority < 10 ? "0" : "") + "\(priority)-" }
    if let stamp { text += stamp + "-" }
    text += base
    if let claim { text += "@" + claim.text }
    text += Self.ending
    if let parked { text += "." + parked.rawValue }
    return text
  }

  /// The name of the same run's file under `claim`, or under no claim.
  package func claimed(by claim: ClaimName?) -> QueueFileName {
    QueueFileName(priority: priority, stamp: stamp, base: base, claim: claim, parked: nil)
  }

  /// The same file, parked or not.
  package func parked(_ parked: Parked?) -> QueueFileName {
    QueueFileName(priority: priority, stamp: stamp, base: base, claim: claim, parked: parked)
  }

  /// The same file with another priority.
  package func withPriority(_ priority: Int) -> QueueFileName {
    QueueFileName(priority: priority, stamp: stamp, base: base, claim: claim, parked: parked)
  }

  private static func takePriority(_ text: Substring) -> (Int?, Substring) {
    let units = text.utf8
    guard units.count > 3, let high = digit(units, 0), let low = digit(units, 1),
      units[units.index(units.startIndex, offsetBy: 2)] == UInt8(ascii: "-")
    else { return (nil, text) }
    return (high * 10 + low, text[units.index(units.startIndex, offsetBy: 3)...])
  }

  private static func takeStamp(_ text: Substring) -> (Substring?, Substring) {
    // 20261122T131501.482913Z-
    let units = Array(text.utf8.prefix(24))
    guard text.utf8.count > 24, units[8] == UInt8(ascii: "T"),
      units[15] == UInt8(ascii: "."), units[22] == UInt8(ascii: "Z"),
      units[23] == UInt8(ascii: "-"),
      units.enumerated().allSatisfy({ at, unit in
        [8, 15, 22, 23].contains(at) || (0x30...0x39).contains(unit)
      })
    else { return (nil, text) }
    let end = text.utf8.index(text.startIndex, offsetBy: 23)
    return (text[..<end], text[text.utf8.index(after: end)...])
  }

  private static func digit(_ units: Substring.UTF8View, _ offset: Int) -> Int? {
    let unit = units[units.index(units.startIndex, offsetBy: offset)]
    return (0x30...0x39).contains(unit) ? Int(unit) - 0x30 : nil
  }
}
