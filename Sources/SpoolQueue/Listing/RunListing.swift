/// The runs of a queue at one moment, by their names alone.
///
/// The directories are listed twice, one after the other, by the rule of Sightings.swift: so no run is missed. A
/// run that is found more than once is where the later listing has it, unless it has a record.
package struct RunListing: Sendable {
  package let reader: RunReader
  /// Claimed runs, `running/` before `starting/`, each in the order of their names.
  package let claimed: [ActiveRun]
  /// The files of `queued/`, in no order.
  package let waiting: NameTable
  /// The files of `done/`, in no order.
  package let records: NameTable

  /// `done/`, open, so that its files are read by their names alone.
  let recordsFolder: OpenFolder

  /// The state of `done/`, for a later listing.
  package let seen: SeenRecords?
  /// Whether `done/` is certainly as in the earlier listing, so that ``records`` are the same.
  package let hasSameRecords: Bool

  /// Lists the queue.
  ///
  /// - Parameter earlier: The state of `done/` in an earlier listing of this queue. As long as `done/` has
  ///   not changed, its names are reused and not listed again.
  package init(_ queue: Queue, after earlier: SeenRecords? = nil) throws(SpoolError) {
    reader = try RunReader(queue)
    recordsFolder = try OpenFolder(queue, .done)
    let before = try Look(queue, after: earlier)
    let after = try Look(queue, after: before.seen, isSameMoment: true)
    (claimed, waiting) = Self.merge(before, after)
    records = after.records
    seen = after.seen
    hasSameRecords = before.isAsBefore && after.isAsBefore
  }

  /// The names of `done/` in a listing.
  package struct SeenRecords: Sendable {
    fileprivate let names: NameTable
    /// The modification time of `done/` before it was listed.
    fileprivate let modified: Timestamp
    /// When this host saw that time first.
    fileprivate let since: Instant
    /// Whether every later change gives `done/` another time. Two changes within one tick of the file
    /// system's clock leave the same time; some clocks tick once a second.
    fileprivate let isCertain: Bool
  }

  package var count: Int { claimed.count + waiting.count + records.count }

  package var counts: QueueCounts {
    var counts = QueueCounts()
    counts.queued = waiting.count
    counts.held = waiting.withNames { names in
      names.indices.count { QueueFileName.isParked(names[$0]) }
    }
    counts.running = claimed.count { $0.folder == .running }
    counts.starting = claimed.count - counts.running
    counts.done = records.count
    counts.isPaused = reader.isPaused
    return counts
  }

  /// The directories, listed in the order of movement.
  struct Look {
    var waiting: NameTable
    var starting: [ActiveRun]
    var running: [ActiveRun]
    var records: NameTable
    /// The state of `done/`; nil if its names were passed in instead of listed.
    private(set) var seen: SeenRecords?
    /// Whether the names of `done/` are those of the earlier look.
    private(set) var isAsBefore = false

    init(
      waiting: NameTable, starting: [ActiveRun], running: [ActiveRun], records: NameTable
    ) {
      self.waiting = waiting
      self.starting = starting
      self.running = running
      self.records = records
    }

    /// Lists the directories; `done/` only if it may have changed since it was listed before.
    ///
    /// - Parameters:
    ///   - earlier: The state of `done/` in an earlier listing.
    ///   - isSameMoment: Whether the earlier listing was made just now. If so, a change within the same clock tick may
    ///     be missed; with many names that is cheaper than listing again.
    init(
      _ queue: Queue, after earlier: SeenRecords?, isSameMoment: Bool = false
    ) throws(SpoolError) {
      waiting = try queue.table(.queued) { QueueFileName.isJob($0) }
      starting = try queue.sightings.files(in: .starting)
      running = try queue.sightings.files(in: .running)
      let modified = try queue.recordsModified()
      let now = Instant.now
      let known = earlier?.modified == modified ? earlier : nil
      if let known, known.isCertain || isSameMoment && known.names.count > 4096 {
        records = known.names
        seen = known
        isAsBefore = true
        return
      }
      records = try queue.records()
      let since = known?.since ?? now
      seen = SeenRecords(
        names: records, modified: modified, since: since, isCertain: now - since > .seconds(2))
    }
  }

  /// The combined result of two looks, one after the other.
  static func merge(
    _ before: Look, _ after: Look
  ) -> (claimed: [ActiveRun], waiting: NameTable) {
    var claimed: [String: ActiveRun] = [:]
    for active in before.starting + before.running { claimed[active.run] = active }
    // Put back into queued/ meanwhile, or waiting for a retry.
    let returned = after.waiting.contained(
      of: Set(claimed.values.map { $0.name.claimed(by: nil).text }))
    claimed = claimed.filter { !returned.contains($0.value.name.claimed(by: nil).text) }
    for active in after.starting + after.running { claimed[active.run] = active }

    let gone = gone(from: before.waiting, after.waiting)
    let recorded = after.records.contained(
      of: Set((claimed.keys + gone.map { $0.run }).map { $0 + QueueFileName.ending }))
    claimed = claimed.filter { !recorded.contains($0.key + QueueFileName.ending) }

    var waiting = after.waiting
    // These files waited when the second look began, and moved on before its end. Runs whose claim or record was
    // there before are left out: such a file was dropped under the name of an old run, and is another file.
    let claims = Set((before.starting + before.running).compactMap { $0.name.claim })
    var moved = Set(after.records.subtracting(before.records).compactMap { Queue.recordName($0) })
    for active in after.starting + after.running {
      if let claim = active.name.claim, !claims.contains(claim) { moved.insert(active.run) }
    }
    if !moved.isEmpty {
      waiting = NameTable(
        waiting.texts.filter { QueueFileName($0).map { !moved.contains($0.run) } ?? false })
    }
    // These runs waited in the first look and were found nowhere since. A run was either removed, or the third look,
    // taken when the run is read, will find it. But a dropped file may have got another name.
    for missed in gone
    where claimed[missed.run] == nil && missed.name.isFull
      && !recorded.contains(missed.run + QueueFileName.ending)
    {
      waiting.append(missed.file)
    }
    let order = { (left: ActiveRun, right: ActiveRun) in
      QueueFileName.precedes(left.file, right.file)
    }
    return (
      claimed.values.filter { $0.folder == .running }.sorted(by: order)
        + claimed.values.filter { $0.folder == .starting }.sorted(by: order), waiting
    )
  }

  /// The files of the first table whose run has no file in the second, under this or another name.
  private static func gone(from before: NameTable, _ after: NameTable) -> [ActiveRun] {
    let moved = before.subtracting(after).compactMap { ActiveRun(.queued, $0) }
    if moved.isEmpty { return [] }
    // A run that was held, released or moved within the queue has another file name.
    let runs = Set(moved.map { $0.run })
    let renamed = Set(
      after.texts.compactMap { QueueFileName($0)?.run }.filter { runs.contains($0) })
    return moved.filter { !renamed.contains($0.run) }
  }
}

