import CLibrary

// How this process takes signals.
extension System {
  /// Whether this process ignores a signal. `nohup` and the `&` of a script start a program so. `sigaction`.
  package static func ignores(_ signal: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(signal, nil, &action) == 0 else { return false }
    #if canImport(Darwin)
      let handler = action.__sigaction_u.__sa_handler
    #elseif canImport(Musl)
      let handler = action.__sa_handler.sa_handler
    #else
      let handler = action.__sigaction_handler.sa_handler
    #endif
    // SIG_IGN is 1, which is no function's address.
    return unsafeBitCast(handler, to: Int.self) == 1
  }

  /// Catches a signal. `sigaction`.
  ///
  /// - Parameter restarts: Whether system calls go on after it. If not, a call that waits ends.
  package static func handle(
    _ signal: Int32, restarts: Bool, _ handler: @escaping @convention(c) (Int32) -> Void
  ) {
    var action = sigaction()
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = handler
    #elseif canImport(Musl)
      action.__sa_handler.sa_handler = handler
    #else
      action.__sigaction_handler.sa_handler = handler
    #endif
    if restarts { action.sa_flags = Int32(SA_RESTART) }
    sigaction(signal, &action, nil)
  }

  /// Lets a signal through that is blocked, perhaps by the parent process. `pthread_sigmask`.
  static func unblock(_ signal: Int32) {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, signal)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }
}
