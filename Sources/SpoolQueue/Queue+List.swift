extension Queue {
  /// The runs of the queue in the order of a list: running and starting ones, what waits in the
  /// order in which it will run, then the newest ended.
  ///
  /// Nothing but the directory is looked at, and each run is met once, although files move
  /// meanwhile.
  ///
  /// A record that cannot be read, or is none, gives a crashed run whose reason says so.
  ///
  /// - Parameters:
  ///   - limit: How many at most; nil: all.
  ///   - states: Only runs in one of these; empty: in any.
  public func runs(
    limit: Int? = nil, states: Set<RunState> = []
  ) throws(SpoolError) -> [Run] {
    let listing = try RunListing(self)
    let selected = listing.select(limit: limit, states: states)
    var runs: [Run] = []
    runs.reserveCapacity(selected.entries.count)
    listing.read(selected.entries, into: [Run]()) { part, run in
      part.append(run.run(listing.reader))
    } body: { part in
      runs += part
    }
    return runs
  }

  /// A run, wherever it is, with everything that is known of it.
  ///
  /// - Throws: ``SpoolError`` of kind `notFound` when the queue has no such run.
  public func run(named run: String) throws(SpoolError) -> Run {
    let reader = try RunReader(self)
    guard let found = try reader.find(run) else {
      throw SpoolError(.notFound, "\(reference): there is no run \(run)")
    }
    return found
  }
}

/// A run that a list has come to, before anything was built of it.
package enum ListedRun {
  case active(Run)
  /// A file of `done/` and its bytes, valid during the call.
  case record(file: UnsafeBufferPointer<UInt8>, UnsafeRawBufferPointer)
  /// A file of `done/` that cannot be read.
  case refused(file: UnsafeBufferPointer<UInt8>, Errno)

  /// The run itself.
  package func run(_ reader: RunReader) -> Run {
    switch self {
    case .active(let run): run
    case .record(_, let bytes): reader.read(record: bytes, of: name)
    case .refused(_, let error): reader.refused(record: name, error)
    }
  }

  /// The run's name.
  package var name: String {
    switch self {
    case .active(let run): run.run
    case .record(let file, _), .refused(let file, _):
      RawName.text(UnsafeBufferPointer(rebasing: file.dropLast(QueueFileName.ending.utf8.count)))
    }
  }

  /// A record's own bytes, if they are an object on one line, as spool writes them.
  package var line: UnsafeRawBufferPointer? {
    guard case .record(_, var bytes) = self else { return nil }
    if bytes.last == UInt8(ascii: "\n") {
      bytes = UnsafeRawBufferPointer(rebasing: bytes.dropLast())
    }
    guard bytes.last == UInt8(ascii: "}"), !bytes.has(UInt8(ascii: "\n")) else { return nil }
    var ranges: [Range<Int>?] = []
    return Self.scanner.scan(bytes, into: &ranges) && !ranges.contains(nil) ? bytes : nil
  }

  // The first keys of every record: what has them is one.
  private static let scanner = JSONScanner(keys: ["run", "state"])
}

extension RunListing {
  /// One run of the list.
  package enum Entry: Sendable {
    case active(ActiveRun)
    /// The position of a file in ``RunListing/records``.
    case record(Int)
  }

  /// The runs to show.
  package struct Selected: Sendable {
    package var entries: [Entry] = []
    /// How many the limit left out; nil: some.
    package var omitted: Int? = 0
  }

  /// How many files a core reads before another takes over.
  private static let part = 64

  /// Chooses the first runs in one of these states; empty: in any.
  package func select(limit: Int?, states: Set<RunState> = []) -> Selected {
    if !states.isEmpty { return select(limit: limit, in: states) }
    let active = activeEntries(limit: limit ?? .max)
    let records = recordOrder(limit: (limit ?? .max) - active.count)
    let entries = active.map { Entry.active($0) } + records.map { Entry.record($0) }
    // What the limit leaves out is counted by its names.
    return Selected(entries: entries, omitted: limit == nil ? 0 : count - entries.count)
  }

  private func select(limit: Int?, in states: Set<RunState>) -> Selected {
    // One more than is shown tells whether there are more.
    let wanted = limit.map { $0 + 1 } ?? .max
    var chosen: [Entry] = []
    let active = activeEntries(limit: .max)
    Parallel.forEachPart(of: active.indices, part: Self.part) { range in
      active[range].filter { file in
        reader.readOrFind(file).map { states.contains($0.state) } ?? false
      }
    } body: { part in
      chosen += part.map { Entry.active($0) }
      return chosen.count < wanted
    }
    if chosen.count < wanted, states.contains(where: { $0.isDone }) {
      selectRecords(in: states) { part in
        chosen += part.map { Entry.record($0) }
        return chosen.count < wanted
      }
    }
    guard let limit, chosen.count > limit else { return Selected(entries: chosen) }
    return Selected(entries: Array(chosen.prefix(limit)), omitted: nil)
  }

  private func selectRecords(in states: Set<RunState>, _ body: ([Int]) -> Bool) {
    let positions = recordOrder(limit: .max)
    let scanner = JSONScanner(keys: ["state"])
    Parallel.forEachPart(of: positions.indices, part: Self.part) { range in
      var files = RecordReader(in: recordsFolder.number)
      var ranges: [Range<Int>?] = []
      var matching: [Int] = []
      records.withNames { names in
        for position in positions[range] {
          var state: RunState?
          do throws(Errno) {
            let bytes = try files.contents(of: names[position])
            if scanner.scan(bytes, into: &ranges), let range = ranges[0] {
              state = JSONScanner.string(bytes, range).flatMap { RunState(rawValue: $0) }
            }
          } catch {
            if error == .notFound { continue }
          }
          // What is no record, or cannot be read, counts as crashed.
          if states.contains(state ?? .crashed) { matching.append(position) }
        }
      }
      return matching
    } body: { part in
      body(part)
    }
  }

  /// Reads runs on every core, and hands them over in order, some at a time.
  ///
  /// - Parameters:
  ///   - entries: Which runs.
  ///   - empty: What a part begins as.
  ///   - add: Adds a run to a part; called on several threads.
  ///   - body: Takes one part after the other.
  package func read<Part: Sendable, Failure>(
    _ entries: [Entry], into empty: Part, add: @Sendable (inout Part, ListedRun) -> Void,
    body: (Part) throws(Failure) -> Void
  ) throws(Failure) {
    try Parallel.forEachPart(of: entries.indices, part: Self.part) { range in
      var part = empty
      var files = RecordReader(in: recordsFolder.number)
      records.withNames { names in
        for entry in entries[range] {
          switch entry {
          case .active(let file):
            if let run = reader.readOrFind(file) { add(&part, .active(run)) }
          case .record(let position):
            let file = names[position]
            do throws(Errno) {
              add(&part, .record(file: file, try files.contents(of: file)))
            } catch {
              // One that is gone was pruned since.
              if error != .notFound { add(&part, .refused(file: file, error)) }
            }
          }
        }
      }
      return part
    } body: { (part) throws(Failure) in
      try body(part)
      return true
    }
  }
}
