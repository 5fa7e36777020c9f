package import SpoolProtocol

/// The waiting files of a queue that were read and cannot start yet, by their obstacles.
///
/// A file is read again only when its obstacle is gone, or when it changes: thousands of files cost an agent nothing
/// while no event comes.
package struct WaitingRoom: Sendable {
  /// A file that waits.
  package struct Place: Sendable {
    package let demand: Demand
    package let obstacle: Obstacle
    /// The facts about the file when it was read.
    package let seen: FileInformation
    /// The runs for which it waits, and how each must end.
    var pending: [String: [Dependencies.Condition]] = [:]
  }

  private var places: [String: Place] = [:]
  /// The files that wait for a time; the next one is the last.
  private var times: [(time: Timestamp, file: String)] = []
  /// The files that wait for runs, by those runs.
  private var dependents: [String: [String]] = [:]
  /// The files that wait for runs, by their own runs.
  private var waiters: [String: [String]] = [:]
  /// The files that wait for room, in the queue's order.
  private var seekers: [String] = []
  /// Files still to be looked at again in this turn.
  private var toCheck: [String] = []

  package init() {}

  package var count: Int { places.count }

  /// The place of a file. Returns nil if it does not wait here.
  package subscript(file: String) -> Place? { places[file] }

  /// Lets a file wait for an obstacle to go.
  package mutating func add(
    _ file: String, _ seen: FileInformation, _ demand: Demand, _ obstacle: Obstacle
  ) {
    remove(file)
    var place = Place(demand: demand, obstacle: obstacle, seen: seen)
    switch obstacle {
    case .lack, .impossible, .unknown: break
    case .until(let time):
      let at = times.partitioningIndex { $0.time < time }
      times.insert((time, file), at: at)
    case .runs(let runs):
      let conditions = demand.after?.conditions ?? [:]
      for run in runs {
        place.pending[run] = conditions[run] ?? []
        dependents[run, default: []].append(file)
      }
      if let waiter = QueueFileName(file)?.run { waiters[waiter, default: []].append(file) }
    case .capacity:
      let at = seekers.partitioningIndex { QueueFileName.precedes(file, $0) }
      seekers.insert(file, at: at)
    }
    places[file] = place
  }

  /// Forgets a file: it changed, or is gone.
  package mutating func remove(_ file: String) {
    guard let place = places.removeValue(forKey: file) else { return }
    switch place.obstacle {
    case .lack, .impossible, .unknown: break
    case .until: times.removeAll { $0.file == file }
    case .runs:
      for run in place.pending.keys { forget(file, waitingFor: run) }
      forgetWaiter(file)
    case .capacity: seekers.removeAll { $0 == file }
    }
  }

  private mutating func forget(_ file: String, waitingFor run: String) {
    dependents[run]?.removeAll { $0 == file }
    if dependents[run]?.isEmpty == true { dependents[run] = nil }
  }

  private mutating func forgetWaiter(_ file: String) {
    guard let run = QueueFileName(file)?.run else { return }
    waiters[run]?.removeAll { $0 == file }
    if waiters[run]?.isEmpty == true { waiters[run] = nil }
  }

  /// Forgets files that are gone.
  package mutating func keep(only isThere: (String) -> Bool) {
    remove(Set(places.keys.filter { !isThere($0) }))
  }

  // All in one pass: one by one, the end of a large sweep would take seconds.
  private mutating func remove(_ files: Set<String>) {
    if files.isEmpty { return }
    var awaited: Set<String> = []
    var (hasTimes, hasSeekers) = (false, false)
    for file in files {
      switch places.removeValue(forKey: file) {
      case let place? where place.obstacle == .capacity: hasSeekers = true
      case let place?:
        if case .until = place.obstacle { hasTimes = true }
        guard case .runs = place.obstacle else { continue }
        awaited.formUnion(place.pending.keys)
        forgetWaiter(file)
      case nil: continue
      }
    }
    if hasTimes { times.removeAll { files.contains($0.file) } }
    if hasSeekers { seekers.removeAll { files.contains($0) } }
    for run in awaited {
      dependents[run]?.removeAll { files.contains($0) }
      if dependents[run]?.isEmpty == true { dependents[run] = nil }
    }
  }

  /// All files, with the facts about them when they were read.
  package var seen: [(file: String, seen: FileInformation)] {
    places.map { ($0.key, $0.value.seen) }
  }

  /// The runs for which a file waits.
  package func pending(of file: String) -> some Collection<String> {
    (places[file]?.pending ?? [:]).keys
  }

  /// Some of the files, as in ``seen``. Repeated calls go through all of them.
  package mutating func nextToCheck(_ count: Int) -> [(file: String, seen: FileInformation)] {
    if toCheck.isEmpty { toCheck = Array(places.keys) }
    let chosen = toCheck.suffix(count)
    toCheck.removeLast(chosen.count)
    return chosen.compactMap { file in places[file].map { (file, $0.seen) } }
  }

  /// Forgets all files, since their needs may have changed.
  package mutating func removeAll() { self = WaitingRoom() }

  // MARK: The ends of obstacles

  /// The next time for which a file waits, by the file server's clock. Returns nil if none waits for a time.
  package var nextTime: Timestamp? { times.last?.time }

  /// Removes and returns the files whose time has come.
  package mutating func takeDue(at now: Timestamp) -> [String] {
    var due: [String] = []
    while let next = times.last, next.time <= now {
      due.append(next.file)
      times.removeLast()
      places[next.file] = nil
    }
    return due
  }

  /// The runs for whose end files wait.
  package var awaited: some Collection<String> { dependents.keys }

  /// Whether a file waits for the end of that run.
  package func isAwaited(_ run: String) -> Bool { dependents[run] != nil }

  /// Removes and returns the files that after the end of a run may start, or can never start.
  ///
  /// - Parameter state: How it ended; nil if it does not exist any more.
  package mutating func takeDependents(of run: String, endedAs state: RunState?) -> [String] {
    var free: [String] = []
    for file in dependents.removeValue(forKey: run) ?? [] {
      guard let conditions = places[file]?.pending.removeValue(forKey: run) else { continue }
      let isLost = state.map { state in conditions.contains { !$0.isMet(by: state) } } ?? true
      if isLost || places[file]?.pending.isEmpty == true { free.append(file) }
    }
    remove(Set(free))
    return free
  }

  /// Removes and returns the first files that fit together into the free room, as far as that is known before any is
  /// claimed.
  ///
  /// - Parameter kept: The room that a file must leave for another run.
  package mutating func takeFitting(
    _ free: Capacity, keeping kept: (String) -> Demand? = { _ in nil }
  ) -> [String] {
    var left = free
    var fitting: [String] = []
    for file in seekers {
      if left.slots <= 0 { break }
      guard let demand = places[file]?.demand, left.fits(demand, keeping: kept(file)) else {
        continue
      }
      fitting.append(file)
      left = left - demand
    }
    remove(Set(fitting))
    return fitting
  }

  /// The first file, in the queue's order, that waits for room and that others have passed for too long.
  package func overdue(at now: Timestamp) -> (file: String, demand: Demand)? {
    for file in seekers {
      if let demand = places[file]?.demand, demand.isOverdue(at: now) { return (file, demand) }
    }
    return nil
  }

  /// The first file, in the queue's order, that waits for room and fits into one of two capacities only.
  package func first(
    thatFits free: Capacity, butNot other: Capacity
  ) -> (file: String, demand: Demand)? {
    for file in seekers {
      if let demand = places[file]?.demand, free.fits(demand), !other.fits(demand) {
        return (file, demand)
      }
    }
    return nil
  }

  /// The circle that would arise if a run waited for others: `a → b → a`. Returns nil if there is none.
  ///
  /// - Parameters:
  ///   - run: The run that is about to wait.
  ///   - runs: The runs for which it would wait.
  package func circle(of run: String, waitingFor runs: [String]) -> [String]? {
    if runs.contains(run) { return [run, run] }
    // Only if a file waits for it a way can lead back to it. None does for the files that `launch` makes.
    if !isAwaited(run) { return nil }
    // Each run that is reached, and the one that waits for it.
    var waiter: [String: String] = [:]
    var ends: [String] = []
    for next in runs where waiter.updateValue(run, forKey: next) == nil { ends.append(next) }
    while let last = ends.popLast() {
      for file in waiters[last] ?? [] {
        for next in places[file]?.pending.keys ?? [:].keys {
          if next == run { return way(to: last, from: run, waiter) + [run] }
          if waiter[next] != nil { continue }
          waiter[next] = last
          ends.append(next)
        }
      }
    }
    return nil
  }

  private func way(to last: String, from run: String, _ waiter: [String: String]) -> [String] {
    var way = [last]
    var step = last
    while step != run, let before = waiter[step] {
      way.append(before)
      step = before
    }
    return way.reversed()
  }

  /// Whether files wait for a time or for room, and so will start by themselves. Files that wait for runs may do so,
  /// too; see ``Prospects``.
  package var awaitsTimeOrRoom: Bool { !times.isEmpty || !seekers.isEmpty }

  package var hasSeekers: Bool { !seekers.isEmpty }

  package var hasDependents: Bool { !dependents.isEmpty }
}

extension Array {
  /// The first position at which the predicate holds, in an array that is sorted by it.
  fileprivate func partitioningIndex(where belongsBehind: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if belongsBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
