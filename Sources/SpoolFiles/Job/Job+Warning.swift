extension Job {
  /// The fault in the time of the warning, after everything is merged; nil if there is none.
  ///
  /// A warning at the very start would end a command that has not installed a signal handler yet.
  var warningComplaint: String? {
    guard let warn, let timeout, warn >= timeout else { return nil }
    return "\"warn\" is \(DurationText.text(warn)) and \"timeout\" \(DurationText.text(timeout)): a"
      + " warning must come after the start and before the limit"
  }
}
