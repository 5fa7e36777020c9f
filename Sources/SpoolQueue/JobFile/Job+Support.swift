extension QueueSettings {
  /// The first key that is set and that this version cannot act upon, and that changes what runs;
  /// nil: none.
  package var unsupportedKey: String? {
    if hooks != Hooks() { return "hooks" }
    return nil
  }
}

extension Job {
  /// The first key that is set and that this version cannot act upon; nil: all can be done.
  ///
  /// The format has them all, so that files need not change; to run a job without what it asks for
  /// would be worse than to refuse it.
  public var unsupportedKey: String? {
    let missing: [(String, Bool)] = [
      ("hooks", hooks != nil)
    ]
    return missing.first { $0.1 }?.0
  }
}

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
