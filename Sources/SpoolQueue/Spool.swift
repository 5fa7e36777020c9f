/// The place where entities and their queues are: the directory `ROOT`.
public struct Spool: Sendable, Equatable {
  /// The directory, absolute.
  public let root: String
  /// Whose queues are meant where nobody is named.
  public let entity: String
  /// Which queue is meant where none is named.
  public let queue: String

  /// The queue that is made on first use.
  public static let starterQueue = "starter"

  /// Names a place by hand.
  public init(root: String, entity: String, queue: String = Spool.starterQueue) {
    self.root = Queue.absolute(root)
    self.entity = entity
    self.queue = queue
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
    let file = Configuration.path(environment)
    let configuration = try file.map { (file) throws(SpoolError) in
      try Configuration(readingIfThere: file)
    }
    let home = environment["HOME"] ?? Account.current.home
    func given(_ value: String?) -> String? { value?.isEmpty == false ? value : nil }
    var place =
      given(root) ?? given(environment["SPOOL_ROOT"]) ?? configuration?.root
      ?? home + "/.spool"
    if place == "~" || place.hasPrefix("~/") { place = home + place.dropFirst() }
    let isGiven = given(queue) != nil
    let named =
      given(queue) ?? given(environment["SPOOL_QUEUE"]) ?? configuration?.queue
      ?? Spool.starterQueue
    var owner =
      given(entity) ?? given(environment["SPOOL_ENTITY"]) ?? configuration?.entity
      ?? RunName.cleaned(Account.current.name, limit: RunName.shortLimit)
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
  }

  /// Whether `-q TEXT` is the path of a queue's directory, not a name.
  public static func isPath(_ text: String) -> Bool {
    ["/", "./", "../", "~"].contains { text.hasPrefix($0) }
  }

  /// The directory of the queue that is meant.
  public var queuePath: String { "\(root)/\(entity)/\(queue)" }

  /// Opens the queue that is meant; the starter queue is made on first use.
  ///
  /// - Throws: ``SpoolError`` of kind `notFound` when there is no such queue: a typing error must
  ///   not make one.
  public func openQueue() throws(SpoolError) -> Queue {
    do {
      return try Queue(at: queuePath)
    } catch  where error.kind == .notFound {
      if queue == Spool.starterQueue { return try Queue.create(at: queuePath) }
      let known = queues().map { $0.reference }
      let hint = known.isEmpty ? "" : "; there are \(known.joined(separator: " "))"
      throw SpoolError(
        .notFound,
        "\(entity)/\(queue): there is no such queue in \(root) (spool queue create \(queue) makes"
          + " it)\(hint)")
    }
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
