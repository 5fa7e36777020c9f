extension Queue {
  /// The runs that a rule removes, the oldest first.
  ///
  /// Never a run that is not over, a run that a waiting run names in `after`, or a run whose hook has not begun yet.
  ///
  /// - Parameters:
  ///   - rule: The runs to keep.
  ///   - selection: The runs that the rule applies to, as if there were no others; nil for all.
  /// - Throws: ``SpoolError`` if the queue cannot be read.
  package func prunable(
    by rule: Retention, among selection: Selection? = nil
  ) throws(SpoolError) -> [Pruned] {
    try prunable(by: rule) { () throws(SpoolError) in
      guard let selection else { return nil }
      return Set(try select(selection).map { $0.run })
    }
  }
}
