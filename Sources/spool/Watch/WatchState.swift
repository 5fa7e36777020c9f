import SpoolQueue

/// The state of a live view, which keys change. Pure: the effects are ``Action``s.
struct WatchState: Sendable {
  /// The view that covers the list.
  enum Mode: Sendable, Equatable {
    case list
    case help
    /// The end of a run's log.
    case log(run: String, queue: Int)
    /// The user is typing text for the filter.
    case filter
    /// A question that `y` answers.
    case confirm(Action, String)
  }

  /// The effects that the view asks the program for.
  indirect enum Action: Sendable, Equatable {
    case quit
    case suspend
    case redraw
    case kill(run: String, queue: Int)
    case hold(run: String, queue: Int)
    case release(run: String, queue: Int)
    case retry(run: String, queue: Int)
    /// Stop the run's command until it is resumed; `suspend` is the view's own.
    case stop(run: String, queue: Int)
    case resume(run: String, queue: Int)
  }

  /// A line that can be chosen.
  struct Item: Sendable, Equatable {
    let queue: Int
    let run: Run
  }

  private(set) var mode = Mode.list
  /// The filter: only runs are shown whose name, job, author or state contains it.
  private(set) var filter = ""
  /// The chosen run, by its name and its queue: lines move under the cursor.
  private(set) var chosen: (queue: Int, run: String)?
  /// The result of the last action.
  var message = ""
  var page = 10

  /// The runs that pass the filter, in the order of the screen.
  func items(_ snapshot: WatchSnapshot) -> [Item] {
    WatchSection.items(snapshot.queues).filter { passes($0.run) }
  }

  private func passes(_ run: Run) -> Bool {
    if filter.isEmpty { return true }
    let wanted = filter.lowercased()
    return [run.run, run.job, run.author, run.owner, run.state.rawValue].contains { text in
      text?.lowercased().contains(wanted) == true
    }
  }

  /// The place of the chosen run, or of the first run if the chosen run is gone.
  func position(in items: [Item]) -> Int {
    guard let chosen else { return 0 }
    return items.firstIndex { $0.queue == chosen.queue && $0.run.run == chosen.run } ?? 0
  }

  /// Takes a key. Returns the effect that it asks for, if any.
  mutating func press(_ key: Key, _ snapshot: WatchSnapshot) -> Action? {
    switch key {
    case .interrupt: return .quit
    case .suspend: return .suspend
    case .redraw: return .redraw
    default: break
    }
    switch mode {
    case .list: return pressInList(key, snapshot)
    case .help, .log:
      if [.escape, .enter, .character("q"), .character("?")].contains(key) { mode = .list }
      return nil
    case .filter:
      pressInFilter(key)
      return nil
    case .confirm(let action, _):
      mode = .list
      return key == .character("y") ? action : nil
    }
  }

  private mutating func pressInFilter(_ key: Key) {
    switch key {
    case .enter: mode = .list
    case .escape:
      filter = ""
      mode = .list
    case .backspace: _ = filter.popLast()
    case .character(let character): filter.append(character)
    default: break
    }
  }

  private mutating func pressInList(_ key: Key, _ snapshot: WatchSnapshot) -> Action? {
    message = ""
    let items = items(snapshot)
    let place = position(in: items)
    switch key {
    case .up, .character("k"): choose(place - 1, items)
    case .down, .character("j"): choose(place + 1, items)
    case .pageUp: choose(place - page, items)
    case .pageDown: choose(place + page, items)
    case .home, .character("g"): choose(0, items)
    case .end, .character("G"): choose(items.count - 1, items)
    case .character("q"): return .quit
    case .character("?"): mode = .help
    case .character("/"): mode = .filter
    case .escape: filter = ""
    default:
      guard items.indices.contains(place) else { return nil }
      return pressOnRun(key, items[place])
    }
    return nil
  }

  private mutating func choose(_ place: Int, _ items: [Item]) {
    guard !items.isEmpty else { return }
    let item = items[Swift.min(Swift.max(place, 0), items.count - 1)]
    chosen = (item.queue, item.run.run)
  }

  private mutating func pressOnRun(_ key: Key, _ item: Item) -> Action? {
    let run = item.run.run
    chosen = (item.queue, run)
    switch key {
    case .enter, .character("l"): mode = .log(run: run, queue: item.queue)
    case .character("x"):
      guard !item.run.state.isDone else {
        message = "\(run) is over already"
        return nil
      }
      mode = .confirm(.kill(run: run, queue: item.queue), "kill \(run)?")
    case .character("h"):
      guard item.run.state.isWaiting else {
        message = "only a waiting run can be held"
        return nil
      }
      return item.run.held
        ? .release(run: run, queue: item.queue) : .hold(run: run, queue: item.queue)
    case .character("s"):
      guard item.run.state == .running else {
        message = "only a running run can be suspended"
        return nil
      }
      return item.run.suspended
        ? .resume(run: run, queue: item.queue) : .stop(run: run, queue: item.queue)
    case .character("r"):
      guard item.run.state.isDone else {
        message = "\(run) is not over"
        return nil
      }
      return .retry(run: run, queue: item.queue)
    default: break
    }
    return nil
  }
}
