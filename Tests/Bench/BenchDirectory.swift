import CLibrary
import SpoolQueue
import SpoolTerminal

/// A fresh directory on one file system, in which every sample gets a fresh directory of its own.
final class BenchDirectory {
  /// The directory of the package that the benchmark was built from.
  static let package =
    #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

  let path: String
  let fileSystem: String
  private let parent: String
  private var made = 0

  init(under parent: String) throws {
    let absolute = Queue.absolute(parent)
    self.parent = absolute
    fileSystem = Machine.fileSystem(of: absolute)
    let stem = "\(absolute)/spool-bench-\(Machine.processIdentifier)"
    path = Files.exists(stem) ? "\(stem)-\(Clock.nanoseconds())" : stem
    try Files.makeDirectory(path)
  }

  /// How the directory is named in tables.
  var title: String { "\(parent) (\(fileSystem))" }

  /// Whether this is an ext4 without a journal, as far as can be told: no ext4 here has one.
  var hasNoJournal: Bool {
    fileSystem == "ext4" && (try? Files.names(in: "/proc/fs/jbd2"))?.isEmpty ?? false
  }

  /// A path in it that nothing has used.
  func freshPath(_ label: String) -> String {
    made += 1
    return "\(path)/\(label)-\(made)"
  }

  /// A fresh queue; with `sync` false it gives up the promise that outlives a power cut.
  func makeQueue(_ label: String, sync: Bool) throws -> BenchQueue {
    try BenchQueue(path: freshPath(label), sync: sync)
  }

  /// Forgets a queue that was measured.
  ///
  /// Only memory is given back at once. A disk keeps its files to the end of the run: ext4 without a
  /// journal creates slowly for minutes after a mass delete, which would be measured next.
  func discard(_ queue: BenchQueue) throws {
    if fileSystem == "tmpfs" { try Files.remove(queue.path) }
  }

  func removeAll() throws { try Files.remove(path) }
}

/// A queue directory, laid out and filled by the benchmark itself.
struct BenchQueue {
  let path: String

  init(path: String, sync: Bool) throws {
    self.path = path
    try Files.makeDirectory(path)
    let folders = ["queued", "starting", "running", "done", "agents", "runs", "sweeps", "hooks"]
    for folder in folders { try Files.makeDirectory("\(path)/\(folder)") }
    if !sync { try Files.create("\(path)/queue.json", text: "{\"sync\": false}\n") }
  }

  /// The name of run `number`, as launch would have made it.
  static func run(_ number: Int) -> String { "true-\(number.padded(to: 6))" }

  /// `50-STAMP-RUN.json` of run `number`: the names sort in the order of the numbers.
  static func fileName(_ number: Int) -> String {
    let second = (number / 1_000_000).padded(to: 2)
    let fraction = (number % 1_000_000).padded(to: 6)
    return "50-20261122T1315\(second).\(fraction)Z-\(run(number)).json"
  }

  /// Puts jobs into queued/ as launch leaves them: runs/RUN reserved, the file under its full name.
  func fill(_ count: Int, job: String = "{\"command\":[\"true\"]}\n") throws {
    let bytes = Array(job.utf8)
    for number in 0..<count {
      if number % 1_000 == 0 { try Interruption.check() }
      try Files.makeDirectory("\(path)/runs/\(Self.run(number))")
      try Files.create("\(path)/queued/\(Self.fileName(number))", bytes)
    }
    settle()
  }

  /// Puts claimed jobs back, for the next round of claims.
  func refill() throws {
    for name in try Files.names(in: "\(path)/starting") {
      guard let at = name.lastIndex(of: "@") else { continue }
      try Files.move("\(path)/starting/\(name)", to: "\(path)/queued/\(name[..<at]).json")
    }
    settle()
  }

  /// The number of files in one of the folders that a queue would look at.
  func count(_ folder: String) throws -> Int {
    try Files.names(in: "\(path)/\(folder)").count { !$0.hasPrefix(".") && $0.hasSuffix(".json") }
  }

  /// Throws unless all jobs have ended well and nothing is left over.
  func checkDrained(_ count: Int) throws {
    let done = try self.count("done")
    let left = try self.count("queued") + self.count("starting") + self.count("running")
    guard done == count && left == 0 else {
      throw CommandFailure("left \(left) of \(count) jobs in the queue and \(done) in done/")
    }
    for name in try Files.names(in: "\(path)/done") {
      guard try Files.text("\(path)/done/\(name)").contains("finished") else {
        throw CommandFailure("done/\(name) is not a record of a finished run")
      }
    }
  }

  /// Writes the disk's backlog out, so that no fsync of a sample pays for the preparation.
  func settle() { sync() }
}
