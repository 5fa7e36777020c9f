import SpoolQueue

// What runners say of the claims that were handed to them.
extension Agent {
  func heard(_ event: RunnerPool.Event, _ claim: ClaimName) {
    guard let assigned = mine[claim] else { return }
    let queue = assigned.queue
    switch event {
    case .report(.running(let run, let attempt, let pid)):
      mine[claim]?.hasStarted = true
      say(.running(queue: queue.name, run: run, attempt: attempt, pid: pid))
      if options.until == .once { planLook() }
      return
    case .report(.trouble(let message)):
      say(.trouble(queue: queue.name, message: message))
      return
    case .report(.ended(let run, let outcome)):
      if outcome.next == .queued {
        // It waits again, and the kernel's word of that may come later than this one: an agent that
        // drains must not leave in between.
        queue.needsScan = true
        say(.requeued(queue: queue.name, run: run, reason: outcome.reason ?? ""))
      } else {
        say(
          .ended(
            queue: queue.name, run: run, state: outcome.state, reason: outcome.reason ?? "",
            duration: outcome.duration))
      }
      mine[claim] = nil
    case .report(.lost):
      mine[claim]?.failure = "it is another's now"
      return
    case .report(.failed(let message)):
      mine[claim]?.failure = message
      holdClaims()
      return
    case .died:
      mine[claim] = nil
      putBack(assigned, assigned.failure ?? "its runner died")
      restore(assigned)
      // In running/ by then: its command died with the runner, and recovery sees that at once.
      recover()
    }
    planLook()
  }

  /// A run may have removed its own file from `running/`: nobody else would know that it is to be ended.
  private func restore(_ assigned: Assigned) {
    do throws(SpoolError) {
      try assigned.queue.queue.restoreRunning(
        assigned.name, sync: assigned.queue.settings?.sync ?? true)
    } catch {
      say(.trouble(queue: assigned.queue.name, message: error.message))
    }
  }

  /// This agent has seen the runner of its claim end: what is still in `starting/` waits again.
  func putBack(_ assigned: Assigned, _ message: String) {
    do throws(SpoolError) {
      if try assigned.queue.queue.giveBack(assigned.name) {
        say(.requeued(queue: assigned.queue.name, run: assigned.name.base, reason: message))
        assigned.queue.needsScan = true
        // What fails to start may do so again: the others go first.
        if assigned.failure != nil {
          assigned.queue.postpone(assigned.name.claimed(by: nil).text)
        }
      } else {
        say(.trouble(queue: assigned.queue.name, message: "\(assigned.name.base): \(message)"))
      }
    } catch {
      say(.trouble(queue: assigned.queue.name, message: error.message))
      nextRecovery = Swift.min(nextRecovery, now + seconds(2))
    }
  }
}
