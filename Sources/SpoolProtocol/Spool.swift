/// The place of entities and their queues: the directory `ROOT`.
public struct Spool: Sendable, Equatable {
  /// The absolute path of the directory.
  public let root: String
  /// The entity whose queues are meant if none is named.
  public let entity: String
  /// The queue that is meant if none is named.
  package let queue: String
  /// The user's own entity, whose queues are meant by default: the entity of `SPOOL_ENTITY` or of the
  /// configuration, or the user's name.
  package let ownEntity: String
  /// The variables that `launch` records besides its own, as globs; from the configuration.
  package let environmentKept: [String]

  /// The queue that is made on first use.
  package static let starterQueue = "starter"

  /// Makes a place from its parts.
  package init(root: String, entity: String, queue: String = Spool.starterQueue) {
    self.root = Queue.absolute(root)
    self.entity = entity
    self.queue = queue
    ownEntity = entity
    environmentKept = []
  }

  /// Whether both are the same place, whatever named them.
  public static func == (left: Spool, right: Spool) -> Bool {
    left.root == right.root && left.entity == right.entity && left.queue == right.queue
  }

  /// Works out the place from the command line, the environment, the configuration file and the defaults, in this
  /// order.
  ///
  /// - Parameters:
  ///   - root: The root from the command line.
  ///   - entity: The entity from the command line.
  ///   - queue: A queue's name, or `ENTITY/QUEUE`.
  ///   - environment: The variables; SPOOL_ROOT, SPOOL_ENTITY, SPOOL_QUEUE, XDG_CONFIG_HOME and HOME are read.
  /// - Throws: ``SpoolError`` if the configuration file or a name is wrong.
  public init(
    root: String? = nil, entity: String? = nil, queue: String? = nil,
    environment: [String: String]
  ) throws(SpoolError) {
    try self.init(root: root, entity: entity, queue: queue) { environment[$0] }
  }

  /// Works out the place with a function that returns the variables: ``System/variable(_:)`` returns those of this
  /// process.
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
    if place == "~" || place.utf8.starts(with: "~/".utf8) { place = home() + place.dropFirst() }
    let isGiven = given(queue) != nil
    let named =
      given(queue) ?? given(variable("SPOOL_QUEUE")) ?? configuration.queue ?? Spool.starterQueue
    let own =
      given(variable("SPOOL_ENTITY")) ?? configuration.entity
      ?? RunName.cleaned(Account.current.name, limit: RunName.shortLimit)
    var owner = given(entity) ?? own
    var short = named
    if let slash = named.utf8.firstIndex(of: UInt8(ascii: "/")) {
      let first = String(named[..<slash])
      if let entity = given(entity), isGiven, entity != first {
        throw SpoolError(
          .badInput, "queue \(named): names the entity \(first), but -e says \(entity)")
      }
      owner = first
      short = String(named[named.utf8.index(after: slash)...])
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
    ["/", "./", "../", "~"].contains { text.utf8.starts(with: $0.utf8) }
  }

  package var queuePath: String { "\(root)/\(entity)/\(queue)" }

  /// Whether the meant entity is the user's own. A typing error makes nothing in another entity.
  package var isOwn: Bool { entity == ownEntity }

  /// Whether the meant queue is made on first use: the starter queue of the user's own entity.
  package var isMadeOnFirstUse: Bool { queue == Self.starterQueue && isOwn }

  /// Opens the meant queue, to put something into it. The starter queue of the user's own entity is made on first use.
  ///
  /// - Throws: ``SpoolError`` of kind `notFound` if there is no such queue: a typing error must not make a queue.
  public func openQueue() throws(SpoolError) -> Queue {
    do {
      return try Queue(at: queuePath)
    } catch  where error.kind == .notFound {
      if isMadeOnFirstUse { return try Queue.create(at: queuePath) }
      throw missingQueue
    }
  }

  /// Opens the meant queue, and makes nothing.
  ///
  /// - Throws: ``SpoolError`` of kind `notFound` if there is no such queue.
  package func openExistingQueue() throws(SpoolError) -> Queue {
    do {
      return try Queue(at: queuePath)
    } catch  where error.kind == .notFound {
      throw missingQueue
    }
  }

  /// Throws if the meant entity does not exist; the user's own entity is made on first use.
  ///
  /// - Throws: ``SpoolError`` of kind `notFound`, which names the most similar entity, or those that exist.
  package func requireEntity() throws(SpoolError) {
    if !isOwn, !entities.contains(entity) { throw missingQueue }
  }

  private var entities: [String] { Self.entities(in: root) }

  private static func entities(in root: String) -> [String] {
    directories(in: root).filter { $0 != "jobs" }
  }

  /// The message that an entity does not exist, with the entity that may be meant, or those that exist.
  package static func missing(entity: String, in root: String) -> String {
    let known = entities(in: root)
    let hint =
      Suggestion.nearest(to: entity, among: known).map { " (did you mean \($0)?)" }
      ?? (known.isEmpty ? "" : "; there are \(shown(known))")
    return "there is no entity \(entity) in \(root)\(hint)"
  }

  /// The error that the meant queue does not exist, with the queue that may be meant, or the command that would
  /// make it.
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

  /// The refusals of the queues that this user may not use.
  ///
  /// - Parameter entity: The owner of the queues; nil for all queues.
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
