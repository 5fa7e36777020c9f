package import SpoolProtocol

/// The waiting files of a queue that were read and cannot be started yet, by what they wait for.
///
/// They are read again only when that has come, or when they change: thousands of them cost an
/// agent nothing while nothing happens.
package struct WaitingRoom: Sendable {
  /// What is known of a file.
  package struct Place: Sendable {
    package let demand: Demand
    package let obstacle: Obstacle
    /// The file as it was read.
    package let seen: FileInformation
    /// The runs that are not over yet, and how each must end.
    var pending: [String: [Dependencies.Condition]] = [:]
  }

  private var places: [String: Place] = [:]
  /// By their time, the next one last.
  private var times: [(time: Timestamp, file: String)] = []
  /// By the runs that they wait for.
  private var dependents: [String: [String]] = [:]
  /// The files that wait for runs, by the runs that they are.
  private var waiters: [String: [String]] = [:]
  /// What waits for room, in the queue's order.
  private var seekers: [String] = []
  /// Whose turn to be looked at has not come yet.
  private var toCheck: [String] = []

  /// Holds nothing yet.
  package init() {}

  /// How many files wait here.
  package var count: Int { places.count }

  /// What is known of a file; nil: it does not wait here.
  package subscript(file: String) -> Place? { places[file] }

  /// Lets a file wait for what stands in its way.
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

  /// Forgets what is not in the queue any more.
  package mutating func keep(only isThere: (String) -> Bool) {
    remove(Set(places.keys.filter { !isThere($0) }))
  }

  // All at once: one by one, the end of a large sweep would hold its agent up for seconds.
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

  /// All of the files and what they were when they were read.
  package var seen: [(file: String, seen: FileInformation)] {
    places.map { ($0.key, $0.value.seen) }
  }

  /// The runs that a file waits for, and that are not over as far as is known.
  package func pending(of file: String) -> some Collection<String> {
    (places[file]?.pending ?? [:]).keys
  }

  /// Some of the files and what they were when they were read; all of them in turn.
  package mutating func nextToCheck(_ count: Int) -> [(file: String, seen: FileInformation)] {
    if toCheck.isEmpty { toCheck = Array(places.keys) }
    let chosen = toCheck.suffix(count)
    toCheck.removeLast(chosen.count)
    return chosen.compactMap { file in places[file].map { (file, $0.seen) } }
  }

  /// Forgets everything: what the files need may be another thing now.
  package mutating func removeAll() { self = WaitingRoom() }

  // MARK: What wakes them

  /// When the next file's time comes, by the file server's clock; nil: none waits for a time.
  package var nextTime: Timestamp? { times.last?.time }

  /// Takes out the files whose time has come.
  package mutating func takeDue(at now: Timestamp) -> [String] {
    var due: [String] = []
    while let next = times.last, next.time <= now {
      due.append(next.file)
      times.removeLast()
      places[next.file] = nil
    }
    return due
  }

  /// The runs whose end somebody waits for.
  package var awaited: some Collection<String> { dependents.keys }

  /// Whether somebody waits for the end of that run.
  package func isAwaited(_ run: String) -> Bool { dependents[run] != nil }

  /// Takes out the files that may start now that a run has ended, or never will.
  ///
  /// - Parameter state: nil: there is no such run any more.
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

  /// Takes out the first files that fit beside one another into what is free, as far as can be said
  /// before any is claimed.
  ///
  /// - Parameter kept: What is kept for another run when that file is looked at.
  package mutating func takeFitting(
    _ free: Capacity, keeping kept: (String) -> Capacity? = { _ in nil }
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

  /// Of the files that wait for room, the first by the queue's order that others have passed for
  /// too long.
  package func overdue(at now: Timestamp) -> (file: String, demand: Demand)? {
    for file in seekers {
      if let demand = places[file]?.demand, demand.isOverdue(at: now) { return (file, demand) }
    }
    return nil
  }

  /// A run's way back to itself through those that wait for one another: `a → b → a`; nil: there is
  /// none.
  ///
  /// - Parameters:
  ///   - run: Whose file is about to wait.
  ///   - runs: What it waits for.
  package func circle(of run: String, waitingFor runs: [String]) -> [String]? {
    if runs.contains(run) { return [run, run] }
    // Nobody waits for it, so no way leads back to it: so it is for all that launch queued.
    if !isAwaited(run) { return nil }
    // From each run that is reached to the one that waits for it.
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

  /// Whether files wait for a time or for room, and so come to run by themselves.
  ///
  /// What waits for runs may do so, too: ``Prospects`` tells.
  package var awaitsTimeOrRoom: Bool { !times.isEmpty || !seekers.isEmpty }

  /// Whether files wait for room.
  package var hasSeekers: Bool { !seekers.isEmpty }

  /// Whether files wait for the ends of runs.
  package var hasDependents: Bool { !dependents.isEmpty }
}

extension Array {
  /// Where the elements begin for which the predicate holds, in an array that is sorted by it.
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
