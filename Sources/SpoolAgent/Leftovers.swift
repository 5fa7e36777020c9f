import SpoolProtocol

/// The processes that a command, or a hook, has left behind: brought to their end, and told of.
///
/// They get TERM, and KILL five seconds later. What cannot be ended is waited for, with looks that grow
/// apart. Used by the one thread of a process that adopts orphans.
final class Leftovers {
  /// Seconds from TERM to KILL.
  static let grace = 5.0

  private let group: Int32
  private let termAt: Int64
  private var killAt: Int64
  private var found: [Int32: Found] = [:]
  /// In the order in which they were met, as many as are named.
  private var named: [Int32] = []
  private var count = 0
  private var pause = Leftovers.firstPause
  private var killedSince: Int64?
  /// Why some do not end, in words; nil: nothing says so.
  private(set) var refusal: String?

  private static let firstPause: Int64 = 10_000_000
  private static let lastPause: Int64 = 10_000_000_000

  private struct Found {
    let name: String
    var signal: LeftBehind.End?
    var isGone = false
    var isRefused = false
  }

  /// - Parameters:
  ///   - group: That of the command; its leader has ended.
  ///   - termAt: When what is still there gets TERM.
  ///   - killAt: When it gets KILL.
  init(group: Int32, termAt: Int64, killAt: Int64) {
    self.group = group
    self.termAt = termAt
    self.killAt = killAt
  }

  /// KILL follows at once.
  func hurry() { killAt = Swift.min(killAt, Clock.sinceBoot) }

  /// Takes those that ended, and signals the others when it is time.
  ///
  /// - Returns: When to look again; nil: none is left.
  func look() -> Int64? {
    while true {
      let look = Child.look()
      if case .ended(let pid, _) = look {
        found[pid]?.isGone = true
        continue
      }
      if look == .none, !isGroupLeft { return nil }
      break
    }
    let now = Clock.sinceBoot
    let isKilling = now >= killAt
    if now < termAt, !isKilling { return Swift.min(termAt, killAt) }
    let isNew = signalAll(isKilling)
    if isKilling {
      if killedSince == nil { killedSince = now }
      // As long as there are others each time, it is a matter of being quick.
      pause = isNew ? Self.firstPause : Swift.min(pause * 2, Self.lastPause)
      noteRefusal(now)
      return now + pause
    }
    pause = isNew ? Self.firstPause : Swift.min(pause * 2, 200_000_000)
    return Swift.min(killAt, now + pause)
  }

  /// Elsewhere than on Linux orphans have another parent, and only their group tells of them.
  private var isGroupLeft: Bool {
    #if os(Linux)
      return false
    #else
      return Child.groupLives(group)
    #endif
  }

  /// Sends each its signal; whether one was met for the first time, or has gone since.
  private func signalAll(_ isKilling: Bool) -> Bool {
    let living = Child.descendants()
    var isNew = false
    for pid in living where found[pid]?.isGone != false {
      isNew = true
      count += 1
      found[pid] = Found(name: ProcessFacts.name(of: pid))
      if named.count < LeftBehind.limit { named.append(pid) }
    }
    let still = Set(living)
    for pid in found.keys where found[pid]?.isGone == false && !still.contains(pid) {
      found[pid]?.isGone = true
      isNew = true
    }
    if isKilling {
      Child.signal(SignalNumber.kill, -group)
      for pid in living {
        let error = Child.trySignal(SignalNumber.kill, pid)
        found[pid]?.isRefused = error != nil
        found[pid]?.signal = error == nil ? .kill : .itself
      }
      return isNew
    }
    for pid in living where found[pid]?.signal == nil {
      let error = Child.trySignal(SignalNumber.term, pid)
      found[pid]?.signal = error == nil ? .term : .itself
      // One that was stopped takes no notice before it is continued.
      Child.signal(SignalNumber.continue, pid)
    }
    return isNew
  }

  /// Says why they do not end: at once where that is forbidden, after a second else.
  private func noteRefusal(_ now: Int64) {
    let isLate = now - (killedSince ?? now) >= 1_000_000_000
    let stuck = found.filter { !$0.value.isGone && ($0.value.isRefused || isLate) }.keys.sorted()
    guard let pid = stuck.first else {
      refusal = nil
      return
    }
    let error: Errno? = found[pid]?.isRefused == true ? .notPermitted : nil
    refusal =
      ProcessFacts(of: pid).words(error)
      + (stuck.count > 1 ? "; and \(stuck.count - 1) more" : "")
  }

  /// What was left; nil: nothing was.
  var record: LeftBehind? {
    if count == 0 { return nil }
    return LeftBehind(
      count: count,
      processes: named.compactMap { pid in
        guard let process = found[pid] else { return nil }
        return LeftBehind.Process(
          pid: Int(pid), name: process.name,
          end: process.isGone ? process.signal ?? .itself : .lives)
      })
  }
}
