import SpoolQueue
import SpoolTerminal

/// The place where a command works: the spool, the entity and the queue that were meant.
struct Context {
  /// The spool that the command line, the environment and the configuration name.
  let spool: Spool
  private let path: String?
  private let isRootGiven: Bool
  private let givenEntity: String?

  /// Reads `--root`, `-e` and `-q`, if the command has them.
  init(_ arguments: ParsedArguments) throws {
    try self.init(arguments, queue: arguments.declares("queue") ? arguments.option("queue") : nil)
  }

  /// Reads `--root` and `-e` for one of several queues.
  init(_ arguments: ParsedArguments, queue: String?) throws {
    try self.init(
      root: arguments.declares("root") ? arguments.option("root") : nil,
      entity: arguments.declares("entity") ? arguments.option("entity") : nil, queue: queue)
  }

  /// A context for each queue that `-q` names, else one for the default queue.
  static func each(_ arguments: ParsedArguments) throws -> [Context] {
    let names = arguments.options("queue")
    if names.isEmpty { return [try Context(arguments, queue: nil)] }
    return try names.map { try Context(arguments, queue: $0) }
  }

  /// Takes the names of root, entity and queue, nil if they were not given.
  init(root: String?, entity: String?, queue: String?) throws {
    let isPath = queue.map { Spool.isPath($0) } ?? false
    isRootGiven = root != nil
    path = isPath ? queue.map { Self.expandingHome($0) } : nil
    givenEntity = entity
    spool = try Spool(root: root, entity: entity, queue: isPath ? nil : queue) {
      System.variable($0)
    }
  }

  /// Whether `-q` gave the path of a directory.
  var isPath: Bool { path != nil }

  /// The directory of the meant queue, whether it exists or not.
  var queuePath: String { path ?? spool.queuePath }

  /// Opens the queue, and makes no queue.
  ///
  /// - Throws: ``SpoolError`` that says which queue or entity may have been meant.
  func queue() throws -> Queue {
    if let path { return try Queue(at: path) }
    return try spool.openExistingQueue()
  }

  /// Opens the queue to put something into it. The starter queue of the user's own entity is made on first use.
  func queueOrStarter() throws -> Queue {
    if let path { return try Queue(at: path) }
    return try spool.openQueue()
  }

  /// Opens the queue and makes no queue. Returns nil for the user's own starter queue before its first use.
  func existingQueue() throws -> Queue? {
    do {
      return try queue()
    } catch let error as SpoolError where error.kind == .notFound {
      if path == nil, spool.isMadeOnFirstUse { return nil }
      throw error
    }
  }

  /// The queues that `--all` means: every queue of the spool, or with `-e` every queue of that entity.
  ///
  /// - Throws: ``SpoolError`` if there is no such entity.
  func allQueues() throws -> [Queue] {
    if givenEntity != nil { try spool.requireEntity() }
    return spool.queues().filter { givenEntity == nil || $0.entity == givenEntity }
  }

  /// Reports the queues of ``allQueues()`` that are closed to this user.
  func tellOfClosedQueues() {
    let refusals = spool.closedQueues(of: givenEntity)
    for refusal in refusals.prefix(10) { errorLine("spool: \(escapingControls(refusal.message))") }
    if refusals.count > 10 { errorLine("spool: \(refusals.count - 10) more like it") }
  }

  /// `ENTITY/QUEUE`, whether the queue exists or not.
  var queueReference: String {
    Queue.absolute(queuePath).pathParts.suffix(2).joined(separator: "/")
  }

  /// Says how an agent is started, if no agent serves the queue.
  ///
  /// If this cannot be found out, that is not an error: the hint is left out.
  func tellIfUnserved(_ queue: Queue) {
    if (try? queue.isServed()) == false {
      // The shell's own spool has the same root, and the root alone decides how a queue is named.
      let place = isRootGiven ? ShellPlace.current : ShellPlace(spool)
      errorLine(
        "spool: no agent serves \(queue.reference): "
          + Queue.command("agent", forQueueAt: queue.path, in: place))
    }
  }

  /// Names other queues with runs that are not over, or at least the other queues.
  ///
  /// - Parameter isEmpty: Whether the queue has no runs at all: then the names of other queues help.
  func tellOfOtherQueues(than queue: Queue, isEmpty: Bool) {
    let others = spool.queues().filter { $0.path != queue.path }
    var busy: [String] = []
    // A longer list would not be read, and each queue costs a look at a disk.
    for other in others.prefix(20) {
      guard let counts = try? other.activeCounts(), counts.running + counts.queued > 0 else {
        continue
      }
      busy.append("\(other.reference) (\(counts.running) running, \(counts.queued) queued)")
    }
    let names = busy.isEmpty && isEmpty ? others.map(\.reference) : busy
    if names.isEmpty { return }
    let list = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " …" : "")
    let words = busy.isEmpty ? "there are other queues: " : "runs of other queues: "
    errorLine("spool: \(words)\(list); \(spool.command("list --all")) shows all")
  }

  /// The named jobs beside the meant queue.
  var jobs: JobCatalog {
    guard path != nil else { return JobCatalog(spool) }
    let parts = Queue.absolute(queuePath).pathParts.map { String($0) }
    return JobCatalog(
      root: "/" + parts.dropLast(2).joined(separator: "/"), entity: parts.dropLast().last ?? "")
  }

  // The shell expands ~ only if it stands alone. It does not in -q~/q, and scripts without a shell do not.
  private static func expandingHome(_ path: String) -> String {
    guard path == "~" || path.hasPrefix("~/"), let home = System.variable("HOME") else {
      return path
    }
    return home + path.dropFirst()
  }
}

extension Parameter {
  static let queue = option(
    "queue", short: "q", "QUEUE", completion: .queue,
    "The queue: a name, ENTITY/QUEUE, or the path of its directory (/… ./… ../… ~…).")
  static let queues = option(
    "queue", short: "q", "QUEUE", repeats: true, completion: .queue,
    "A queue: a name, ENTITY/QUEUE, or the path of its directory.")
  static let entity = option(
    "entity", short: "e", "ENTITY", completion: .entity,
    "Whose queue: a person or a team; SPOOL_ENTITY or your user name when not given.")
  static let root = option(
    "root", "DIR", completion: .directory,
    "The directory that holds the entities; SPOOL_ROOT, the configuration or ~/.spool when not"
      + " given.")
  static let json = flag("json", "Print JSON, one object a line.")
}

/// A value that people see as a row of a table, and programs as an object.
protocol ListedView {
  static var columns: [Table.Column] { get }
  var row: [String] { get }
  var json: JSONObject { get }
}

extension ParsedArguments {
  /// Prints a table, or with `--json` one object on each line.
  func printList<View: ListedView>(_ views: [View]) throws {
    if flag("json") {
      for view in views { try printLine(view.json.text) }
      return
    }
    var table = Table(View.columns)
    for view in views { table.append(view.row) }
    try table.write()
  }

  /// The seconds that an option gives: `90s`, `1h30m`; a bare number is seconds.
  func duration(_ name: String) throws -> Double? {
    try value(name, expected: "a duration like 90s, 15m or 1h30m") {
      DurationText.seconds($0)
    }
  }
}
