/// One look at a queue for what the protocol does not allow, in the order in which runs move.
struct Examination {
  let queue: Queue
  /// The runs whose records and folders are looked at; nil: all.
  private let chosen: Set<String>?
  private(set) var findings: [Finding] = []
  /// The runs that findings are about.
  private(set) var suspects: Set<String> = []
  /// The job files in `queued/`, `starting/` and `running/`.
  private(set) var entries: [Entry] = []
  /// The runs with a file in `done/`, in order.
  private(set) var done: [String] = []
  /// The runs whose record in `done/` is the outcome of this attempt.
  var recorded: [String: Int] = [:]

  /// A job file, where it was met.
  struct Entry {
    let folder: Queue.Folder
    let file: String
    let name: QueueFileName
    let inode: UInt64

    var path: String { folder.rawValue + "/" + file }
  }

  init(_ queue: Queue, of chosen: Set<String>? = nil) {
    self.queue = queue
    self.chosen = chosen
  }

  /// Looks once at everything.
  mutating func run() throws(SpoolError) {
    try examineFolders()
    try examineSweeps()
    for folder in [Queue.Folder.queued, .starting] { try enter(folder) }
    // Behind starting/: an agent announces itself before it claims.
    let agents = try readAgents()
    try enter(.running)
    let records = try queue.listIfThere(.done).sorted()
    done = records.compactMap { Queue.recordName($0) }
    examineNames()
    let doneRuns = Set(done)
    try examineClaimed(agents, doneRuns)
    try examineReturned(doneRuns)
    try examineRecords(records)
    try examineRunFolders(doneRuns)
  }

  /// Whether the run is to be looked at.
  func includes(_ run: String) -> Bool { chosen?.contains(run) ?? true }

  mutating func report(_ kind: Finding.Kind, _ path: String, _ message: String, run: String = "") {
    findings.append(Finding(kind, path, message))
    suspects.insert(run)
  }

  // MARK: Folders

  private mutating func examineFolders() throws(SpoolError) {
    let own = try attempt("look at", queue.path) { () throws(Errno) in
      try System.informationFollowing(queue.path)
    }
    let wanted = String(own.permissions, radix: 8)
    for folder in Queue.Folder.allCases {
      let name = folder.rawValue
      guard let information = try information(queue.path(folder)) else {
        report(
          .fault, name,
          "the folder is missing; start an agent, which makes it, or make it with permissions"
            + " \(wanted)")
        continue
      }
      guard information.isDirectory else {
        report(.fault, name, "is no folder of the queue's own; put a real directory in its place")
        continue
      }
      if information.permissions != own.permissions {
        let actual = String(information.permissions, radix: 8)
        report(
          .fault, name,
          "has permissions \(actual), and the queue has \(wanted); chmod \(wanted) \(name)")
      } else if own.permissions & 0o2000 != 0, information.group != own.group {
        report(
          .fault, name,
          "belongs to another group than the queue; chgrp \(own.group) \(name)")
      }
    }
  }

  /// What a path names, a link itself; nil: nothing.
  func information(_ path: String) throws(SpoolError) -> FileInformation? {
    do throws(Errno) {
      return try System.information(path)
    } catch {
      if error == .notFound || error == .notDirectory { return nil }
      throw SpoolError("look at", path, error)
    }
  }

  // MARK: Names

  /// Takes in the job files of a folder, and reports what cannot be one.
  private mutating func enter(_ folder: Queue.Folder) throws(SpoolError) {
    for file in try queue.listIfThere(folder).sorted() {
      let name = QueueFileName(file)
      // In queued/ only what is named like a job is anybody's business.
      if file.utf8.first == UInt8(ascii: ".") || (folder == .queued && name == nil) { continue }
      guard let information = try information(queue.path(folder, file)) else { continue }
      let path = folder.rawValue + "/" + file
      let run = name?.base ?? ""
      guard information.isRegular else {
        report(.fault, path, "is not a regular file and is never run; remove it", run: run)
        continue
      }
      guard let name, folder == .queued || isClaimed(name) else {
        report(
          .fault, path,
          "is not a name that a claim gives (PP-STAMP-RUN@AGENT.K.json); if it is a job file, move"
            + " it to queued/", run: run)
        continue
      }
      entries.append(Entry(folder: folder, file: file, name: name, inode: information.inode))
    }
  }

  private func isClaimed(_ name: QueueFileName) -> Bool {
    name.isFull && name.claim != nil && name.parked == nil
  }

  private mutating func readAgents() throws(SpoolError) -> [String: AgentRecord] {
    var agents: [String: AgentRecord] = [:]
    for file in try queue.listIfThere(.agents).sorted() where !file.hasPrefix(".") {
      guard let information = try information(queue.path(.agents, file)) else { continue }
      guard information.isRegular else {
        report(.fault, "agents/" + file, "is not a regular file; remove it")
        continue
      }
      if let name = Queue.agentName(file), let agent = queue.readAgent(name) {
        agents[agent.name] = agent
      }
    }
    return agents
  }

  /// A file, a claim and a run are each in one place.
  private mutating func examineNames() {
    var files: [UInt64: Entry] = [:]
    var claims: [ClaimName: Entry] = [:]
    var running: [String: Entry] = [:]
    files.reserveCapacity(entries.count)
    for entry in entries {
      let run = entry.name.base
      // Not by the run's name: another file with the same one is a new drop, and gets its own.
      if let other = files.updateValue(entry, forKey: entry.inode) {
        report(
          .fault, entry.path,
          "is the same file as \(other.path), and a run is in one place only; find out with"
            + " spool show \(run) which one is true, and remove the other name", run: run)
        continue
      }
      guard entry.folder != .queued, let claim = entry.name.claim else { continue }
      if let other = claims.updateValue(entry, forKey: claim) {
        report(
          .fault, entry.path,
          "has the claim of \(other.path), and a claim is used once; remove the one that is a copy",
          run: run)
      } else if entry.folder == .running, let other = running.updateValue(entry, forKey: run) {
        report(
          .fault, entry.path,
          "is the same run as \(other.path), and a run has one claim at a time; kill the run, and"
            + " remove the name that is left", run: run)
      }
    }
  }
}
