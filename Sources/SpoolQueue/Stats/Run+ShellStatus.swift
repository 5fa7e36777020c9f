extension Run {
  /// The exit status with which a shell would report the run's end; `launch --wait` and `wait` exit with it.
  ///
  /// It is 0 for a run that finished; otherwise the command's exit status, or 128 plus the number of the signal
  /// that ended the command; 124 for a run that passed its time limit, 126 if the command could not be executed,
  /// 127 if it was not found, and 125 if there is no such status, for example if the run was killed while it
  /// waited. Nil if the run is not over.
  package var shellStatus: Int32? {
    guard state.isDone else { return nil }
    switch RunFailure(self) {
    case nil: return 0
    case .timeLimit: return 124
    case .crashed(.notExecutable), .crashed(.directory): return 126
    case .crashed(.commandNotFound), .crashed(.launcherNotFound): return 127
    case .crashed: return 125
    case .exitStatus, .signal, .killed, .unknown: break
    }
    if let number = signal.flatMap({ SignalName.number($0) }) { return 128 + number }
    // A killed command may still end with 0: that is not a success.
    guard let exitCode, (1...255).contains(exitCode) else { return 125 }
    return Int32(exitCode)
  }
}
