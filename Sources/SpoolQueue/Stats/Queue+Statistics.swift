extension Queue {
  /// Counts the runs of the queue.
  ///
  /// Only the directory is read. Each record in `done/` is scanned once, on every core, up to the last key
  /// needed. Waiting runs are counted from file names, unless a selection needs more.
  ///
  /// - Parameters:
  ///   - selection: Only runs that it selects.
  ///   - since: Only runs that ended since then, among the runs that are over. Waiting and running runs
  ///     are counted however old they are.
  public func statistics(
    of selection: Selection = Selection(), endedSince since: Timestamp? = nil
  ) throws(SpoolError) -> QueueStatistics {
    let listing = try RunListing(self)
    var runs = listing.countActive(selection)
    runs.add(listing.countRecords(selection, endedSince: since))
    let agents = try liveAgents()
    // Slots belong to the host, whichever of its agents got their number.
    var slots: [String: Int] = [:]
    for agent in agents {
      slots[agent.holder.host] = Swift.max(slots[agent.holder.host] ?? 0, agent.slots)
    }
    return QueueStatistics(
      entity: entity, queue: name, takenAt: .now, since: since,
      isPaused: listing.reader.isPaused, agents: agents.count,
      slots: slots.values.clampedSum, slotsUsed: try slotsUsed(listing), runs: runs)
  }

  /// The number of slots that the claimed runs take.
  package func slotsUsed(_ listing: RunListing) throws(SpoolError) -> Int {
    var used = 0
    let settings = try settingsOrDefaults()
    for claimed in listing.claimed {
      do throws(SpoolError) {
        used = used.adding(clamped: try use(of: claimed.name, settings)?.slots ?? 0)
      } catch {
        // A user who may list a queue may not be able to read everything in it.
        used = used.adding(clamped: 1)
      }
    }
    return used
  }
}

extension RunListing {
  /// Counts waiting, starting and running runs.
  fileprivate func countActive(_ selection: Selection) -> RunStatistics {
    var figures = RunStatistics()
    let active = activeEntries(limit: .max).filter {
      selection.verdict(of: $0, waitingState: reader.waitingState) != false
    }
    Parallel.forEachPart(of: active.indices, part: Self.part) { range in
      var figures = RunStatistics()
      for file in active[range] {
        if let sample = sample(of: file, selection) { figures.add(sample) }
      }
      return figures
    } body: { part in
      figures.add(part)
      return true
    }
    return figures
  }

  /// The sample of a run that is not over; nil if it is not selected, or gone.
  private func sample(of file: ActiveRun, _ selection: Selection) -> RunSample? {
    let isSelected = selection.verdict(of: file, waitingState: reader.waitingState)
    // Of 100,000 files in queued/, none is read if its name is enough.
    if isSelected == true, file.folder == .queued,
      let submitted = file.name.stamp.flatMap({ Timestamp(stamp: $0) })
    {
      var sample = RunSample(state: reader.waitingState)
      sample.isHeld = file.name.parked != nil
      sample.createdAt = submitted
      return sample
    }
    guard var run = reader.readOrFind(file) else { return nil }
    // The claim may have changed the name under which the file was listed.
    run.run = file.run
    return isSelected == true || selection.matches(run) ? RunSample(run) : nil
  }

  /// Counts the records of `done/`.
  fileprivate func countRecords(
    _ selection: Selection, endedSince since: Timestamp?
  ) -> RunStatistics {
    var figures = RunStatistics()
    guard selection.admitsDone else { return figures }
    let positions = recordPositions(named: selection.runs, modifiedSince: since)
    let scanner = SampleScanner(entity: reader.queue.entity)
    Parallel.forEachPart(of: positions.indices, part: Self.part) { range in
      var figures = RunStatistics()
      var files = RecordReader(in: recordsFolder.number)
      var ranges: [Range<Int>?] = []
      records.withNames { names in
        for position in positions[range] {
          let found: (sample: RunSample, facts: Selection.Facts)
          do throws(Errno) {
            found = scanner.read(try files.contents(of: names[position]), &ranges)
          } catch {
            // A missing record was pruned since the listing.
            if error == .notFound { continue }
            found = scanner.unreadable
          }
          if let since, let endedAt = found.sample.endedAt, endedAt < since { continue }
          var conditions = selection
          // The names are already right here.
          conditions.runs = nil
          if conditions.matches(found.facts) { figures.add(found.sample) }
        }
      }
      return figures
    } body: { part in
      figures.add(part)
      return true
    }
    return figures
  }

  /// The records of these runs, and no records older than `oldest`, in no order.
  private func recordPositions(
    named runs: Set<String>?, modifiedSince oldest: Timestamp?
  ) -> [Int] {
    let positions =
      runs.map { records.positions(of: Set($0.map { $0 + QueueFileName.ending })) }
      ?? Array(0..<records.count)
    guard let oldest else { return positions }
    // No time in a record is newer than its file.
    let times = records.modificationTimes(in: recordsFolder.number)
    return positions.filter { times[$0].map { $0 >= oldest.nanoseconds } ?? false }
  }
}

/// Finds the counted and the selecting keys in the records of `done/`, and builds nothing else.
private struct SampleScanner: Sendable {
  private let scanner = RecordScanner([
    .state, .job, .author, .owner, .tags, .createdAt, .startedAt, .endedAt, .duration, .exitCode,
    .signal, .reason, .attempt, .sweep,
  ])
  private let entity: String

  init(entity: String) { self.entity = entity }

  /// A record that cannot be read counts as crashed.
  var unreadable: (sample: RunSample, facts: Selection.Facts) {
    var sample = RunSample(state: .crashed)
    sample.failure = .crashed(.record)
    return (sample, Selection.Facts(run: "", entity: entity, state: .crashed))
  }

  func read(
    _ bytes: UnsafeRawBufferPointer, _ ranges: inout [Range<Int>?]
  ) -> (sample: RunSample, facts: Selection.Facts) {
    guard let found = scanner.scan(bytes, &ranges), let state = found.state, state.isDone else {
      return unreadable
    }
    var sample = RunSample(state: state)
    sample.createdAt = found.time(.createdAt)
    sample.startedAt = found.time(.startedAt)
    sample.endedAt = found.time(.endedAt)
    sample.duration = found.number(.duration)
    sample.attempt = found.whole(.attempt)
    if state != .finished {
      sample.failure = RunFailure(
        state: state, exitCode: found.whole(.exitCode), signal: found.text(.signal),
        reason: found.text(.reason))
    }
    var facts = Selection.Facts(run: "", entity: entity, state: state)
    facts.add(found)
    facts.createdAt = sample.createdAt
    facts.endedAt = sample.endedAt
    return (sample, facts)
  }
}
