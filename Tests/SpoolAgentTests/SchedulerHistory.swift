import SpoolQueue
import SpoolTesting

@testable import SpoolAgent

/// A random history of queues, and what must hold after each event of it.
struct SchedulerHistory {
  /// The first thing that was wrong; shared with what watches the claims.
  final class Verdict {
    var problem: String?
    var events: [String]?
    /// Whether `spool why` is asked, too.
    var asksWhy = false
    /// Of each queue, the file that was claimed last in this round.
    var last: [Int: String] = [:]
    /// The queue that has claimed last in this round, and those that had their turn and claimed nothing.
    var turn: Int?
    var idle: Set<Int> = []
    /// A run that room is to be kept for in this round.
    var kept: (file: WaitingFile, demand: Demand)?

    func note(_ words: @autoclosure () -> String) {
      if problem == nil { problem = words() }
    }
  }

  var dice: SeededGenerator
  var scene: SchedulerScene
  let verdict = Verdict()
  private var dropped = 0
  /// How many runs of a sweep may run at a time.
  let sweepLimit: Int?
  /// What happened; nil if that was not wanted.
  var events: [String]? { verdict.events }

  init(seed: UInt64, asksWhy: Bool = false, keepsEvents: Bool = false) {
    if keepsEvents { verdict.events = [] }
    verdict.asksWhy = asksWhy
    var dice = SeededGenerator(state: seed)
    scene = SchedulerScene(
      slots: Int.random(in: 1...4, using: &dice), gpus: Int.random(in: 0...2, using: &dice),
      queues: Int.random(in: 1...2, using: &dice))
    scene.logs = false
    for run in ["x", "y"] where Bool.random(using: &dice) { scene.states[run] = .underWay }
    sweepLimit = Bool.random(using: &dice) ? 1 : nil
    self.dice = dice
    scene.check = { [verdict] scene, claim in Self.check(claim, scene, verdict) }
  }

  /// Plays so many events. Returns what was wrong first; nil if nothing was.
  mutating func play(_ count: Int) -> String? {
    for _ in 0..<count {
      event()
      settle()
      if let problem = verdict.problem { return problem }
    }
    return nil
  }

  // MARK: Events