extension RunListing {
  /// The first runs that are not over: claimed runs, then the queue in its order.
  func activeEntries(limit: Int) -> [ActiveRun] {
    let claimed = claimed.prefix(limit)
    return claimed
      + waitingOrder(limit: limit - claimed.count).compactMap { position in
        ActiveRun(.queued, waiting[position])
      }
  }

  private func waitingOrder(limit: Int) -> [Int] {
    waiting.withNames { names in
      Foremost.first(limit, of: names.indices) { left, right in
        QueueFileName.precedes(names[left], names[right])
      }
    }
  }

  /// The positions of the newest records, the newest first.
  ///
  /// - Parameters:
  ///   - limit: The largest number of records.
  ///   - runs: Only records of these runs; nil for records of any run.
  ///   - oldest: Only records at least as new as this; nil for records of any age. No time in a record is
  ///     newer than its file.
  func recordOrder(
    limit: Int, named runs: Set<String>? = nil, modifiedSince oldest: Timestamp? = nil
  ) -> [Int] {
    if limit <= 0 { return [] }
    let named = runs.map { runs in
      records.positions(of: Set(runs.map { $0 + QueueFileName.ending }))
    }
    if named?.isEmpty == true { return [] }
    let positions = named ?? Array(0..<records.count)
    let times = records.modificationTimes(of: positions, in: recordsFolder.number)
    let least = oldest?.nanoseconds ?? .min
    return records.withNames { names in
      // A missing record was pruned since the listing.
      let there = positions.indices.filter { times[$0].map { $0 >= least } ?? false }
      return Foremost.first(limit, of: there) { left, right in
        if times[left] != times[right] { return (times[left] ?? 0) > (times[right] ?? 0) }
        return QueueFileName.bytesPrecede(names[positions[left]], names[positions[right]])
      }.map { positions[$0] }
    }
  }
}

enum Foremost {
  /// The first `limit` of `items` in order, without sorting the others.
  static func first<Item>(
    _ limit: Int, of items: some Collection<Item>, by precedes: (Item, Item) -> Bool
  ) -> [Item] {
    if limit <= 0 { return [] }
    // Inserting between thousands of chosen items would move them all.
    if limit >= 4096 || limit >= items.count / 8 {
      return Array(items.sorted(by: precedes).prefix(limit))
    }
    // The chosen items in order: most items are compared only with the last.
    var chosen: [Item] = []
    chosen.reserveCapacity(limit + 1)
    for item in items {
      if chosen.count == limit, let last = chosen.last, !precedes(item, last) { continue }
      var low = 0
      var high = chosen.count
      while low < high {
        let middle = (low + high) / 2
        if precedes(chosen[middle], item) { low = middle + 1 } else { high = middle }
      }
      chosen.insert(item, at: low)
      if chosen.count > limit { chosen.removeLast() }
    }
    return chosen
  }
}

/// One of a queue's directories, open as long as it is referenced.
final class OpenFolder: Sendable {
  private let descriptor: Descriptor

  init(_ queue: Queue, _ folder: Queue.Folder) throws(SpoolError) {
    descriptor = try naming(
      "open", queue.path(folder), doing: System.open(queue.path(folder), .directory))
  }

  var number: Int32 { descriptor.number }
}
