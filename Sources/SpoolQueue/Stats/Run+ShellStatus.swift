extension Run {
  /// The exit status by which a shell would tell of the run's end; `launch --wait` and `wait` exit with it.
  ///
  /// It is 0 for a run that finished, else the command's exit status, or 128 and the number of the signal
  /// that ended the command; 124 for a run that passed its time limit, 126 where the command could not be
  /// executed, 127 where it was not found, and 125 where there is no such status, as of a run that was
  /// killed while it waited. Returns nil if the run is not over.
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
    // A command may end with 0 although it was killed: that is no good end.
    guard let exitCode, (1...255).contains(exitCode) else { return 125 }
    return Int32(exitCode)
  }
}
