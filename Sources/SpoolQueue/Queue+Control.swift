extension Queue {
  /// Takes a waiting run out of the agents' reach until ``release(_:)``; one that is held stays so.
  ///
  /// - Throws: ``SpoolError`` of kind `no` when it does not wait (any more).
  public func hold(_ run: String) throws(SpoolError) {
    try change(run, "held") { $0.parked == nil ? $0.parked(.held) : $0 }
  }

  /// Gives a held run back to the agents, and one whose editing was interrupted.
  ///
  /// - Throws: ``SpoolError`` of kind `no` when it does not wait (any more).
  public func release(_ run: String) throws(SpoolError) {
    try change(run, "released") { $0.parked(nil) }
  }

  /// Gives a waiting run another priority: from 0, first, to 99, last. Among its equals it keeps the
  /// place that its submission time gives it.
  ///
  /// - Throws: ``SpoolError`` of kind `no` when it does not wait (any more).
  public func move(_ run: String, toPriority priority: Int) throws(SpoolError) {
    guard (0...99).contains(priority) else {
      throw SpoolError(.badInput, "priority \(priority): must be from 0 (first) to 99 (last)")
    }
    try change(run, "moved") { $0.withPriority(priority) }
  }

  private func change(
    _ run: String, _ what: String, _ renamed: (QueueFileName) -> QueueFileName
  ) throws(SpoolError) {
    guard let place = try locate(run) else {
      throw SpoolError(.notFound, "\(reference): there is no run \(run)")
    }
    guard case .queued(let name) = place else {
      throw SpoolError(.no, "\(run): \(Self.words(place)); only what waits can be \(what)")
    }
    let target = renamed(name)
    if target.text == name.text { return }
    // What has that name would be replaced: two files that somebody dropped may differ in nothing
    // but their priority.
    if try list(.queued).contains(target.text) {
      throw SpoolError(.no, "\(run): \(path(.queued, target.text)) is there already")
    }
    guard try renameWaiting(name.text, to: target.text) else {
      throw SpoolError(.no, "\(run): was just taken by an agent; only what waits can be \(what)")
    }
    if try settingsOrDefaults().sync { try syncDirectory(.queued) }
  }

  private static func words(_ place: Place) -> String {
    switch place {
    case .queued: "waits"
    case .starting: "is starting"
    case .running: "is running"
    case .done: "is over"
    }
  }
}
