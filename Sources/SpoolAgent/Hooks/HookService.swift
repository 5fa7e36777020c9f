import Dispatch
import SpoolProtocol

/// Begins the hooks that ended runs ask for, each in a process of its own.
///
/// A hook takes no slot, and nothing waits for one: its process outlives the agent. Any number of
/// agents may look at a queue; the record in the run's folder decides whose process executes it.
/// Confined to the agent's Dispatch queue.
final class HookService: @unchecked Sendable {
  // @unchecked: all state is confined to `queue`.
  private let queue: DispatchQueue
  private let executable: String
  private let say: (AgentEvent) -> Void
  private let changed: () -> Void
  private var watcher: DirectoryWatcher?
  private var places: [String: Place] = [:]
  /// The hooks that this agent's processes execute, by the paths of their requests.
  private var running: Set<String> = []
  /// Processes whose hook has ended, and that may wait for what it left running.
  private var lingering: [Int32] = []

  /// How many hooks an agent lets run at a time.
  static let limit = 4
  /// Seconds after which a request that could not be followed is looked at again.
  private static let patience = 5.0

  /// What is known of a queue's `hooks/`.
  private struct Place {
    var needsLook = true
    /// What was asked for and not begun yet, in the order in which it was seen.
    private(set) var requests: ArraySlice<HookRequest> = []
    private var known: Set<HookRequest> = []
    /// A run waits for the queue to be empty.
    var awaitsEmptiness = false
    /// Nothing waits and nothing runs, as far as single listings say.
    var seemsEmpty = false
    /// What stands still while a queue is empty.
    var folders = Stillness(of: [.queued, .starting, .running, .sweeps])
    /// When to look whether it is empty without any event, and how long to wait after that.
    var lookAt = Int64.max
    var pause = HookService.firstPause
    /// Requests that failed, and when they are tried again.
    var postponed: [HookRequest: Int64] = [:]
    /// What this agent wrote about `hooks/` last, so that it is said once.
    var said = ""

    mutating func awaitEmptiness() {
      awaitsEmptiness = true
      pause = HookService.firstPause
      lookAt = .max
    }

    mutating func add(_ request: HookRequest) {
      if postponed[request] == nil, known.insert(request).inserted { requests.append(request) }
    }

    /// Takes out the request that was seen first.
    mutating func take() -> HookRequest? {
      guard let first = requests.popFirst() else { return nil }
      known.remove(first)
      return first
    }

    /// Takes in what a listing had, and nothing else.
    mutating func replace(with found: [HookRequest]) {
      known = []
      requests = []
      let there = Set(found)
      postponed = postponed.filter { there.contains($0.key) }
      for request in found { add(request) }
    }

    /// Takes back what failed and whose time has come; returns when the next one's comes.
    mutating func takeBackPostponed() -> Int64 {
      let now = Clock.sinceBoot
      for request in postponed.filter({ now >= $0.value }).keys {
        postponed[request] = nil
        add(request)
      }
      return postponed.values.min() ?? .max
    }
  }

  // An ended run asks before its file leaves running/, which nobody tells of: soon after that.
  private static let firstPause: Int64 = 25_000_000
  private static let lastPause: Int64 = 2_000_000_000

  /// - Parameters:
  ///   - queue: The agent's.
  ///   - executable: The path of this program, which has the hidden verb `_hook`.
  ///   - say: Called with each event.
  ///   - changed: Called when there is something to look at, or a hook ended.
  init(
    queue: DispatchQueue, executable: String, say: @escaping (AgentEvent) -> Void,
    changed: @escaping () -> Void
  ) {
    self.queue = queue
    self.executable = executable
    self.say = say
    self.changed = changed
    watcher = try? DirectoryWatcher(queue: queue) { [weak self] changes in self?.told(changes) }
  }

  // MARK: What wakes it

  /// Looks at the queue's `hooks/` at the next ``look(at:)``: it was just scanned.
  func needsLook(at queue: Queue) {
    places[queue.path, default: Place()].needsLook = true
  }

  private func told(_ changes: [DirectoryChange]) {
    for path in places.keys {
      for change in changes where change.directory == path + "/" + Queue.Folder.hooks.rawValue {
        // The name spares a listing, which may be long where hooks take their time.
        if let name = change.name, !change.isOver {
          told(name, &places[path, default: Place()])
        } else {
          places[path]?.needsLook = true
        }
      }
    }
    changed()
  }

  private func told(_ name: String, _ place: inout Place) {
    if let request = HookRequest(name) {
      place.add(request)
    } else if name == Queue.emptyHookFile {
      place.awaitEmptiness()
    }
  }

  // MARK: Looking

