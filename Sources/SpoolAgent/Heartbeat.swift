import SpoolProtocol

/// Whether the run is still this runner's.
enum Tenure {
  /// It is.
  case kept
  /// Another took it: kill the command, publish nothing, leave.
  case lost
}

extension RunLife {
  /// One heartbeat: touches `start.json`, and looks in a fresh listing whether the run is still
  /// here.
  ///
  /// The time is the file server's. A call that fails renews nothing; on a network file system the
  /// lease's fence decides, on a local one the process itself is the proof of life.
  func beat(_ file: Int32, _ attempt: Attempt) -> Tenure {
    guard lease.isGood else { return .lost }
    let began = Clock.sinceBoot
    do {
      try System.touch(remade?.file.number ?? file)
      if try !queue.list(.running).contains(attempt.name.text), isTaken(attempt) { return .lost }
    } catch {
      // A queue that was removed, not only unreachable, has no run to go on with.
      return isGone ? .lost : .kept
    }
    guard lease.isGood else { return .lost }
    lease.renew(began: began)
    return .kept
  }

  private func isTaken(_ attempt: Attempt) -> Bool {
    do throws(SpoolError) {
      return try attempt.isTaken()
    } catch {
      return kind == .network
    }
  }

  private var isGone: Bool {
    guard kind == .local else { return false }
    do throws(Errno) {
      _ = try System.information(queue.path(.running))
      return false
    } catch {
      return error == .notFound
    }
  }

  /// When the next heartbeat is due.
  var nextBeat: Int64 { Clock.sinceBoot + Int64(settings.lease / 4 * 1e9) }
}
