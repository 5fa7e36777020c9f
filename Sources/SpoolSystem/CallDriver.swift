#if DEBUG
  import Synchronization
  import CLibrary

  /// Stands between spool and the kernel in a test: notes the calls, and makes some of them fail.
  ///
  /// Only debug builds have it. It meets the calls of one task, so tests that run at the same time do not
  /// meet each other's faults; threads that Dispatch starts are not met either.
  package final class CallDriver: Sendable {
    /// What becomes of a call.
    package enum Fate: Sendable {
      /// The kernel is called.
      case passed
      /// The kernel is called, and moves so many bytes at most.
      case cut(Int)
      /// The kernel is not called; the caller gets the error.
      case refused(Errno)
      /// The kernel is called, and the caller gets the error although the call was done: the reply of a
      /// file server was lost. Not for calls that return a descriptor, which would stay open.
      case lost(Errno)
    }

    @TaskLocal private static var current: CallDriver?

    private let decide: @Sendable (SystemCall, Int) -> Fate
    private let noted = Mutex<[SystemCall]>([])

    /// - Parameter decide: Is asked before each call, with how many calls there were before it.
    package init(_ decide: @escaping @Sendable (SystemCall, Int) -> Fate = { _, _ in .passed }) {
      self.decide = decide
    }

    /// One fate for the call with that number, counted from 0; all others pass.
    package convenience init(_ number: Int, _ fate: Fate) {
      self.init { _, count in count == number ? fate : .passed }
    }

    /// The calls so far, in order. One that is made again after EINTR is noted again.
    package var calls: [SystemCall] { noted.withLock { $0 } }

    /// Runs `body`, whose calls this driver decides.
    @discardableResult
    package func drive<Value, Failure>(
      _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
      try Self.$current.withValue(self) { Result(catching: body) }.get()
    }

    /// Makes a call as the driver of this task wants.
    static func answer<Result: SignedInteger>(
      _ kind: SystemCall, _ count: Int, _ body: (Int) -> Result
    ) -> Result {
      guard let driver = current else { return body(count) }
      let number = driver.noted.withLock { calls in
        calls.append(kind)
        return calls.count - 1
      }
      switch driver.decide(kind, number) {
      case .passed: return body(count)
      case .cut(let most): return body(Swift.min(count, most))
      case .refused(let error):
        errno = error.rawValue
      case .lost(let error):
        if body(count) != -1 { errno = error.rawValue }
      }
      return -1
    }
  }
#endif
