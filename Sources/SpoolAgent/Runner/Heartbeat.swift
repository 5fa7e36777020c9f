import SpoolProtocol

/// The heartbeat of a run: its start record, open and locked until the run is put away, and touched four
/// times a lease.
final class Heartbeat {
  /// How long the run belongs to this runner for certain.
  let lease: Lease
  /// The new start record, if the run has spoiled the first one. The first stays open and locked, too: the
  /// run may put it back.
  var remade: HeldFile?
  /// When it is due next.
  private(set) var next: Instant
  private let file: Descriptor
  private let interval: TimeSpan
  private let kind: FileSystemKind
  /// How far the file server's clock is ahead of this host's.
  private let offset: TimeSpan

  /// - Parameters:
  ///   - file: The start record, just written: its modification time shows the file server's clock.
  ///   - interval: The time from one heartbeat to the next.
  init(
    _ file: consuming Descriptor, of attempt: Attempt, _ lease: Lease, every interval: TimeSpan,
    _ kind: FileSystemKind
  ) throws(SpoolError) {
    do throws(Errno) {
      offset = kind == .local ? .zero : try file.information().modified - .now
    } catch {
      throw SpoolError("look at", attempt.folder, error)
    }
    self.file = file
    self.lease = lease
    self.interval = interval
    self.kind = kind
    next = .now + interval
  }

  /// The file server's time, as well as this host knows it.
  var now: Timestamp { .now + offset }

  /// Beats if it is time.
  ///
  /// - Returns: Whether the run still belongs to this runner. If not, kill its command and publish nothing.
  func isKept(_ attempt: Attempt, beats isDue: Bool = false) -> Bool {
    if isDue || .now >= next {
      guard beat(attempt) else { return false }
      next = .now + interval
    }
    return !lease.hasFired
  }

  /// Touches `start.json`, and looks in a fresh listing whether the run is still here.
  ///
  /// The file server sets the time. A call that fails renews nothing: on a network file system the fence
  /// of the lease decides then, and on a local one the process itself is the proof of life.
  private func beat(_ attempt: Attempt) -> Bool {
    guard lease.isGood else { return false }
    let began = Instant.now
    do {
      if let remade { try remade.file.touch() } else { try file.touch() }
      if try !attempt.queue.list(.running).contains(attempt.name.text), isTaken(attempt) {
        return false
      }
    } catch {
      // If the queue was removed, and is not merely unreachable, the run is over.
      return !isGone(attempt.queue)
    }
    guard lease.isGood else { return false }
    lease.renew(began: began)
    return true
  }

  private func isTaken(_ attempt: Attempt) -> Bool {
    (try? attempt.isTaken()) ?? (kind == .network)
  }

  private func isGone(_ queue: Queue) -> Bool {
    guard kind == .local else { return false }
    do throws(Errno) {
      _ = try System.information(queue.path(.running))
      return false
    } catch {
      return error == .notFound
    }
  }
}
