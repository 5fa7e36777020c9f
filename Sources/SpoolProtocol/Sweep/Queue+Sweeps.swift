extension Queue {
  /// Every sweep of the queue, the newest first.
  package func sweeps() throws(SpoolError) -> [Sweep] {
    var sweeps: [Sweep] = []
    for id in try sweepNames() {
      if let sweep = try sweepIfThere(id) { sweeps.append(sweep) }
    }
    return sweeps.sorted { ($1.createdAt, $1.id) < ($0.createdAt, $0.id) }
  }

  /// Finds the sweep that a person means: by its exact ID, otherwise by a prefix of its ID, otherwise by its random
  /// part.
  ///
  /// - Throws: ``SpoolError`` of kind `notFound`, or of kind `badInput` with the list if several fit.
  package func sweep(named text: String) throws(SpoolError) -> Sweep {
    let ids = try sweepNames()
    var matches = ids.filter { $0 == text }
    if matches.isEmpty, !text.isEmpty { matches = ids.filter { $0.hasPrefix(text) } }
    if matches.isEmpty, !text.isEmpty { matches = ids.filter { $0.hasSuffix("-" + text) } }
    guard let id = matches.first else {
      throw SpoolError(
        .notFound, "\(reference): there is no sweep \(text) (\(command("sweep list")) shows all)")
    }
    guard matches.count == 1 else {
      let shown = matches.sorted().prefix(20).joined(separator: " ")
      throw SpoolError(
        .badInput,
        "\(reference): \(text) fits \(matches.count) sweeps: \(shown)"
          + (matches.count > 20 ? " …" : ""))
    }
    guard let sweep = try sweepIfThere(id) else {
      throw SpoolError(
        .system, "\(path(.sweeps, id + QueueFileName.ending)): is not a record that spool wrote")
    }
    return sweep
  }

  /// The IDs of all sweeps.
  package func sweepIDs() throws(SpoolError) -> Set<String> { Set(try sweepNames()) }

  private func sweepNames() throws(SpoolError) -> [String] {
    var ids: Set<String> = []
    for name in try listIfThere(.sweeps) where !name.hasPrefix(".") {
      ids.insert(Self.recordName(name) ?? name)
    }
    return ids.filter { RunName.isValid($0) }.sorted()
  }

  /// The record of a sweep, wherever it is. Returns nil if there is none, or if it cannot be read.
  ///
  /// Only after a listing that had the sweep.
  func sweepIfThere(_ id: String) throws(SpoolError) -> Sweep? {
    for file in [id + "/" + Self.sweepFile, id + QueueFileName.ending] {
      do throws(Errno) {
        return Sweep(try readWhole(path(.sweeps, file), limit: ReadLimit.sweep).bytes)
      } catch {
        if error == .notFound || error == .notDirectory { continue }
        // It is not a file, and so not a record: it hides no other sweep.
        if [.isDirectory, .symbolicLink, .tooLarge].contains(error) { continue }
        throw SpoolError("read", path(.sweeps, file), error)
      }
    }
    return nil
  }
}
