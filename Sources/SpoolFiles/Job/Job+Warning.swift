extension Job {
  /// What is wrong with the time of the warning, once all is merged; nil: nothing.
  ///
  /// A warning at the very start would end a command that has not yet said what to do with it.
  var warningComplaint: String? {
    guard let warn, let timeout, warn >= timeout else { return nil }
    return "\"warn\" is \(DurationText.text(warn)) and \"timeout\" \(DurationText.text(timeout)): a"
      + " warning must come after the start and before the limit"
  }
}
