extension Queue {
  /// Which runs a rule removes, the oldest first.
  ///
  /// Never a run that is not over, that a waiting run names in `after`, or whose hook is still to be begun.
  ///
  /// - Parameters:
  ///   - rule: What is kept.
  ///   - selection: Which runs the rule is for, as if there were no others; nil: all.
  /// - Throws: ``SpoolError`` when the queue cannot be read.
  package func prunable(
    by rule: Retention, among selection: Selection? = nil
  ) throws(SpoolError) -> [Pruned] {
    try prunable(by: rule) { () throws(SpoolError) in
      guard let selection else { return nil }
      return Set(try select(selection).map { $0.run })
    }
  }
}
