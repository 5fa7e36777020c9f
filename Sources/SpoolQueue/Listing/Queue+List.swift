extension Queue {
  /// The runs of the queue in the order of a list: running and starting runs, waiting runs in the
  /// order in which they will run, then ended runs, the newest first.
  ///
  /// Only the directory is read. Each run comes once, although files move meanwhile.
  ///
  /// A record that cannot be read or parsed gives a crashed run whose reason says so.
  ///
  /// - Parameters:
  ///   - limit: The largest number of runs; nil for all.
  ///   - selection: Only runs that it selects.
  public func runs(
    limit: Int? = nil, selecting selection: Selection = Selection()
  ) throws(SpoolError) -> [Run] {
    let listing = try RunListing(self)
    return listing.runs(of: listing.select(limit: limit, selection).entries)
  }

  /// A run, wherever it is, with everything that is known about it.
  ///
  /// - Throws: ``SpoolError`` of kind `notFound` if the queue has no such run.
  public func run(named run: String) throws(SpoolError) -> Run {
    let reader = try RunReader(self)
    guard let found = try reader.find(run) else {
      throw SpoolError(.notFound, "\(reference): there is no run \(run)")
    }
    return found
  }
}

/// A run that a list has reached, before a `Run` is built.
package enum ListedRun {
  case active(Run)
  /// A file of `done/` and its bytes, valid during the call.
  case record(file: UnsafeBufferPointer<UInt8>, UnsafeRawBufferPointer)
  /// A file of `done/` that cannot be read.
  case refused(file: UnsafeBufferPointer<UInt8>, Errno)

  package func run(_ reader: RunReader) -> Run {
    switch self {
    case .active(let run): run
    case .record(_, let bytes): reader.read(record: bytes, of: name)
    case .refused(_, let error): reader.refused(record: name, error)
    }
  }

  package var name: String {
    switch self {
    case .active(let run): run.run
    case .record(let file, _), .refused(let file, _):
      RawText.text(UnsafeBufferPointer(rebasing: file.dropLast(QueueFileName.ending.utf8.count)))
    }
  }

  /// The bytes of a record if they are an object on one line, as spool writes them.
  package var line: UnsafeRawBufferPointer? {
    guard case .record(_, var bytes) = self else { return nil }
    if bytes.last == UInt8(ascii: "\n") {
      bytes = UnsafeRawBufferPointer(rebasing: bytes.dropLast())
    }
    guard bytes.last == UInt8(ascii: "}"), !bytes.has(UInt8(ascii: "\n")) else { return nil }
    var ranges: [Range<Int>?] = []
    return Self.scanner.scan(bytes, into: &ranges) && !ranges.contains(nil) ? bytes : nil
  }

  // Every record starts with these keys, so a line that has them is a record.
  private static let scanner = JSONScanner(keys: ["run", "state"])
}

extension RunListing {
  /// The runs of some entries, in their order.
  package func runs(of entries: [Entry]) -> [Run] {
    var runs: [Run] = []
    runs.reserveCapacity(entries.count)
    read(entries, into: [Run]()) { part, run in
      part.append(run.run(reader))
    } body: { part in
      runs += part
    }
    return runs
  }

  /// Reads runs on every core and passes them on in order, in parts.
  ///
  /// - Parameter add: Adds a run to a part; called on several threads.
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
              // A missing record was pruned since the listing.
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
