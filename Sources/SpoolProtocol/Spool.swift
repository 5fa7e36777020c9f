/// The place where entities and their queues are: the directory `ROOT`.
public struct Spool: Sendable, Equatable {
  /// The directory, absolute.
  public let root: String
  /// Whose queues are meant where nobody is named.
  public let entity: String
  /// Which queue is meant where none is named.
  package let queue: String
  /// One's own entity, whose queues are meant where nothing is said: that of `SPOOL_ENTITY`, of the
  /// configuration, or the user's name.
  package let ownEntity: String
  /// The variables that `launch` records beside its own, as globs; from the configuration.
  package let environmentKept: [String]

  /// The queue that is made on first use.
  package static let starterQueue = "starter"

  /// Names a place by hand.
  package init(root: String, entity: String, queue: String = Spool.starterQueue) {
    self.root = Queue.absolute(root)
    self.entity = entity
    self.queue = queue
    ownEntity = entity
    environmentKept = []
  }

  /// Whether both are the same place, however it was said.
  public static func == (left: Spool, right: Spool) -> Bool {
    left.root == right.root && left.entity == right.entity && left.queue == right.queue
  }

  /// Works out the place from what the user said, the environment, the configuration file and the
  /// defaults, in this order.
  ///
  /// - Parameters:
  ///   - root: As given on the command line.
  ///   - entity: As given on the command line.
  ///   - queue: A queue's name, or `ENTITY/QUEUE`.
  ///   - environment: SPOOL_ROOT, SPOOL_ENTITY, SPOOL_QUEUE, XDG_CONFIG_HOME and HOME are looked at.
  /// - Throws: ``SpoolError`` when the configuration file or a name is wrong.
  public init(
    root: String? = nil, entity: String? = nil, queue: String? = nil,
    environment: [String: String]
  ) throws(SpoolError) {
    try self.init(root: root, entity: entity, queue: queue) { environment[$0] }
  }

  /// The same where a function tells the variables: ``System/variable(_:)``, those of this process.
  package init(
    root: String? = nil, entity: String? = nil, queue: String? = nil,
    variable: (String) -> String?
  ) throws(SpoolError) {
    var configuration = Configuration()
    if let file = Configuration.path(variable) {
      configuration = try Configuration(readingIfThere: file)
    }
    func home() -> String { variable("HOME") ?? Account.current.home }
    func given(_ value: String?) -> String? { value?.isEmpty == false ? value : nil }
    var place =
      given(root) ?? given(variable("SPOOL_ROOT")) ?? configuration.root ?? home() + "/.spool"
    if place == "~" || place.hasPrefix("~/") { place = home() + place.dropFirst() }
    let isGiven = given(queue) != nil
    let named =
      given(queue) ?? given(variable("SPOOL_QUEUE")) ?? configuration.queue ?? Spool.starterQueue
    let own =
      given(variable("SPOOL_ENTITY")) ?? configuration.entity
      ?? RunName.cleaned(Account.current.name, limit: RunName.shortLimit)
    var owner = given(entity) ?? own
    var short = named
    if let slash = named.firstIndex(of: "/") {
      let first = String(named[..<slash])
      if let entity = given(entity), isGiven, entity != first {
        throw SpoolError(
          .badInput, "queue \(named): names the entity \(first), but -e says \(entity)")
      }
      owner = first
      short = String(named[named.index(after: slash)...])
    }
    try Self.check(owner, "entity")
    try Self.check(short, "queue")
    self.root = Queue.absolute(place)
    self.entity = owner
    self.queue = short
    ownEntity = own
    environmentKept = configuration.environmentKept
  }

  /// Whether `-q TEXT` is the path of a queue's directory, not a name.
  package static func isPath(_ text: String) -> Bool {
    ["/", "./", "../", "~"].contains { text.hasPrefix($0) }
  }

  package var queuePath: String { "\(root)/\(entity)/\(queue)" }

  /// Whether the entity that is meant is one's own: a typing error makes nothing in another.
  package var isOwn: Bool { entity == ownEntity }

  /// Whether the queue that is meant is made on first use: the starter queue of one's own entity.
  package var isMadeOnFirstUse: Bool { queue == Self.starterQueue && isOwn }

