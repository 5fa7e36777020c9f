extension Queue {
  /// Queues a new run with the content of a run that is over.
  ///
  /// The new run has the same job file, the same priority, and the old run's name as `retry_of`. Its
  /// named job is pinned to the version of the old run. Its name continues the old name: the first repeat
  /// of `train-9x7c` is `train-9x7c-2`, and the next repeat of either run is `train-9x7c-3`. A repeat of
  /// a sweep's run belongs to the sweep, and counts in place of the old run.
  ///
  /// - Parameter run: The old run's whole name.
  /// - Returns: The new run's name.
  /// - Throws: ``SpoolError``; nothing is queued then. Of kind `no` if the run is not over, of kind
  ///   `badInput` if a repeat could only end in the same way (for example, its file does not parse), and
  ///   of kind `refused` if an agent of the new owner would not take the old file.
  public func retry(_ run: String) throws(SpoolError) -> String {
    try retry([run])[0].result.get()
  }

  /// Queues new runs with the content of several runs that are over, from one look at the queue.
  ///
  /// A repeat of a run that waited for other runs (`after`) waits again: for the repeat of each run that is repeated in
  /// this call, and for the newest repeat of any other. A run is queued after the runs that it waits for. So the new
  /// runs are the old graph, or the beginning of it after an interruption.
  ///
  /// - Parameters:
  ///   - runs: Their whole names.
  ///   - newestOnly: Whether to leave out runs that were repeated since. The others then come in the
  ///     order of their submission.
  ///   - change: How the new runs differ from the old ones.
  /// - Returns: The old runs and the new names. A failure of one run does not affect the others.
  package func retry(
    _ runs: [String], newestOnly: Bool = false, changing change: RepeatChange = RepeatChange()
  ) throws(SpoolError) -> [(run: String, result: Result<String, SpoolError>)] {
    var repeater = try Repeater(self, change)
    let left = newestOnly ? try repeater.repeated(among: runs) : []
    var old = repeater.read(runs.filter { !left.contains($0) })
    if newestOnly {
      func order(_ entry: (run: String, result: Result<RepeatedRun, SpoolError>)) -> (
        Int64, String
      ) {
        let submitted = (try? entry.result.get())?.run.createdAt?.nanoseconds
        return (submitted ?? .max, entry.run)
      }
      old.sort { order($0) < order($1) }
    }
    let order = try repeater.order(
      old.map { ($0.run, (try? $0.result.get())?.job.after?.runs ?? []) })
    var results: [Result<String, SpoolError>?] = old.map { _ in nil }
    for position in order {
      do throws(SpoolError) {
        results[position] = .success(try repeater.queue(like: try old[position].result.get()))
      } catch {
        results[position] = .failure(error)
      }
    }
    // `order` has each position exactly once.
    return zip(old, results).compactMap { old, result in result.map { (old.run, $0) } }
  }
}

extension Queue {
  /// Some runs without the runs that were repeated since by ``retry(_:)``.
  package func withoutRepeated(_ runs: [String]) throws(SpoolError) -> [String] {
    let repeated = try RunListing(self).repeated(among: runs)
    return runs.filter { !repeated.contains($0) }
  }
}