  private mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &dice) }

  private func record(_ words: @autoclosure () -> String) {
    if verdict.events != nil { verdict.events?.append(words()) }
  }

  private mutating func event() {
    let queue = roll(scene.files.count)
    switch roll(16) {
    case 0...5: for _ in 0...roll(2) { drop(queue) }
    case 6, 7: endSome()
    case 8: pass([0.05, 0.5, 1, 5, 60, 700][roll(6)])
    case 9: pass([5, 700][roll(2)])
    case 10: holdOrRemove(queue)
    case 11:
      scene.scheduler.queues[queue].isPaused.toggle()
      record("pause or resume \(queue)")
    case 12:
      scene.scheduler.queues[queue].use(maxRunning: [nil, 1, 2][roll(3)])
      scene.scan(queue)
      record("settings of \(queue)")
    case 13: useOfOthers(queue)
    case 14:
      if roll(2) == 0 {
        scene.scheduler.queues[queue].goAway()
        record("away \(queue)")
      } else {
        scene.scan(queue)
        record("scan \(queue)")
      }
    default: endOfAwaited()
    }
  }

  private mutating func drop(_ queue: Int) {
    dropped += 1
    let isSweep = roll(8) == 0
    let zeros = String(repeating: "0", count: dropped < 10 ? 3 : dropped < 100 ? 2 : 1)
    let file = "\(1 + roll(3))0-" + (isSweep ? "s-abcd-" + zeros : "r") + "\(dropped).json"
    var facts = SchedulerScene.Facts()
    facts.demand.slots = [1, 1, 1, 2, 3, 5][roll(6)]
    facts.demand.gpus = ([0, 0, 0, 1, 2, 0.5, 0.25, 0.875] as [GPUAmount])[roll(8)]
    facts.demand.since = SchedulerScene.time(scene.seconds - [0, 0, 0, 650][roll(4)])
    if isSweep {
      facts.sweep = "s-abcd"
      facts.limit = sweepLimit
    }
    switch roll(12) {
    case 0: facts.demand.notBefore = SchedulerScene.time(scene.seconds + 5)
    case 1: facts.failedUntil = scene.seconds + 5
    case 2: facts.retryUntil = scene.seconds + 0.5
    case 3, 4:
      let run = ["x", "y", "r\(dropped - 1)"][roll(3)]
      if run.hasPrefix("r"), roll(4) > 0 { scene.states[run] = .underWay }
      if roll(2) == 0 { facts.demand.wait(ok: [run]) } else { facts.demand.wait(failed: [run]) }
    case 5: facts.demand.labels = [["box"], ["big"]][roll(2)]
    case 6: facts.missing = "srun"
    default: break
    }
    switch roll(20) {
    case 0: facts.kind = [.unclear, .wrong, .incomplete][roll(3)]
    case 1: facts.kind = [.leftAlone, .refused, .vanished, .broken][roll(4)]
    case 2: facts.claim = [.lost, .reserved, .crowded, .refused, .broken, .noRunner][roll(6)]
    default: break
    }
    scene.files[queue][file] = facts
    scene.scheduler.queues[queue].fileAppeared(file)
    record("drop \(file) in \(queue)")
  }

  private mutating func endSome() {
    // In an order that does not depend on how dictionaries are kept.
    let claims = scene.mine.keys.sorted { $0.number < $1.number }
    guard !claims.isEmpty else { return }
    let claim = claims[roll(claims.count)]
    switch roll(5) {
    case 0:
      scene.start(claim)
      record("start \(claim)")
    case 1:
      scene.over(claim)
      record("over \(claim)")
    default:
      scene.mine[claim] = nil
      scene.scheduler.noteEnd(of: claim)
      record("end \(claim)")
    }
  }

  private mutating func pass(_ seconds: Double) {
    scene.seconds += seconds
    record("\(seconds) s")
  }

  private mutating func holdOrRemove(_ queue: Int) {
    guard let file = scene.files[queue].keys.sorted().first else { return }
    let facts = scene.files[queue].removeValue(forKey: file)
    // The old name is not told of, and the new one is no agent's.
    if roll(2) == 0, let facts {
      scene.files[queue][file + ".held"] = facts
      scene.scheduler.queues[queue].fileAppeared(file + ".held")
    }
    record("hold or remove \(file)")
  }

  private mutating func useOfOthers(_ queue: Int) {
    if scene.others.isEmpty {
      scene.others = [(queue, "other", Demand())]
    } else {
      scene.others = []
    }
    let mine = scene.scheduler.gpusInUse(beside: HostUse.Total())
    scene.lockedGPUs = roll(2) == 0 ? [] : Set(scene.gpus.map { $0.id }).subtracting(mine.keys)
    scene.lockedParts = [:]
    if roll(2) == 0, let gpu = scene.gpus.first?.id, mine[gpu] ?? 0 < 8 {
      scene.lockedParts[gpu] = 1 + roll(8 - (mine[gpu] ?? 0))
    }
    scene.isUnsureOfGPUs = roll(3) == 0
    record(
      "others: \(scene.others.count) and gpus \(scene.lockedGPUs.sorted()),"
        + " parts \(scene.lockedParts)"
        + (scene.isUnsureOfGPUs ? ", unsure" : ""))
  }

  private mutating func endOfAwaited() {
    let run = ["x", "y"][roll(2)]
    let state: RunState = [.finished, .failed][roll(2)]
    guard scene.states[run] == .underWay else { return }
    scene.states[run] = .ended(state)
    for queue in scene.files.indices { scene.end(run, state, in: queue) }
    record("\(run) \(state)")
  }
}
