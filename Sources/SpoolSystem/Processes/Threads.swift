import CLibrary

extension System {
  /// Whether this process can make a thread now: it makes one, which ends at once. `pthread_create`.
  ///
  /// Dispatch does not report that it has no room for a thread (`ulimit -u`, `pids.max` of a cgroup): a caller
  /// that hands it work waits until there is room. Callers that must not wait ask first.
  package static var canMakeThread: Bool {
    guard let thread = makeThread({}) else { return false }
    pthread_join(thread, nil)
    return true
  }

  /// Executes `body` on a thread of its own, which is not waited for. Returns false if the system makes no
  /// thread. `pthread_create`.
  package static func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
    guard let thread = makeThread(body) else { return false }
    pthread_detach(thread)
    return true
  }

  private final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private static func makeThread(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    let work = Unmanaged.passRetained(Work(body))
    #if canImport(Darwin)
      var thread: pthread_t?
      let error = pthread_create(
        &thread, nil,
        {
          Unmanaged<Work>.fromOpaque($0).takeRetainedValue().body()
          return nil
        }, work.toOpaque())
    #else
      var thread = pthread_t()
      let error = pthread_create(
        &thread, nil,
        { argument in
          if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
          return nil
        }, work.toOpaque())
    #endif
    if error == 0 { return thread }
    work.release()
    return nil
  }

  /// Calls `body` on that many threads at the same time, the calling one included, and returns after the last call. If
  /// there is no room for more threads, there are fewer. `pthread_create`, `pthread_join`.
  static func onThreads(_ count: Int, _ body: @Sendable () -> Void) {
    withoutActuallyEscaping(body) { body in
      var threads: [pthread_t] = []
      while threads.count < count - 1, let thread = makeThread({ body() }) {
        threads.append(thread)
      }
      body()
      for thread in threads { pthread_join(thread, nil) }
    }
  }
}
