import CLibrary

extension System {
  /// Whether this process ignores a signal: at its start, because whoever started it wanted so, as `nohup`
  /// and the `&` of a script do. `sigaction`.
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
}
