extension Queue {
  /// The demand of a waiting job, with its named job and the queue's defaults merged.
  ///
  /// - Returns: Nil if the demand cannot be told, since its named job cannot be read. The file is claimed all the
  ///   same, and its run ends with that reason.
  /// - Throws: ``SpoolError`` of kind `system` if it should be looked at again.
  package func demand(
    of file: Job, submittedAt: Timestamp, _ settings: QueueSettings
  ) throws(SpoolError) -> Demand? {
    do throws(SpoolError) {
      return Demand(try mergedIfNeeded(file, settings), submittedAt: submittedAt)
    } catch {
      if error.kind == .system { throw error }
      return nil
    }
  }

  private func mergedIfNeeded(
    _ file: Job, _ settings: QueueSettings
  ) throws(SpoolError) -> Job {
    file.job == nil && settings.defaults == Job() ? file : try merge(file, settings)
  }

  /// The capacity that a claimed run takes of its host, by its attempt's start record, or by its file if there is none.
  ///
  /// - Parameter name: The file's name in `starting/` or `running/`.
  /// - Returns: Nil if it moved on, or if neither can be read.
  package func use(
    of name: QueueFileName, _ settings: QueueSettings
  ) throws(SpoolError) -> ClaimedUse? {
    let found: FoundAttempt?
    do throws(SpoolError) {
      found = try findAttempt(of: name)
    } catch {
      // If the record moves on meanwhile, or cannot be seen from here yet, that is not an error: the file has the
      // answer too.
      guard error.errno?.isAbsence == true else { throw error }
      found = nil
    }
    if let start = found?.start {
      return ClaimedUse(
        slots: start.job?.slots ?? 1, gpus: start.gpus,
        eighths: (start.job?.gpus ?? 1).eighthsOfEach, hasStarted: true)
    }
    for folder in [Folder.starting, .running] {
      guard let file = try? read(path(folder, name.text)),
        let job = try? Job(parsing: file.bytes)
      else { continue }
      let merged = (try? mergedIfNeeded(job, settings)) ?? job
      return ClaimedUse(slots: merged.slots ?? 1)
    }
    return nil
  }

  /// The end of a run, by its record. Returns nil if it has none. A file that is not a record counts as crashed.
  package func endState(of run: String) throws(SpoolError) -> RunState? {
    let path = path(.done, run + QueueFileName.ending)
    let bytes = try namingIfThere("read", path) { () throws(Errno) in
      // The state is the record's second value.
      try read(path, limit: 65_536)
    }
    guard let bytes else { return nil }
    var ranges: [Range<Int>?] = []
    let state = bytes.withUnsafeBytes {
      Self.stateScanner.scan($0, &ranges, mayBeCut: true)?.state
    }
    return state ?? .crashed
  }

  private static let stateScanner = RecordScanner([.state])
}

/// The slots and gpus of its host that a claimed run takes.
package struct ClaimedUse: Sendable, Equatable {
  package var slots: Int
  /// The names of its gpus; empty before its start, when they are not known.
  package var gpus: [String] = []
  /// The eighths that it takes of each.
  package var eighths = GPUAmount.eighthsOfOne
  package var hasStarted = false

  package init(
    slots: Int, gpus: [String] = [], eighths: Int = GPUAmount.eighthsOfOne,
    hasStarted: Bool = false
  ) {
    self.slots = slots
    self.gpus = gpus
    self.eighths = eighths
    self.hasStarted = hasStarted
  }
}
