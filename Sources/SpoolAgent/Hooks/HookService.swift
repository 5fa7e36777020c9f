import Dispatch
import SpoolProtocol

/// Begins the hooks that ended runs ask for, each in a process of its own.
///
/// A hook takes no slot, and nothing waits for it: its process outlives the agent. Any number of agents
/// may serve a queue; the record in the run's folder decides whose process executes the hook.
/// Confined to the agent's Dispatch queue.
final class HookService: @unchecked Sendable {
  // @unchecked: all state is confined to `queue`.
  private let queue: DispatchQueue
  private let executable: String
  private let say: (AgentEvent) -> Void
  private let changed: () -> Void
  private let watch: (String) -> Void
  private var places: [String: Place] = [:]
  /// The hooks that this agent's processes execute, by the paths of their requests.
  private var running: Set<String> = []
  /// Processes whose hook has ended. They may still wait for processes that it left running.
  private var lingering: [Int32] = []

  /// How many hooks an agent lets run at a time.
  static let limit = 4
  /// The time until a request that failed is tried again.
  private static let patience = TimeSpan.seconds(5)

  /// The state of a queue's `hooks/`.
  private struct Place {
    var needsLook = true
    /// The requests that are not begun yet, in the order in which they were seen.
    private(set) var requests: ArraySlice<HookRequest> = []
    private var known: Set<HookRequest> = []
    /// Whether a request waits until the queue is empty.
    var awaitsEmptiness = false
    /// Whether the last listings, which are not of one moment, had no run.
    var seemsEmpty = false
    /// The folders that do not change while a queue is empty.
    var folders = Stillness(of: [.queued, .starting, .running, .sweeps])
    /// When to look without an event whether the queue is empty, and the pause after that.
    var lookAt = Instant.last
    var pause = HookService.firstPause
    /// Requests that failed, and when they are tried again.
    var postponed: [HookRequest: Instant] = [:]
    /// The last trouble that was reported, so that it is reported once.
    var said = ""

    /// Whether nothing is to be begun or looked for.
    var isIdle: Bool { !needsLook && !awaitsEmptiness && requests.isEmpty && postponed.isEmpty }

    mutating func awaitEmptiness() {
      awaitsEmptiness = true
      pause = HookService.firstPause
      lookAt = .last
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

    /// Replaces all requests with those of a listing.
    mutating func replace(with found: [HookRequest]) {
      known = []
      requests = []
      let there = Set(found)
      postponed = postponed.filter { there.contains($0.key) }
      for request in found { add(request) }
    }

    /// Takes back failed requests whose time has come. Returns the time of the next one.
    mutating func takeBackPostponed() -> Instant {
      let now = Instant.now
      for request in postponed.filter({ now >= $0.value }).keys {
        postponed[request] = nil
        add(request)
      }
      return postponed.values.min() ?? .last
    }
  }

  // The request appears before the file leaves running/, and no event reports the latter: look again soon.
  private static let firstPause = TimeSpan.milliseconds(25)
  private static let lastPause = TimeSpan.seconds(2)

  /// - Parameters:
  ///   - queue: The agent's.
  ///   - executable: The path of this program, which has the hidden verb `_hook`.
  ///   - say: Called with each event.
  ///   - watch: Called with a directory whose changes are to be told to ``take(_:in:)`` from now on.
  ///   - changed: Called when a hook has ended.
  init(
    queue: DispatchQueue, executable: String, say: @escaping (AgentEvent) -> Void,
    watch: @escaping (String) -> Void, changed: @escaping () -> Void
  ) {
    self.queue = queue
    self.executable = executable
    self.say = say
    self.watch = watch
    self.changed = changed
  }

  // MARK: Events

  /// Lets the next ``look(at:)`` list the queue's `hooks/`.
  func needsLook(at queue: Queue) {
    places[queue.path, default: Place()].needsLook = true
  }

  /// Handles a change in the `hooks/` of a queue.
  func take(_ change: DirectoryChange, in queue: Queue) {
    // The name spares a listing, which may be long where hooks take their time.
    guard let name = change.name, !change.isOver else { return needsLook(at: queue) }
    if let request = HookRequest(name) {
      places[queue.path, default: Place()].add(request)
    } else if name == Queue.emptyHookFile {
      places[queue.path, default: Place()].awaitEmptiness()
    }
  }

  // MARK: Looking

  /// Begins the hooks that are asked for in the queues.
  ///
  /// - Returns: When to look again without an event.
  func look(at queues: [ServedQueue]) -> Instant {
    lingering.removeAll { Child.hasEnded($0) }
    var wake = Instant.last
    for served in queues {
      let queue = served.queue
      if places[queue.path]?.isIdle == true { continue }
      do throws(SpoolError) {
        wake = Swift.min(wake, try look(at: queue, served.kind))
        places[queue.path]?.said = ""
      } catch {
        if places[queue.path]?.said != error.message {
          say(.trouble(queue: queue.reference, message: error.message))
        }
        places[queue.path]?.said = error.message
        wake = Swift.min(wake, .now + .seconds(2))
      }
    }
    return wake
  }

