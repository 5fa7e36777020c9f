extension Queue {
  /// The largest number of runs that are stopped or pruned at a time.
  package static var lot: Int { 256 }

  /// Stops several runs at the same time, each as ``kill(_:at:_:)`` does. The changes that their steps wait for are
  /// put on the disk together.
  ///
  /// - Parameters:
  ///   - runs: At most ``lot`` runs, each with the place where it was seen; nil if it was not looked for yet.
  ///   - request: The author of the request, and how the runs are to be stopped.
  /// - Returns: The result for each run, in the same order.
  package func kill(
    _ runs: [(run: String, place: Place?)], _ request: KillRequest
  ) -> [Result<KillResult, SpoolError>] {
    do throws(SpoolError) {
      let settings = try settingsToObey()
      let sync = runs.count > 1 ? sync(settings).forSeveral : sync(settings)
      let asked = Parallel.mapWaiting(runs.count) { number in
        Result { () throws(SpoolError) in
          try ask(runs[number].run, at: runs[number].place, request, settings, sync)
        }
      }
      // One listing serves all runs that may have been put back before they were asked to stop.
      let isNoted = asked.contains { if case .success(.noted) = $0 { true } else { false } }
      let waiting = Result { () throws(SpoolError) in isNoted ? try waitingRuns() : [:] }
      return asked.map { asked in
        Result { () throws(SpoolError) in
          switch try asked.get() {
          case .over(let result): return result
          case .noted(let run):
            guard let name = try waiting.get()[run] else { return .requested }
            return try endWaiting(name, settings, sync)
          }
        }
      }
    } catch {
      return runs.map { _ in .failure(error) }
    }
  }
}
