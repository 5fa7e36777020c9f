/// One look at a queue for violations of the protocol, in the order in which runs move.
struct Examination {
  let queue: Queue
  /// The command line that mends the queue.
  let recover: String
  /// The runs whose records and folders are examined; nil for all.
  private let chosen: Set<String>?
  private(set) var findings: [Finding] = []
  /// The runs that have findings.
  private(set) var suspects: Set<String> = []
  /// The job files in `queued/`, `starting/` and `running/`.
  private(set) var entries: [Entry] = []
  /// The runs with a file in `done/`.
  private(set) var done: Set<String> = []

  /// A job file, with the place where it was found.
  struct Entry {
    let folder: Queue.Folder
    let file: String
    let name: QueueFileName
    let inode: UInt64

    var path: String { folder.rawValue + "/" + file }
  }

  init(_ queue: Queue, of chosen: Set<String>? = nil) {
    self.queue = queue
    recover = queue.command("recover")
    self.chosen = chosen
  }

  mutating func run() throws(SpoolError) {
    try examineFolders()
    try examineSweeps()
    for folder in [Queue.Folder.queued, .starting] { try enter(folder) }
    // Read after starting/: an agent announces itself before it claims.
    let agents = try readAgents()
    try enter(.running)
    let records = try queue.listIfThere(.done).sorted()
    done = Set(records.compactMap { Queue.recordName($0) })
    examineNames()
    try examineClaimed(agents)
    try examineReturned()
    try examineRuns(records)
    for run in try queue.abandonedReservations() where includes(run) {
      report(
        .mendable, "runs/" + run,
        "is empty, and no run has the name; \(recover) removes it", run: run)
    }
  }

  func includes(_ run: String) -> Bool { chosen?.contains(run) ?? true }

  mutating func report(_ kind: Finding.Kind, _ path: String, _ message: String, run: String = "") {
    add(Finding(kind, path, message), of: run)
  }

  private mutating func add(_ finding: Finding, of run: String) {
    findings.append(finding)
    suspects.insert(run)
  }

  private mutating func examineFolders() throws(SpoolError) {
    let own = try naming("look at", queue.path, doing: System.informationFollowing(queue.path))
    let wanted = String(own.permissions, radix: 8)
    for folder in Queue.Folder.allCases {
      let name = folder.rawValue
      guard let information = try queue.informationIfThere(queue.path(folder)) else {
        report(
          .fault, name,
          "the folder is missing; start an agent, which makes it, or make it with permissions"
            + " \(wanted)")
        continue
      }
      guard information.isDirectory else {
        report(
          .fault, name, "is not a folder of the queue's own; put a real directory in its place")
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

  /// Collects the job files of a folder, and reports files that cannot be job files.
  private mutating func enter(_ folder: Queue.Folder) throws(SpoolError) {
    for file in try queue.listIfThere(folder).sorted() {
      let name = QueueFileName(file)
      // In queued/ other files than job files do not concern spool.
      if file.utf8.first == UInt8(ascii: ".") || (folder == .queued && name == nil) { continue }
      guard let information = try queue.informationIfThere(queue.path(folder, file)) else {
        continue
      }
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
      guard let information = try queue.informationIfThere(queue.path(.agents, file)) else {
        continue
      }
      guard information.isRegular else {
        report(.fault, "agents/" + file, "is not a regular file; remove it")
        continue
      }
      if let name = Queue.agentName(file), let agent = queue.readAgent(name) {
        agents[agent.name] = agent
      }
    }
    tellNamesakes(agents.values)
    return agents
  }

  /// Reports files, claims and runs that are in more than one place.
  private mutating func examineNames() {
    var files: [UInt64: Entry] = [:]
    var claims: [ClaimName: Entry] = [:]
    var running: [String: Entry] = [:]
    files.reserveCapacity(entries.count)
    for entry in entries {
      let run = entry.name.base
      // Compared by inode, not by name: another file with the name of a run is a new drop, and gets its own name.
      if let other = files.updateValue(entry, forKey: entry.inode) {
        report(
          .fault, entry.path,
          "is the same file as \(other.path), and a run is in one place only; find out with"
            + " \(queue.command("show", run)) which one is true, and remove the other name",
          run: run)
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

  /// Examines `done/` and `runs/`, which may be large.
  private mutating func examineRuns(_ records: [String]) throws(SpoolError) {
    for file in records where file.utf8.first != UInt8(ascii: ".") {
      if let run = Queue.recordName(file), RunName.isValid(run) { continue }
      report(.fault, "done/" + file, "is not the name of a record (RUN.json); move it away")
    }
    var claims: [String: Set<ClaimName>] = [:]
    for entry in entries where entry.folder == .running {
      if let claim = entry.name.claim { claims[entry.name.base, default: []].insert(claim) }
    }
    let folders = try queue.listIfThere(.runs).filter { $0.utf8.first != UInt8(ascii: ".") }
    let examiner = RunExaminer(
      queue: queue, done: done.filter { RunName.isValid($0) }, folders: Set(folders),
      claims: claims)
    let runs = examiner.done.union(folders).filter { includes($0) }.sorted()
    var found = RunExaminer.Findings()
    Parallel.forEachPart(of: runs.indices, part: 256) { range in
      examiner.examine(runs[range])
    } body: { part in
      found.records += part.records
      found.folders += part.folders
      found.tooHigh += part.tooHigh
      found.error = part.error
      return part.error == nil
    }
    if let error = found.error { throw error }
    for (run, finding) in found.records + found.folders { add(finding, of: run) }
    tellOfAttempts(found.tooHigh)
    tellOfNames(examiner.done.union(folders))
  }

  /// Remarks on numbers in a run's folder that look like attempts. A run may keep any files in its folder.
  private mutating func tellOfAttempts(_ tooHigh: [(run: String, name: String)]) {
    let paths = tooHigh.map { "runs/\($0.run)/\($0.name)" }.sorted()
    guard let first = paths.first else { return }
    for (run, _) in tooHigh { suspects.insert(run) }
    report(
      .remark, first,
      "is not an attempt: attempt numbers end at \(NameNumber.limit), and higher ones are passed over"
        + Self.more(paths.count - 1))
  }

  /// Remarks on names like `u-9223372036854775807`: unlike `u-1` and `u-2`, its number is not from spool.
  private mutating func tellOfNames(_ runs: Set<String>) {
    var counted: Set<Substring> = []
    var tooHigh: [Substring: [String]] = [:]
    for run in runs {
      guard let dash = run.utf8.lastIndex(of: UInt8(ascii: "-")) else { continue }
      let number = run[run.utf8.index(after: dash)...]
      if NameNumber.read(number) != nil {
        counted.insert(run[..<dash])
      } else if NameNumber.isTooHigh(number) {
        tooHigh[run[..<dash], default: []].append(run)
      }
    }
    for (base, names) in tooHigh.sorted(by: { $0.key < $1.key }) where counted.contains(base) {
      let first = names.min() ?? ""
      report(
        .remark, done.contains(first) ? "done/\(first).json" : "runs/" + first,
        "has a number above \(NameNumber.limit): names of \(base) are not counted on from there"
          + Self.more(names.count - 1), run: first)
    }
  }

  private static func more(_ count: Int) -> String {
    count == 0 ? "" : " (and \(count) more like it)"
  }
}