  /// Opens the queue that is meant, to put something into it; the starter queue of one's own entity is
  /// made on first use.
  ///
  /// - Throws: ``SpoolError`` of kind `notFound` when there is no such queue: a typing error must
  ///   not make one.
  public func openQueue() throws(SpoolError) -> Queue {
    do {
      return try Queue(at: queuePath)
    } catch  where error.kind == .notFound {
      if isMadeOnFirstUse { return try Queue.create(at: queuePath) }
      throw missingQueue
    }
  }

  /// Opens the queue that is meant, and makes nothing.
  ///
  /// - Throws: ``SpoolError`` of kind `notFound` when there is no such queue.
  package func openExistingQueue() throws(SpoolError) -> Queue {
    do {
      return try Queue(at: queuePath)
    } catch  where error.kind == .notFound {
      throw missingQueue
    }
  }

  /// Throws that there is no such entity, and which was meant; one's own is there on first use.
  ///
  /// - Throws: ``SpoolError`` of kind `notFound`.
  package func requireEntity() throws(SpoolError) {
    if !isOwn, !entities.contains(entity) { throw missingQueue }
  }

  private var entities: [String] { Self.entities(in: root) }

  private static func entities(in root: String) -> [String] {
    directories(in: root).filter { $0 != "jobs" }
  }

  /// Says that an entity is not there, and which was meant, or which there are.
  package static func missing(entity: String, in root: String) -> String {
    let known = entities(in: root)
    let hint =
      Suggestion.nearest(to: entity, among: known).map { " (did you mean \($0)?)" }
      ?? (known.isEmpty ? "" : "; there are \(shown(known))")
    return "there is no entity \(entity) in \(root)\(hint)"
  }

  /// Says that the queue that is meant is not there, and what was meant, or would make it.
  private var missingQueue: SpoolError {
    let reference = "\(entity)/\(queue)"
    let make = Queue.command("queue create", ofQueueAt: queuePath)
    if isMadeOnFirstUse {
      return SpoolError(
        .notFound, "\(reference): there is no such queue yet; the first launch makes it")
    }
    guard entities.contains(entity) else {
      return SpoolError(
        .notFound, Self.missing(entity: entity, in: root) + "; \(make) makes the queue")
    }
    let known = queues().map { $0.reference }
    let own = known.filter { $0.hasPrefix(entity + "/") }
    let meant =
      Suggestion.nearest(to: reference, among: own)
      ?? Suggestion.nearest(to: reference, among: known)
    return SpoolError(
      .notFound,
      "\(reference): there is no such queue in \(root)"
        + (meant.map { " (did you mean \($0)?)" }
          ?? (known.isEmpty ? "" : "; there are \(Self.shown(known))")) + "; \(make) makes it")
  }

  private static func shown(_ names: [String]) -> String {
    names.prefix(20).joined(separator: " ") + (names.count > 20 ? " …" : "")
  }

  /// Every queue of every entity, by name.
  public func queues() -> [Queue] {
    var queues: [Queue] = []
    for entity in Self.directories(in: root) where entity != "jobs" {
      for name in Self.directories(in: root + "/" + entity) where name != "jobs" {
        if let queue = try? Queue(at: "\(root)/\(entity)/\(name)"), queue.hasLayout {
          queues.append(queue)
        }
      }
    }
    return queues
  }

  /// Why some queues cannot be opened: this user may not use them.
  ///
  /// - Parameter entity: Whose queues are meant; nil for all.
  package func closedQueues(of entity: String? = nil) -> [SpoolError] {
    var refusals: [SpoolError] = []
    for entity in entity.map({ [$0] }) ?? entities {
      for name in Self.directories(in: root + "/" + entity) where name != "jobs" {
        do throws(SpoolError) {
          _ = try Queue(at: "\(root)/\(entity)/\(name)")
        } catch {
          if error.kind == .refused { refusals.append(error) }
        }
      }
    }
    return refusals
  }

  private static func directories(in path: String) -> [String] {
    ((try? System.list(path)) ?? []).filter { RunName.isValid($0, limit: RunName.shortLimit) }
      .sorted()
  }

  private static func check(_ name: String, _ what: String) throws(SpoolError) {
    if !RunName.isValid(name, limit: RunName.shortLimit) {
      throw SpoolError(
        .badInput,
        "\(what) \"\(name)\": must be 1 to 64 letters, digits, '_', '.' or '-', and begin with a"
          + " letter, a digit or '_'")
    }
    if name == "jobs" {
      throw SpoolError(.badInput, "\(what) \"jobs\": the name belongs to an entity's named jobs")
    }
  }
}
