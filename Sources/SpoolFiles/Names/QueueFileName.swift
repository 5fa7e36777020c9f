/// The parsed name of a file in `queued/`, `starting/` or `running/`.
///
///     50-20261122T131501.482913Z-train-9x7c.json             waiting
///     50-20261122T131501.482913Z-train-9x7c@gpu1-k3f9.12.json   claimed as gpu1-k3f9.12
///
/// Both prefixes may be missing in a dropped file. A prefix is removed only if something is left after it.
package struct QueueFileName: Sendable, Hashable {
  /// Two digits, 00 first; nil if missing, which counts as 99.
  package let priority: Int?
  /// The submission time of the run, as text that sorts by time; nil if missing.
  package let stamp: String?
  /// The rest: the run's name, or the text from which the name is made.
  package let base: String
  /// The claim that holds the run; nil if no claim holds it.
  package let claim: ClaimName?
  /// Whether the file is held, or being edited; no agent takes such a file.
  package let parked: Parked?

  /// The reason why agents do not take a waiting file.
  package enum Parked: String, Sendable, Hashable {
    /// The file is held: `NAME.json.held`.
    case held
    /// The file is being edited: `NAME.json.editing`.
    case editing
  }

  /// The effective priority: 0 first, 99 last.
  package var effectivePriority: Int { priority ?? 99 }

  /// Whether the name has both prefixes: launch writes them, and a claim adds them to a dropped file.
  package var isFull: Bool { priority != nil && stamp != nil && RunName.isValid(base) }

  /// The run's name, unless another run already has it.
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

  /// Parses a file's name. Returns nil if it is not a job's: it has a leading dot, or another ending.
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

  package static let ending = ".json"

  /// The whole name of the file.
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

  /// The name of the run's file under `claim`, or without a claim if nil.
  package func claimed(by claim: ClaimName?) -> QueueFileName {
    QueueFileName(priority: priority, stamp: stamp, base: base, claim: claim, parked: nil)
  }

  /// The name of the file when it is parked in this way, or not parked if nil.
  package func parked(_ parked: Parked?) -> QueueFileName {
    QueueFileName(priority: priority, stamp: stamp, base: base, claim: claim, parked: parked)
  }

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
    // Such as 20261122T131501.482913Z-
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
