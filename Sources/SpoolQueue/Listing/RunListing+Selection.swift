extension RunListing {
  /// A run of the list, by its file.
  package enum Entry: Sendable {
    case active(ActiveRun)
    /// The position of a file in ``RunListing/records``.
    case record(Int)
  }

  package struct Selected: Sendable {
    package var entries: [Entry] = []
    /// The number of runs that the limit left out; nil if unknown.
    package var omitted: Int? = 0

    package init(entries: [Entry] = [], omitted: Int? = 0) {
      (self.entries, self.omitted) = (entries, omitted)
    }
  }

  /// The number of files that a core reads before another core takes over.
  static let part = 64

  /// Chooses the first runs that are selected, in the order of a list.
  ///
  /// Names come first: a file is read only if its name and its place do not decide.
  package func select(limit: Int?, _ selection: Selection = Selection()) -> Selected {
    let limit = limit.map { Swift.max($0, 0) }
    if selection != Selection() { return select(first: limit, selection) }
    let active = activeEntries(limit: limit ?? .max)
    let records = recordOrder(limit: (limit ?? .max) - active.count)
    let entries = active.map { Entry.active($0) } + records.map { Entry.record($0) }
    // Runs that the limit leaves out are counted by their names.
    return Selected(entries: entries, omitted: limit == nil ? 0 : count - entries.count)
  }

  /// Chooses some of the runs that are not over, and the newest runs that are over. Both groups are
  /// present, however many runs wait.
  ///
  /// - Parameter limit: The largest number of runs. Runs that are not over get at most half of it if
  ///   the runs that are over need the other half.
  package func selectBoth(limit: Int) -> Selected {
    let limit = Swift.max(limit, 0)
    let active = activeEntries(limit: Swift.max(limit / 2, limit - records.count))
    let records = recordOrder(limit: limit - active.count)
    let entries = active.map { Entry.active($0) } + records.map { Entry.record($0) }
    return Selected(entries: entries, omitted: count - entries.count)
  }

  /// The newest records that are selected.
  package func newestRecords(limit: Int, _ selection: Selection = Selection()) -> [Entry] {
    if selection == Selection() { return recordOrder(limit: limit).map { Entry.record($0) } }
    var chosen: [Entry] = []
    if !selection.admitsDone { return chosen }
    selectRecords(selection) { part in
      chosen += part.map { Entry.record($0) }
      return chosen.count < limit
    }
    return Array(chosen.prefix(limit))
  }

  /// Chooses as ``select(limit:_:)`` does, for a view that is drawn repeatedly.
  ///
  /// - Parameter records: The newest selected records, limit + 1 of them. Those of an earlier listing are valid
  ///   as long as ``hasSameRecords`` holds.
  package func select(
    limit: Int, _ selection: Selection, records: [Entry]
  ) -> Selected {
    if selection != Selection() { return select(first: limit, selection, records: records) }
    let active = activeEntries(limit: limit).map { Entry.active($0) }
    let entries = active + records.prefix(limit - active.count)
    return Selected(entries: entries, omitted: count - entries.count)
  }

  private func select(
    first limit: Int?, _ selection: Selection, records known: [Entry]? = nil
  ) -> Selected {
    // One more than is shown, to know whether there are more.
    let wanted = limit.map { $0.adding(clamped: 1) } ?? .max
    var chosen: [Entry] = []
    let active = activeEntries(limit: .max).filter {
      selection.verdict(of: $0, waitingState: reader.waitingState) != false
    }
    Parallel.forEachPart(of: active.indices, part: Self.part) { range in
      active[range].filter { file in
        if let known = selection.verdict(of: file, waitingState: reader.waitingState) {
          return known
        }
        guard var run = reader.readOrFind(file) else { return false }
        // The claim may have changed the name under which the file was listed.
        run.run = file.run
        return selection.matches(run)
      }
    } body: { part in
      chosen += part.map { Entry.active($0) }
      return chosen.count < wanted
    }
    if let known {
      chosen += known
    } else if chosen.count < wanted, selection.admitsDone {
      selectRecords(selection) { part in
        chosen += part.map { Entry.record($0) }
        return chosen.count < wanted
      }
    }
    guard let limit, chosen.count > limit else { return Selected(entries: chosen) }
    return Selected(entries: Array(chosen.prefix(limit)), omitted: nil)
  }

  private func selectRecords(_ selection: Selection, _ body: ([Int]) -> Bool) {
    let positions = recordOrder(limit: .max, named: selection.runs, modifiedSince: selection.since)
    if !selection.needsRecord {
      _ = body(positions)
      return
    }
    // The names are already right here.
    var rest = selection
    rest.runs = nil
    let conditions = rest
    let scanner = FactsScanner(conditions, entity: reader.queue.entity)
    Parallel.forEachPart(of: positions.indices, part: Self.part) { range in
      var files = RecordReader(in: recordsFolder.number)
      var ranges: [Range<Int>?] = []
      var matching: [Int] = []
      records.withNames { names in
        for position in positions[range] {
          let facts: Selection.Facts
          do throws(Errno) {
            facts = scanner.facts(of: "", in: try files.contents(of: names[position]), &ranges)
          } catch {
            if error == .notFound { continue }
            // A record that cannot be read counts as crashed.
            facts = Selection.Facts(run: "", entity: reader.queue.entity, state: .crashed)
          }
          if conditions.matches(facts) { matching.append(position) }
        }
      }
      return matching
    } body: { part in
      body(part)
    }
  }

  /// The run of an entry, and its place when it was listed.
  package func place(of entry: Entry) -> (run: String, place: Queue.Place) {
    switch entry {
    case .active(let file):
      switch file.folder {
      case .starting: (file.run, .starting(file.name))
      case .running: (file.run, .running(file.name))
      default: (file.run, .queued(file.name))
      }
    case .record(let position):
      (Queue.recordName(records[position]) ?? records[position], .done)
    }
  }
}

extension Queue {
  /// The place of each of these runs, from one look at the queue. A run that was not found is left out.
  package func places(of runs: Set<String>) throws(SpoolError) -> [String: Place] {
    var selection = Selection()
    selection.runs = runs
    var places: [String: Place] = [:]
    // A dropped file may ask for the name of an existing run: that run is meant, not the file.
    for (run, place) in try select(selection) {
      if case .queued(let name) = place, !name.isFull, places[run] != nil { continue }
      places[run] = place
    }
    return places
  }

  /// The selected runs and their places, in the order of a list.
  package func select(
    _ selection: Selection
  ) throws(SpoolError) -> [(run: String, place: Place)] {
    let listing = try RunListing(self)
    return listing.select(limit: nil, selection).entries.map { listing.place(of: $0) }
  }
}
