import SpoolProtocol

/// Which waiting files of a queue can start without any action of a person, and why the others stay.
///
/// A file that waits for runs has prospects if each of those runs has: a file that waits for a held run has none. The
/// files of a circle that wait for one another have none either.
package struct Prospects: Sendable {
  /// Why a file stays.
  package enum Hindrance: Int, Sendable, CaseIterable {
    case held, edited, leftAlone, impossibleHere
    /// The file waits for a run that stays.
    case behindHeld, behindEdited, behindLeftAlone, behindImpossibleHere

    /// The hindrance of a file that waits for such a file.
    fileprivate var behind: Hindrance {
      switch self {
      case .held, .behindHeld: .behindHeld
      case .edited, .behindEdited: .behindEdited
      case .leftAlone, .behindLeftAlone: .behindLeftAlone
      case .impossibleHere, .behindImpossibleHere: .behindImpossibleHere
      }
    }

    /// The words for a number of files: `2 held`.
    fileprivate func words(_ count: Int) -> String {
      let wait = count == 1 ? "1 waits" : "\(count) wait"
      return switch self {
      case .held: "\(count) held"
      case .edited: "\(count) being edited"
      case .leftAlone: "\(count) left alone"
      case .impossibleHere: "\(count) that this host cannot run"
      case .behindHeld: wait + " for a held one"
      case .behindEdited: wait + " for one that is being edited"
      case .behindLeftAlone: wait + " for one that is left alone"
      case .behindImpossibleHere: wait + " for one that this host cannot run"
      }
    }
  }

  /// Whether any file has prospects.
  package let hasAny: Bool
  /// The number of files that stay, by reason.
  package let staying: [Hindrance: Int]

  /// - Parameters:
  ///   - files: A listing of `queued/`.
  ///   - room: The files that were read and wait.
  ///   - isOnItsWay: Whether a file that is not in `room` will be claimed or judged again.
  package init(
    of files: [String], in room: WaitingRoom, isOnItsWay: (String) -> Bool
  ) {
    var graph = Graph()
    for file in files {
      guard let name = QueueFileName(file) else { continue }
      switch name.parked {
      case .held: graph.add(name.run, .stays(.held))
      case .editing: graph.add(name.run, .stays(.edited))
      case nil:
        switch room[file]?.obstacle {
        case .until, .capacity: graph.add(name.run, .hasProspects)
        case .runs: graph.add(name.run, .waits(Array(room.pending(of: file))))
        case .lack: graph.add(name.run, .stays(.impossibleHere))
        case .impossible, .unknown, nil:
          graph.add(name.run, isOnItsWay(file) ? .hasProspects : .stays(.leftAlone))
        }
      }
    }
    graph.settle()
    hasAny = graph.hasProspects
    staying = graph.staying
  }

  /// The runs that stay, in words: `3 runs stay: 2 held, 1 waits for a held one`. Returns nil if none does.
  package var words: String? {
    if staying.isEmpty { return nil }
    let reasons = Hindrance.allCases.compactMap { reason in
      staying[reason].map { reason.words($0) }
    }
    let count = staying.values.reduce(0, +)
    return counted(count, "run stays", "runs stay") + ": " + reasons.joined(separator: ", ")
  }

  /// The files, and the runs for which each waits.
  private struct Graph {
    enum Standing: Equatable {
      case hasProspects
      case stays(Hindrance)
      case waits([String])
    }

    /// The run of each file.
    private var runs: [String] = []
    private var standings: [Standing] = []

    mutating func add(_ run: String, _ standing: Standing) {
      runs.append(run)
      standings.append(standing)
    }

    var hasProspects: Bool { standings.contains(.hasProspects) }

    var staying: [Hindrance: Int] {
      var counts: [Hindrance: Int] = [:]
      for case .stays(let reason) in standings { counts[reason, default: 0] += 1 }
      return counts
    }

    /// Decides for each file that waits whether it has prospects or stays.
    mutating func settle() {
      var waiters: [String: [Int]] = [:]
      for (file, standing) in standings.enumerated() {
        guard case .waits(let awaited) = standing else { continue }
        for run in awaited { waiters[run, default: []].append(file) }
      }
      if waiters.isEmpty { return }
      spreadProspects(waiters)
      spreadHindrances(waiters)
    }

    /// Goes from runs with prospects to the files that wait for them. No recursion: chains may be thousands long.
    private mutating func spreadProspects(_ waiters: [String: [Int]]) {
      let known = Set(runs)
      // A run that has no file here is over, or does not exist: files that wait for it will be read again.
      var live = Set(waiters.keys.filter { !known.contains($0) })
      for (file, standing) in standings.enumerated() where standing == .hasProspects {
        live.insert(runs[file])
      }
      var missing: [Int: Int] = [:]
      var ends = Array(live)
      while let run = ends.popLast() {
        for file in waiters[run] ?? [] {
          guard case .waits(let awaited) = standings[file] else { continue }
          missing[file, default: awaited.count] -= 1
          guard missing[file] == 0 else { continue }
          standings[file] = .hasProspects
          if live.insert(runs[file]).inserted { ends.append(runs[file]) }
        }
      }
    }

    /// Finds the hindrance of each file that still waits.
    private mutating func spreadHindrances(_ waiters: [String: [Int]]) {
      var ends: [(run: String, reason: Hindrance)] = []
      for (file, standing) in standings.enumerated() {
        if case .stays(let reason) = standing { ends.append((runs[file], reason)) }
      }
      // A file that waits for several runs gets the first of their hindrances.
      ends.sort { $0.reason.rawValue > $1.reason.rawValue }
      while let (run, reason) = ends.popLast() {
        for file in waiters[run] ?? [] {
          guard case .waits = standings[file] else { continue }
          standings[file] = .stays(reason.behind)
          ends.append((runs[file], reason))
        }
      }
      // A circle: the next agent that reads the files ends them.
      for (file, standing) in standings.enumerated() {
        if case .waits = standing { standings[file] = .stays(.leftAlone) }
      }
    }
  }
}
