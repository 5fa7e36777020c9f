import SpoolProtocol

extension ProcessTree {
  /// A process that a signal did not reach, and how many others.
  private struct Unreached {
    private var first: (pid: Int32, error: Errno)?
    private var others = 0

    mutating func add(_ pid: Int32, _ error: Errno) {
      if first == nil { first = (pid, error) } else { others += 1 }
    }

    /// In words; nil if all were reached.
    var words: String? {
      first.map { first in
        ProcessFacts(of: first.pid).words(first.error)
          + (others > 0 ? "; and \(others) more" : "")
      }
    }
  }

  /// How often the processes are looked for: each look is for those that the others started meanwhile.
  private static let looks = 20

  /// Stops the program and all processes that it has started. STOP cannot be caught, and a stopped process starts no
  /// other, so that a look which finds none that is new has found all.
  ///
  /// - Returns: The processes that could not be stopped, in words; nil if all are stopped.
  func suspend() -> String? { reach(SignalNumber.stop) }

  /// Lets all of them go on.
  ///
  /// - Returns: The processes that could not be reached, in words.
  @discardableResult
  func resume() -> String? { reach(SignalNumber.continue) }

  private func reach(_ signal: Int32) -> String? {
    var met: Set<Int32> = []
    var unreached = Unreached()
    Child.signal(signal, -leader)
    for _ in 0..<Self.looks {
      // Where the system does not tell of descendants, the group is all that is known.
      let fresh = Child.descendants().filter { met.insert($0).inserted }
      if fresh.isEmpty { break }
      for pid in fresh {
        if let error = Child.trySignal(signal, pid) { unreached.add(pid, error) }
      }
    }
    return unreached.words
  }

  /// Sends a signal to the program's group, whose stopped processes handle it when they go on. Returns the error if
  /// no process could be reached.
  func pass(_ signal: Int32) -> Errno? { Child.trySignal(signal, -leader) }
}
