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
    /// Nanoseconds until the next step begins.
    var duration: Int64
    /// The first and the longest pause between two looks for processes that are new, in nanoseconds. The
    /// pauses double while nothing changes. Nil if there is one look only.
    var pauses: ClosedRange<Int64>?

    /// Lasts until no process is left.
    static let kill = Step(
      signal: SignalNumber.kill, duration: .max, pauses: 10_000_000...10_000_000_000)
  }

  /// The current step and those that follow.
  private var steps: ArraySlice<Step>
  private var began: Int64
  private var pause: Int64?
  private var isSent = false
  /// When it is to be asked again, by ``Clock/sinceBoot``.
  private(set) var next: Int64

  /// Begins with the first step; `now` is by ``Clock/sinceBoot``. Without steps it begins with KILL.
  init(_ steps: [Step] = [], at now: Int64) {
    self.steps = (steps + [.kill])[...]
    began = now
    next = now
  }

  /// For a command that lives: one signal, and `grace` seconds to obey it.
  static func asking(_ signal: Int32, grace: Double, at now: Int64) -> Teardown {
    Teardown([Step(signal: signal, duration: Int64(nanosecondsOf: grace), pauses: nil)], at: now)
  }

  /// For the processes that a command, or a hook, has left behind.
  ///
  /// - Parameters:
  ///   - respite: Seconds in which they may end by themselves, if the command was not stopped.
  ///   - stopping: The teardown of the command, if it was stopped. They get the rest of its time, 5 s at
  ///     most.
  static func leftovers(
    respite: Double, after stopping: Teardown?, at now: Int64
  ) -> Teardown {
    let grace = Swift.min(5_000_000_000, stopping?.untilKill(at: now) ?? .max)
    let ask = Step(signal: SignalNumber.term, duration: grace, pauses: 10_000_000...200_000_000)
    if stopping != nil { return Teardown([ask], at: now) }
    return Teardown(
      [Step(signal: nil, duration: Int64(nanosecondsOf: respite), pauses: nil), ask], at: now)
  }

  /// Whether KILL is the current step.
  var isKilling: Bool { steps.count == 1 }

  /// Nanoseconds until KILL; 0 once it was due.
  func untilKill(at now: Int64) -> Int64 {
    let whole = steps.dropLast().map(\.duration).clampedSum
    return Swift.max(0, began.adding(clamped: whole).subtracting(clamped: now))
  }

  /// The signal to send now. Returns nil if none is due before ``next``. After sending it, call
  /// ``looked(at:isChanged:)``.
  ///
  /// A step whose time is over is left out, but not the one signal with which a live command is asked: a grace
  /// of 0 means that KILL follows at once.
  mutating func due(at now: Int64) -> Int32? {
    while steps.count > 1, let step = steps.first, now >= began.adding(clamped: step.duration),
      step.signal == nil || step.pauses != nil || isSent
    {
      steps.removeFirst()
      isSent = false
      began = began.adding(clamped: step.duration)
      pause = nil
      next = began
    }
    guard now >= next, let step = steps.first else { return nil }
    if step.signal == nil { next = began.adding(clamped: step.duration) }
    return step.signal
  }

  /// Determines when the next look is due.
  ///
  /// - Parameter isChanged: Whether processes were new or have gone. If so, the next look comes soon: new
  ///   processes may have started others.
  mutating func looked(at now: Int64, isChanged: Bool) {
    guard let step = steps.first else { return }
    isSent = true
    next = began.adding(clamped: step.duration)
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
    if steps.first?.pauses != nil { next = .min }
  }

  /// Skips the steps before KILL.
  mutating func hurry(at now: Int64) {
    if !isKilling { self = Teardown(at: now) }
  }
}
