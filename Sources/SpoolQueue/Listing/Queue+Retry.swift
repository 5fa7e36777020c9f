extension Queue {
  /// Queues a new run with the content of a run that is over.
  ///
  /// It has the same job file, its named job pinned to the version that the old run had, `retry_of`
  /// with the old run's name, and the same priority. It is called after the old one, `train-9x7c-2`,
  /// and so is the next repeat of either: `train-9x7c-3`. A repeat of a sweep's run belongs to the
  /// sweep, and counts in place of the old one.
  ///
  /// - Parameter run: The old run's whole name.
  /// - Returns: The new run's name.
  /// - Throws: ``SpoolError``; nothing is queued then. Of kind `no` when the run is not over, of kind
  ///   `badInput` when it could only end in the same way: its file does not parse, say, and of kind
  ///   `refused` when an agent of the new owner would not take the old file.
  public func retry(_ run: String) throws(SpoolError) -> String {
    try retry([run])[0].result.get()
  }

  /// Queues new runs with the content of several that are over, from one look at the queue.
  ///
  /// A run that waited for others (`after`) waits for the same again: for the repeats of those that
  /// are repeated with it, and for the newest repeat of any other. What others wait for is queued
  /// before them, so that the new runs are the old graph, or a beginning of it where this is
  /// interrupted.
  ///
  /// - Parameters:
  ///   - runs: Their whole names.
  ///   - newestOnly: Whether those are left out that were repeated since. The others come in the
  ///     order of their submission then.
  /// - Returns: The old runs, and the new names; a run that failed does not keep the others from theirs.
  package func retry(
    _ runs: [String], newestOnly: Bool = false
  ) throws(SpoolError) -> [(run: String, result: Result<String, SpoolError>)] {
    var repeater = try Repeater(self)
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
    // The order has each position once.
    return zip(old, results).compactMap { old, result in result.map { (old.run, $0) } }
  }
}

extension Queue {
  /// Some runs without those that were repeated since, by ``retry(_:)``.
  package func withoutRepeated(_ runs: [String]) throws(SpoolError) -> [String] {
    let repeated = try RunListing(self).repeated(among: runs)
    return runs.filter { !repeated.contains($0) }
  }
}
