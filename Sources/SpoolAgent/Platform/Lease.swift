import SpoolProtocol
import Synchronization

/// How long a run on a network file system belongs to its runner for certain.
///
/// Another host may take the run over if its heartbeat has stood still for a lease. So the command is killed when three
/// quarters of a lease have passed since the beginning of the last good heartbeat, by a clock that counts sleep. A
/// thread that touches no file does that: the main thread may hang on a dead server. On a local file system the process
/// itself is the proof of life, and nothing is enforced.
final class Lease: Sendable {
  private let length: TimeSpan
  private let isEnforced: Bool
  /// When the last good heartbeat, or the start, began: the nanoseconds of an `Instant`.
  private let good: Atomic<Int64>
  /// The group to kill; 0 for none.
  private let group = Atomic<Int32>(0)
  private let fired = Atomic<Bool>(false)

  init(seconds: Double, isEnforced: Bool) {
    length = .seconds(seconds * 0.75)
    self.isEnforced = isEnforced
    good = Atomic(Instant.now.nanoseconds)
  }

  /// Whether the run still belongs to this process for certain.
  var isGood: Bool { !isEnforced || !hasFired && .now < deadline }

  /// Whether the fence killed the command.
  var hasFired: Bool { fired.load(ordering: .acquiring) }

  private var deadline: Instant {
    Instant(nanoseconds: good.load(ordering: .relaxed)) + length
  }

  /// Notes a heartbeat that succeeded, by the moment at which it began. If it came too late, it renews nothing.
  func renew(began: Instant) {
    if isGood { good.store(began.nanoseconds, ordering: .relaxed) }
  }

  /// Guards a command's group until ``disarm()``.
  func arm(_ pid: Int32) {
    guard isEnforced else { return }
    group.store(pid, ordering: .releasing)
    // Without a fence the command must not go on.
    if !System.startThread({ self.watch() }) { fire(pid) }
  }

  /// Ends the guard.
  func disarm() { group.store(0, ordering: .releasing) }

  private func watch() {
    while true {
      let pid = group.load(ordering: .acquiring)
      if pid == 0 { return }
      let left = deadline - .now
      if left <= .zero { return fire(pid) }
      // The clock of a pause stops while the machine sleeps, so pauses are short.
      Swift.min(left, .milliseconds(250)).pause()
    }
  }

  private func fire(_ pid: Int32) {
    fired.store(true, ordering: .releasing)
    Child.signal(SignalNumber.kill, -pid)
    for descendant in Child.descendants() { Child.signal(SignalNumber.kill, descendant) }
  }
}
