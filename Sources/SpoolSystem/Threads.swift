import CLibrary

extension System {
  /// Whether this process can make a thread at this moment: one is made, and ends at once.
  /// `pthread_create`.
  ///
  /// Dispatch does not say that it has no room for a thread: whoever hands it work waits in it, once a
  /// second, until there is some (`ulimit -u`, `pids.max` of a cgroup). So who must go on in any case
  /// asks first.
  package static var canMakeThread: Bool {
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    guard pthread_create(&thread, nil, { _ in nil }, nil) == 0 else { return false }
    #if canImport(Darwin)
      if let thread { pthread_join(thread, nil) }
    #else
      pthread_join(thread, nil)
    #endif
    return true
  }
}
