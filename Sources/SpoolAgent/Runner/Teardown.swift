import SpoolProtocol

/// How processes are stopped, as data: a list of signals, with a time for each. The last is always KILL.
///
/// A teardown sends nothing and reads no clock. A ``ProcessTree`` asks it which signal to send, and when to
/// ask again.
struct Teardown: Sendable, Equatable {
  /// A signal, and the time until the next one.
  struct Step: Sendable, Equatable {
    /// Nil if nothing is sent: the processes have time to end by themselves.
    var signal: Int32?
    /// The time until the next step begins.
    var duration: TimeSpan
    /// The first and the longest pause between two looks for processes that are new. The pauses double while
    /// nothing changes. Nil if there is one look only.
    var pauses: ClosedRange<TimeSpan>?

    /// Lasts until no process is left.
    static let kill = Step(
      signal: SignalNumber.kill, duration: .endless, pauses: .milliseconds(10) ... .seconds(10))
  }

  /// The current step and those that follow.
  private var steps: ArraySlice<Step>
  private var began: Instant
  private var pause: TimeSpan?
  private var isSent = false
  /// When it is to be asked again.
  private(set) var next: Instant

  /// Begins with the first step. Without steps it begins with KILL.
  init(_ steps: [Step] = [], at now: Instant) {
    self.steps = (steps + [.kill])[...]
    began = now
    next = now
  }

  /// For a command that lives: one signal, and the time to obey it.
  static func asking(_ signal: Int32, grace: TimeSpan, at now: Instant) -> Teardown {
    Teardown([Step(signal: signal, duration: grace, pauses: nil)], at: now)
  }

  /// For the processes that a command, or a hook, has left behind.
  ///
  /// - Parameters:
  ///   - respite: How long they may take to end by themselves, if the command was not stopped.
  ///   - stopping: The teardown of the command, if it was stopped. They get the rest of its time, 5 s at
  ///     most.
  static func leftovers(
    respite: TimeSpan, after stopping: Teardown?, at now: Instant
  ) -> Teardown {
    let grace = Swift.min(.seconds(5), stopping?.untilKill(at: now) ?? .endless)
    let ask = Step(
      signal: SignalNumber.term, duration: grace, pauses: .milliseconds(10) ... .milliseconds(200))
    if stopping != nil { return Teardown([ask], at: now) }
    return Teardown([Step(signal: nil, duration: respite, pauses: nil), ask], at: now)
  }

  /// Whether KILL is the current step.
  var isKilling: Bool { steps.count == 1 }

  /// The time until KILL; zero once it was due.
  func untilKill(at now: Instant) -> TimeSpan {
    let whole = steps.dropLast().reduce(.zero) { $0 + $1.duration }
    return Swift.max(.zero, began + whole - now)
  }

  /// The signal to send now. Returns nil if none is due before ``next``. After sending it, call
  /// ``looked(at:isChanged:)``.
  ///
  /// A step whose time is over is left out, but not the one signal with which a live command is asked: a grace
  /// of 0 means that KILL follows at once.
  mutating func due(at now: Instant) -> Int32? {
    while steps.count > 1, let step = steps.first, now >= began + step.duration,
      step.signal == nil || step.pauses != nil || isSent
    {
      steps.removeFirst()
      isSent = false
      began = began + step.duration
      pause = nil
      next = began
    }
    guard now >= next, let step = steps.first else { return nil }
    if step.signal == nil { next = began + step.duration }
    return step.signal
  }

  /// Determines when the next look is due.
  ///
  /// - Parameter isChanged: Whether processes were new or have gone. If so, the next look comes soon: new
  ///   processes may have started others.
  mutating func looked(at now: Instant, isChanged: Bool) {
    guard let step = steps.first else { return }
    isSent = true
    next = began + step.duration
    guard let pauses = step.pauses else { return }
    let span =
      if let pause, !isChanged { Swift.min(pause * 2, pauses.upperBound) } else {
        pauses.lowerBound
      }
    pause = span
    next = Swift.min(next, now + span)
  }

  /// A process has ended: makes the next look due at once, if the step has more than one.
  mutating func lookAgain() {
    if steps.first?.pauses != nil { next = .first }
  }

  /// Skips the steps before KILL.
  mutating func hurry(at now: Instant) {
    if !isKilling { self = Teardown(at: now) }
  }
}
