import SpoolQueue
import SpoolTerminal

extension Completion {
  static let (queue, job, sweep) = (names("queue"), names("job"), names("sweep"))
  static let (entity, agent) = (names("entity"), names("agent"))
  static let (run, liveRun) = (names("run"), names("live run"))
}

/// The names of a spool that fit into a command line. They come from listings alone, so that a queue with 100,000
/// records answers while the user types.
struct CompletionNames {
  private let context: Context
  /// More names than these do not help a user.
  static let limit = 500

  init(_ context: Context) { self.context = context }

  private var spool: Spool { context.spool }

  /// The names of a kind that begin with a text. Returns none if something cannot be read.
  func names(of kind: Completion, beginningWith typed: String) -> [String] {
    let names: [String] =
      switch kind {
      case .queue: queues(typed)
      case .job: jobs(typed)
      case .run: runs(typed, .all)
      case .liveRun: runs(typed, .live)
      case .sweep: recordNames(in: "sweeps")
      case .agent: recordNames(in: "agents")
      case .entity: entities
      case .names("column"): columns(typed)
      case .names("signal"):
        SignalName.known.filter {
          SignalName.number($0).map(RunRequest.Verb.objection) == .some(nil)
        }
      default: []
      }
    // The words for runs are offered only after their first character, apart from the names of runs.
    let words =
      typed.hasPrefix("@") && (kind == .run || kind == .liveRun)
      ? ["@latest", "@latest-failed"] : []
    return Self.shortened((names + words).filter { $0.hasPrefix(typed) })
  }

  /// Sorts the names, each once. Of very many names it keeps some.
  static func shortened(_ names: [String]) -> [String] {
    let sorted = Set(names).sorted()
    guard sorted.count > limit else { return sorted }
    return (0..<limit).map { sorted[$0 * (sorted.count - 1) / (limit - 1)] }
  }

  /// Some of very many names, among them the first and the last: the common beginning of those two is the common
  /// beginning of all.
  ///
  /// Only these names become strings.
  static func sample(of table: NameTable) -> [String] {
    guard table.count > limit else { return table.texts }
    return table.withNames { names in
      var (first, last) = (0, 0)
      for index in names.indices {
        if names[index].lexicographicallyPrecedes(names[first]) { first = index }
        if names[last].lexicographicallyPrecedes(names[index]) { last = index }
      }
      let some = stride(from: 0, to: table.count, by: table.count / (limit - 2) + 1)
      return Set(some).union([first, last]).map { table[$0] }
    }
  }

  /// The columns that may follow the last comma, each with the text before it.
  private func columns(_ typed: String) -> [String] {
    let begun = typed.lastIndex(of: ",").map { String(typed[...$0]) } ?? ""
    return (Run.valueNames + ["what", "status", "config"]).map { begun + $0 }
  }

  private var entities: [String] {
    list(spool.root).filter { RunName.isValid($0, limit: RunName.shortLimit) }
      .filter { (try? System.information(spool.root + "/" + $0))?.isDirectory == true }
  }

  /// Queues of the meant entity, and names of other entities. Once such a name is typed, its queues.
  private func queues(_ typed: String) -> [String] {
    if let slash = typed.firstIndex(of: "/") {
      let entity = String(typed[..<slash])
      return queues(of: entity).map { entity + "/" + $0 }
    }
    return queues(of: spool.entity) + others { !queues(of: $0).isEmpty }
  }

  private func queues(of entity: String) -> [String] {
    let place = spool.root + "/" + entity
    return list(place).filter { name in
      RunName.isValid(name, limit: RunName.shortLimit) && name != "jobs"
        && (try? System.information(place + "/" + name + "/queued"))?.isDirectory == true
    }
  }

  /// Jobs of the meant entity, and names of other entities. Once such a name is typed, its jobs; after a job its
  /// versions.
  private func jobs(_ typed: String) -> [String] {
    guard let slash = typed.firstIndex(of: "/") else {
      return jobs(of: context.jobs, typed)
        + others { !jobs(of: JobCatalog(spool, entity: $0), "").isEmpty }
    }
    let entity = String(typed[..<slash])
    let rest = String(typed[typed.index(after: slash)...])
    return jobs(of: JobCatalog(spool, entity: entity), rest).map { entity + "/" + $0 }
  }

  private func jobs(of catalog: JobCatalog, _ typed: String) -> [String] {
    guard let colon = typed.firstIndex(of: ":") else { return (try? catalog.names()) ?? [] }
    let name = String(typed[..<colon])
    guard let listing = try? catalog.listing(of: name) else { return [] }
    let names = listing.versions.map { "v\($0)" } + ["latest"] + listing.aliases.map(\.name)
    return names.map { name + ":" + $0 }
  }

  private func others(_ isWanted: (String) -> Bool) -> [String] {
    entities.filter { $0 != spool.entity && isWanted($0) }.map { $0 + "/" }
  }

  private enum Which { case live, all }

  private func runs(_ typed: String, _ which: Which) -> [String] {
    var names: [String] = []
    for folder in ["queued", "starting", "running"] {
      for file in list(path(folder)) {
        if let name = QueueFileName(file) { names.append(name.run) }
      }
    }
    if which == .live { return names }
    let beginning = typed.rawBytes
    let records = try? NameTable(listing: path("done")) { $0.starts(with: beginning) }
    return names + (records.map { Self.sample(of: $0) } ?? []).compactMap { Queue.recordName($0) }
  }

  private func recordNames(in folder: String) -> [String] {
    list(path(folder)).compactMap { Queue.recordName($0) }
  }

  private func path(_ folder: String) -> String { context.queuePath + "/" + folder }

  private func list(_ path: String) -> [String] { (try? System.list(path)) ?? [] }
}