  /// Begins what is asked for in the queues that can be reached.
  ///
  /// - Returns: When to look again without an event, by ``SpoolSystem/Clock/sinceBoot``.
  func look(at queues: [ServedQueue]) -> Int64 {
    lingering.removeAll { Child.hasEnded($0) }
    var wake = Int64.max
    for served in queues where !served.isAway {
      let queue = served.queue
      do throws(SpoolError) {
        wake = Swift.min(wake, try look(at: queue, served.kind))
        places[queue.path]?.said = ""
      } catch {
        if places[queue.path]?.said != error.message {
          say(.trouble(queue: queue.reference, message: error.message))
        }
        places[queue.path]?.said = error.message
        wake = Swift.min(wake, Clock.sinceBoot + 2_000_000_000)
      }
    }
    return wake
  }

  private func look(at queue: Queue, _ kind: FileSystemKind) throws(SpoolError) -> Int64 {
    var place = places[queue.path] ?? Place()
    defer { places[queue.path] = place }
    if place.needsLook {
      // Before the listing: what comes after it is told. To watch again what is watched changes
      // nothing, and it may be another directory now.
      try? watcher?.watch(queue.path(.hooks))
      let found = try queue.hookRequests()
      place.needsLook = false
      place.replace(with: found.requests)
      place.awaitsEmptiness = false
      if found.awaitsEmptiness { place.awaitEmptiness() }
    }
    let retry = place.takeBackPostponed()
    if place.awaitsEmptiness { try lookForEmptiness(queue, kind, &place) }
    begin(queue, &place)
    return Swift.min(retry, place.awaitsEmptiness ? place.lookAt : .max)
  }

  /// Takes the request that waits for the queue to be empty, if it is: at one moment, and not in listings
  /// that follow one another.
  private func lookForEmptiness(
    _ queue: Queue, _ kind: FileSystemKind, _ place: inout Place
  ) throws(SpoolError) {
    let wasStill = try place.folders.look(at: queue, kind)
    place.seemsEmpty = try queue.sightings.isWorkedOff()
    guard place.seemsEmpty else {
      // Whoever ends a run later asks again. After some looks, what keeps the queue from being empty is
      // not the run that asked, and its end is told.
      let now = Clock.sinceBoot
      if place.pause >= Self.lastPause {
        place.lookAt = .max
      } else if now >= place.lookAt || place.lookAt == .max {
        place.lookAt = now + place.pause
        place.pause *= 2
      }
      return
    }
    guard try place.folders.look(at: queue, kind), wasStill else {
      place.lookAt = Clock.sinceBoot + Stillness.pause(kind)
      return
    }
    place.awaitsEmptiness = false
    place.seemsEmpty = false
    if let request = try queue.claimEmptyHook() { place.add(request) }
  }

  private func begin(_ queue: Queue, _ place: inout Place) {
    while running.count < Self.limit, let request = place.take() {
      let path = queue.path(.hooks, request.file)
      // Asked for once more while it is under way; or another agent was quicker, which spares a process.
      if running.contains(path) || (try? System.information(path)) == nil { continue }
      do throws(Errno) {
        try HookProcess.start(executable, queue.path, request, self.queue) {
          [weak self] report, pid in
          self?.lingering.append(pid)
          self?.heard(report, request, queue)
        }
        running.insert(path)
      } catch {
        say(
          .trouble(
            queue: queue.reference, message: "\(request.file): cannot start a process: \(error)"))
        place.postponed[request] = Self.later
      }
    }
  }

  private func heard(_ report: HookReport?, _ request: HookRequest, _ queue: Queue) {
    running.remove(queue.path(.hooks, request.file))
    switch report ?? .failed("its process ended without a word", isFinal: false) {
    case .void: break
    case .ended(let run, let event, let reason, let duration, let isGood):
      say(
        .hook(
          queue: queue.reference, run: run, event: event.rawValue, reason: reason,
          duration: duration, isGood: isGood))
    case .failed(let message, let isFinal):
      say(.trouble(queue: queue.reference, message: "\(request.file): \(message)"))
      places[queue.path]?.postponed[request] = isFinal ? .max : Self.later
    }
    changed()
  }

  private static var later: Int64 { Clock.sinceBoot + Int64(patience * 1e9) }

  // MARK: Leaving

  /// Whether hooks are asked for and not begun, or, where their ends are waited for, under way: looks
  /// afresh. What failed is not waited for.
  ///
  /// - Returns: When to look again without an event, by ``SpoolSystem/Clock/sinceBoot``; nil: the agent
  ///   may leave.
  func busy(in queues: [ServedQueue], untilEnded: Bool) -> Int64? {
    for served in queues { places[served.queue.path, default: Place()].needsLook = true }
    let wake = look(at: queues)
    let isAsked = places.values.contains {
      !$0.requests.isEmpty || $0.awaitsEmptiness && $0.seemsEmpty
    }
    return isAsked || untilEnded && !running.isEmpty ? wake : nil
  }
}
