import SpoolProtocol

/// A program, and all that it starts: forked, let go, stopped, waited for.
///
/// Only the one thread of a process that adopts orphans uses it, and has one at a time. The program leads a
/// session and a group of its own, and dies with that thread.
final class ProcessTree {
  /// The program's process; its session and its group have the same number.
  let leader: Int32
  /// Readable when the program executes (end of file) or could not be executed.
  let report: Descriptor
  private let gate: Descriptor
  /// In use until ``report`` says that the program executes, or the leader has ended.
  private let room = StartRoom()
  /// How the leader ended; nil while it lives.
  private(set) var status: ChildStatus?
  /// Whether ``failure`` is known: the program executes, or could not be executed.
  private(set) var isReported = false
  /// Why the program could not be executed.
  private(set) var failure: CommandStart.Failure?
  /// Why processes do not end although they should, in words; nil while there is no sign of that.
  private(set) var refusal: String?
  /// The PATH in which the program is searched; nil if the variable is not set.
  let search: String?
  /// When they got KILL for the first time.
  private(set) var killedSince: Instant?
  private var teardown: Teardown?
  private var found: [Int32: Found] = [:]
  /// The first of them, in the order in which they were met: the record names no more.
  private var named: [Int32] = []
  private var count = 0

  /// A process that was still there when the leader had ended.
  private struct Found {
    let name: String
    var signal: LeftBehind.End?
    var isGone = false
  }

  /// Forks the program, which waits behind its gate until ``open()``. It is searched in the PATH of
  /// `variables`.
  init(
    _ argv: [String], _ variables: [(name: String, value: String)], in directory: String,
    input: Int32, output: Int32, error: Int32, mask: Int?
  ) throws(Errno) {
    search = variables.first { $0.name == "PATH" }?.value
    let gate = try DescriptorPair.pipe()
    let report = try DescriptorPair.pipe()
    leader = try CommandStart.start(
      argv.first ?? "", search: search, argv: argv,
      environment: variables.map { $0.name + "=" + $0.value }, directory: directory, input: input,
      output: output, error: error, gate: gate.first.number, gateWriter: gate.second.number,
      report: report.second.number, mask: UInt32(mask ?? 0o022), diesWithParent: true, in: room)
    self.gate = gate.second
    self.report = report.first
  }

  /// Lets the program go.
  func open() throws(Errno) { try gate.write([1]) }

  /// Ends the program behind its gate, and forgets it.
  func discard() {
    Child.signal(SignalNumber.kill, leader)
    Child.reap(leader)
  }

  /// Reads ``report``. Call it only once that is readable, or the leader has ended.
  func readReport() {
    if isReported { return }
    isReported = true
    guard let bytes = try? report.read(atMost: 64) else { return }
    if bytes.isEmpty { room.giveBack() }
    failure = CommandStart.Failure(bytes)
  }

  /// Reaps all children that have ended: the leader, and orphans that this process has adopted.
  ///
  /// - Returns: Whether a process is left.
  func reap() -> Bool {
    while true {
      switch Child.look() {
      case .living: return true
      case .none: return Child.isGroupLeft(leader)
      case .ended(leader, let status):
        self.status = status
        readReport()
      case .ended(let pid, _):
        found[pid]?.isGone = true
        if status != nil { teardown?.lookAgain() }
      }
    }
  }

  // MARK: Stopping

  /// Sends a signal to the program's group. Returns the error if no process of it could be reached.
  @discardableResult
  func signal(_ number: Int32) -> Errno? {
    let refusal = Child.trySignal(number, -leader)
    // A stopped process handles the signal only after it is continued.
    if number != SignalNumber.kill, number != SignalNumber.stop {
      Child.signal(SignalNumber.continue, -leader)
    }
    return refusal
  }

  /// Begins to stop the program, and replaces the teardown that is under way, if any.
  func stop(_ teardown: Teardown) {
    self.teardown = teardown
    killedSince = nil
    play()
  }

  /// The leader has ended: begins to stop the processes that it left behind, by
  /// ``Teardown/leftovers(respite:after:at:)``.
  func clear(respite: TimeSpan) {
    teardown = .leftovers(respite: respite, after: teardown, at: .now)
    killedSince = nil
    refusal = nil
  }

  /// Skips the steps before KILL.
  func hurry() { teardown?.hurry(at: .now) }

  /// When ``play()`` is to be called again.
  var next: Instant { teardown?.next ?? .last }

  /// Sends the signal that is due by now, if any.
  func play() {
    let now = Instant.now
    guard let signal = teardown?.due(at: now) else { return }
    let isKilling = teardown?.isKilling == true
    let isChanged: Bool
    if status == nil, !isKilling {
      // The leader passes the signal on to the processes that it started, or does not.
      isChanged = false
      note(self.signal(signal) == nil ? [] : [leader], among: [leader], now)
    } else {
      if isKilling, killedSince == nil { killedSince = now }
      isChanged = send(signal, isKilling, now)
    }
    teardown?.looked(at: now, isChanged: isChanged)
  }

  /// Sends each process the signal: KILL each time, another only once.
  ///
  /// - Returns: Whether a process is new, or has gone, since the last look.
  private func send(_ signal: Int32, _ isKilling: Bool, _ now: Instant) -> Bool {
    if isKilling { Child.signal(signal, -leader) }
    var living = Child.descendants()
    // Where the system does not tell of descendants.
    if status == nil, !living.contains(leader) { living.append(leader) }
    let isChanged = status != nil && meet(living)
    var refused: Set<Int32> = []
    for pid in living where isKilling || found[pid]?.signal == nil {
      let isRefused = Child.trySignal(signal, pid) != nil
      found[pid]?.signal = isRefused ? .itself : isKilling ? .kill : .term
      if !isKilling { Child.signal(SignalNumber.continue, pid) }
      if isRefused, isKilling { refused.insert(pid) }
    }
    note(refused, among: living, now)
    return isChanged
  }

  /// Notes the processes that are new, and those that have gone. Returns whether there are any.
  private func meet(_ living: [Int32]) -> Bool {
    var isChanged = false
    for pid in living where found[pid]?.isGone != false {
      isChanged = true
      count += 1
      found[pid] = Found(name: ProcessFacts.name(of: pid))
      if named.count < LeftBehind.limit { named.append(pid) }
    }
    let still = Set(living)
    for pid in found.keys where found[pid]?.isGone == false && !still.contains(pid) {
      isChanged = true
      found[pid]?.isGone = true
    }
    return isChanged
  }

  /// Determines ``refusal``.
  private func note(_ refused: Set<Int32>, among living: [Int32], _ now: Instant) {
    refusal = Refusal(living, refused: refused, killedFor: killedSince.map { now - $0 }).map {
      ProcessFacts(of: $0.pid).words($0.isRefused ? .notPermitted : nil)
        + (status != nil && $0.others > 0 ? "; and \($0.others) more" : "")
    }
  }

  /// The processes that the leader left behind. Returns nil if there were none.
  var leftBehind: LeftBehind? {
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
