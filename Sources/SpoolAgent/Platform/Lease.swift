import SpoolProtocol
import Synchronization

/// How long a run on a network file system may go on believing that it is its own.
///
/// Another host may take the run over when its heartbeat has stood still for a lease. So when three
/// quarters have passed since before the last good heartbeat began, on a clock that counts sleep,
/// the command is killed, by a thread that touches no file: the other may hang on a dead server.
/// On a local file system the process itself is the proof of life, and nothing is enforced.
final class Lease: Sendable {
  private let length: TimeSpan
  private let isEnforced: Bool
  /// When the last good heartbeat, or the start, began: the nanoseconds of an ``Instant``.
  private let good: Atomic<Int64>
  /// The group to kill; 0: none.
  private let group = Atomic<Int32>(0)
  private let fired = Atomic<Bool>(false)

  init(seconds: Double, isEnforced: Bool) {
    length = .seconds(seconds * 0.75)
    self.isEnforced = isEnforced
    good = Atomic(Instant.now.nanoseconds)
  }

  /// Whether the run is still this process's for sure.
  var isGood: Bool { !isEnforced || !hasFired && .now < deadline }

  /// Whether the fence killed the command.
  var hasFired: Bool { fired.load(ordering: .acquiring) }

  private var deadline: Instant {
    Instant(nanoseconds: good.load(ordering: .relaxed)) + length
  }

  /// A heartbeat that began then was answered; one that was answered too late renews nothing.
  func renew(began: Instant) {
    if isGood { good.store(began.nanoseconds, ordering: .relaxed) }
  }

  /// Guards a command's group until ``disarm()``.
  func arm(_ pid: Int32) {
    guard isEnforced else { return }
    group.store(pid, ordering: .releasing)
    // Without a fence nothing may run on: the command is killed at once.
    if !System.startThread({ self.watch() }) { fire(pid) }
  }

  /// Guards nothing any more.
  func disarm() { group.store(0, ordering: .releasing) }

  private func watch() {
    while true {
      let pid = group.load(ordering: .acquiring)
      if pid == 0 { return }
      let left = deadline - .now
      if left <= .zero { return fire(pid) }
      // Short naps: this clock goes on while the machine sleeps, the nap's does not.
      Swift.min(left, .milliseconds(250)).pause()
    }
  }

  private func fire(_ pid: Int32) {
    fired.store(true, ordering: .releasing)
    Child.signal(SignalNumber.kill, -pid)
    for descendant in Child.descendants() { Child.signal(SignalNumber.kill, descendant) }
  }
}