  private func look(at queue: Queue, _ kind: FileSystemKind) throws(SpoolError) -> Instant {
    var place = places[queue.path] ?? Place()
    defer { places[queue.path] = place }
    if place.needsLook {
      // Before the listing, so that no request falls between the two. Watched again each time: it may be
      // another directory now.
      watch(queue.path(.hooks))
      let found = try queue.hookRequests()
      place.needsLook = false
      place.replace(with: found.requests)
      place.awaitsEmptiness = false
      if found.awaitsEmptiness { place.awaitEmptiness() }
    }
    let retry = place.takeBackPostponed()
    if place.awaitsEmptiness { try lookForEmptiness(queue, kind, &place) }
    begin(queue, &place)
    return Swift.min(retry, place.awaitsEmptiness ? place.lookAt : .last)
  }

  /// Takes the request that waits for the queue to be empty, if the queue is empty at one moment. Listings
  /// that follow one another do not prove that.
  private func lookForEmptiness(
    _ queue: Queue, _ kind: FileSystemKind, _ place: inout Place
  ) throws(SpoolError) {
    let wasStill = try place.folders.look(at: queue, kind)
    place.seemsEmpty = try queue.sightings.isWorkedOff()
    guard place.seemsEmpty else {
      // The end of a later run asks again. After some looks it is another run that keeps the queue from
      // being empty, and an event reports its end.
      let now = Instant.now
      if place.pause >= Self.lastPause {
        place.lookAt = .last
      } else if now >= place.lookAt || place.lookAt == .last {
        place.lookAt = now + place.pause
        place.pause = place.pause * 2
      }
      return
    }
    guard try place.folders.look(at: queue, kind), wasStill else {
      place.lookAt = .now + Stillness.pause(kind)
      return
    }
    place.awaitsEmptiness = false
    place.seemsEmpty = false
    if let request = try queue.claimEmptyHook() { place.add(request) }
  }

  private func begin(_ queue: Queue, _ place: inout Place) {
    while running.count < Self.limit, let request = place.take() {
      let path = queue.path(.hooks, request.file)
      // The same hook is under way, or another agent was quicker: no process is needed.
      if running.contains(path) || (try? System.information(path)) == nil { continue }
      do throws(Errno) {
        try start(request, queue)
        running.insert(path)
      } catch {
        say(
          .trouble(
            queue: queue.reference, message: "\(request.file): cannot start a process: \(error)"))
        place.postponed[request] = Self.later
      }
    }
  }

  /// Starts the process that executes a hook, and waits for its report on a pipe. The process outlives the
  /// agent.
  ///
  /// A thread waits for it and not a source of Dispatch: libdispatch reads freed memory where the source
  /// of a pipe is cancelled just when the other end closes it, which every one of these does.
  private func start(_ request: HookRequest, _ queue: Queue) throws(Errno) {
    let ends = try DescriptorPair.pipe()
    let input = try System.openFollowing("/dev/null")
    let error = try System.openForWriting("/dev/null")
    let pid = try CommandStart.start(
      executable, argv: ["spool", HookExecution.word, queue.path, request.file],
      environment: RunnerProcess.environment, directory: "/", input: input.number,
      output: ends.second.number, error: error.number, adoptsOrphans: true)
    let ended: @Sendable (HookReport?) -> Void = { [weak self] report in
      // The process may still wait for processes that the hook left running.
      self?.lingering.append(pid)
      self?.heard(report, request, queue)
    }
    let pipe = HeldFile(ends.first)
    let confined = self.queue
    // A queue of its own has a thread of its own.
    DispatchQueue(label: "spool.hook").async {
      let said = (try? pipe.file.readAll(limit: 1 << 20)) ?? []
      // The last line counts.
      let report = said.split(separator: UInt8(ascii: "\n")).last.flatMap { HookReport(Array($0)) }
      confined.async { ended(report) }
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
      places[queue.path]?.postponed[request] = isFinal ? .last : Self.later
    }
    changed()
  }

  private static var later: Instant { .now + patience }

  // MARK: Leaving

  /// Looks afresh whether hooks are asked for and not begun or, if `untilEnded`, under way. Requests that
  /// failed do not count.
  ///
  /// - Returns: When to look again without an event; nil if the agent may leave.
  func busy(in queues: [ServedQueue], untilEnded: Bool) -> Instant? {
    for served in queues { places[served.queue.path, default: Place()].needsLook = true }
    let wake = look(at: queues)
    let isAsked = places.values.contains {
      !$0.requests.isEmpty || $0.awaitsEmptiness && $0.seemsEmpty
    }
    return isAsked || untilEnded && !running.isEmpty ? wake : nil
  }
}
