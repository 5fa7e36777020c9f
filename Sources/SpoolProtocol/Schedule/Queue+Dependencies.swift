extension Queue {
  /// The runs for which a job waits, each by its whole name.
  ///
  /// Only existing runs can be named, so that no circle can be made.
  ///
  /// - Throws: ``SpoolError``: of kind `notFound` if there is no such run, of kind `badInput` if several fit, of
  ///   kind `no` if one has ended already, and not as it should have.
  package func resolve(_ after: Dependencies) throws(SpoolError) -> Dependencies {
    let names = try resolve(after.runs)
    var results = names[...]
    var resolved = after
    try resolved.replace { (_) throws(SpoolError) in
      // There is one result for each run, in this order.
      try results.popFirst()?.get() ?? ""
    }
    let both = Set(resolved.ok ?? []).intersection(resolved.failed ?? [])
    if let run = both.min() {
      throw SpoolError(.badInput, "it cannot wait for \(run) to finish and for \(run) to fail")
    }
    let records = Set(try list(.done))
    let standing = try resolved.standing { (run) throws(SpoolError) in
      guard records.contains(run + QueueFileName.ending), let end = try endState(of: run) else {
        return .underWay
      }
      return .ended(end)
    }
    if case .impossible(let reason) = standing {
      throw SpoolError(.no, "it could never start: \(reason)")
    }
    return resolved
  }
}

extension Dependencies {
  /// Replaces each run, in the order of ``runs``. A run without a replacement is left out.
  package mutating func replace<Failure: Error>(
    _ replacement: (String) throws(Failure) -> String?
  ) throws(Failure) {
    func replaced(_ runs: [String]?) throws(Failure) -> [String]? {
      guard let runs else { return nil }
      var whole: [String] = []
      var seen: Set<String> = []
      for run in runs {
        if let name = try replacement(run), seen.insert(name).inserted { whole.append(name) }
      }
      return whole
    }
    ok = try replaced(ok)
    any = try replaced(any)
    failed = try replaced(failed)
  }
}
