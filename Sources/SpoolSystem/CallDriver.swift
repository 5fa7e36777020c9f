#if DEBUG
  import Synchronization
  import CLibrary

  /// Stands between spool and the kernel in a test: notes the calls, and lets some of them fail.
  ///
  /// Only debug builds have it. It sees the calls of one task, so that parallel tests do not meet each other's
  /// faults. It does not see the calls of threads that Dispatch starts.
  package final class CallDriver: Sendable {
    package enum Fate: Sendable {
      /// The kernel is called.
      case passed
      /// The kernel is called, and moves at most that many bytes.
      case cut(Int)
      /// The kernel is not called; the caller gets the error.
      case refused(Errno)
      /// The kernel is called, and the caller gets the error although the call succeeded, as if the reply of a
      /// file server was lost. Not for calls that return a descriptor, which would stay open.
      case lost(Errno)
    }

    @TaskLocal private static var current: CallDriver?

    private let decide: @Sendable (SystemCall, Int) -> Fate
    private let noted = Mutex<[SystemCall]>([])

    /// - Parameter decide: Called before each call, with the number of calls before it.
    package init(_ decide: @escaping @Sendable (SystemCall, Int) -> Fate = { _, _ in .passed }) {
      self.decide = decide
    }

    /// Decides one call, by its number from 0. All others pass.
    package convenience init(_ number: Int, _ fate: Fate) {
      self.init { _, count in count == number ? fate : .passed }
    }

    /// The calls so far, in order. A call that is repeated after EINTR is noted each time.
    package var calls: [SystemCall] { noted.withLock { $0 } }

    /// Runs `body`, whose calls this driver decides.
    @discardableResult
    package func drive<Value, Failure>(
      _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
      try Self.$current.withValue(self) { Result(catching: body) }.get()
    }

    /// Makes a call as the driver of this task decides.
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
