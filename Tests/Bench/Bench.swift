/// One question and the way to answer it.
protocol Scene: Sendable {
  var name: String { get }
  var summary: String { get }

  /// Takes the samples in one directory and shows its tables.
  func measure(_ bench: Bench, in directory: BenchDirectory) throws
}

/// The scenes in the order in which they are run and listed.
let allScenes: [any Scene] =
  [LaunchScene()] + libraryScenes + [
    DrainScene(), LatencyScene(), ListScene(), IdleScene(), QueuesScene(), AgentsScene(),
    FootprintScene(), SearchScene(), GrowthScene(),
  ]

/// What all scenes share: the programs that are compared, and where figures go.
final class Bench {
  let options: Options
  let report: Report
  let processes: Processes
  let trees: Trees
  let floor: Floor
  let spool: SpoolBinary?
  let peers: Peers
  private let scratch: BenchDirectory

  init(options: Options, report: Report, processes: Processes, scratch: BenchDirectory) throws {
    self.options = options
    self.report = report
    self.processes = processes
    self.scratch = scratch
    peers = Peers(report: report)
    floor = try Floor(compiledIn: scratch, by: processes)
    trees = Trees(processes: processes, floor: floor.path, scratch: scratch)
    do {
      spool = try SpoolBinary(
        named: options.spool, by: processes, scratch: scratch, report: report)
    } catch let failure as CommandFailure {
      spool = nil
      report.note("spool is not measured: \(failure)")
    }
    describe()
  }

  private func describe() {
    let load = (try? Files.text("/proc/loadavg"))?.split(separator: " ").prefix(3)
    report.note(
      "machine: \(Machine.kernel), \(Machine.processorCount) processors"
        + (load.map { ", load \($0.joined(separator: " "))" } ?? ""))
    let linkage = floor.isStatic ? "static" : "dynamic (no static C library here)"
    report.note("floor: \(linkage), \(floor.compiler) -O2")
    guard let spool else { return }
    report.note("spool: \(spool.path), \(spool.isStatic ? "static" : "dynamic")")
    if spool.isOutdated { report.note("spool: the binary is older than its sources") }
  }

  /// A path in the scratch directory, which is measured by nobody.
  func scratchPath(_ label: String) -> String { scratch.freshPath(label) }

  /// A contender that is one process: its time and CPU from fork to wait.
  func process(
    _ name: String, _ command: [String], extra: [(String, String)] = []
  ) -> Contender {
    Contender(name: name) { [trees] in try trees.measure(command, extra: extra).command }
  }

  func compare(_ scene: some Scene, rounds: Int, _ contenders: [Contender]) throws -> [Series] {
    try interleave(rounds: rounds, contenders) { report.note(scene: scene.name, $0) }
  }

  /// Looks every few milliseconds whether something has come true; false after `seconds`.
  func poll(seconds: Int, until condition: () -> Bool) throws -> Bool {
    let deadline = Clock.nanoseconds() + seconds * 1_000_000_000
    while !condition() {
      guard Clock.nanoseconds() < deadline else { return false }
      try Clock.sleep(milliseconds: 2)
    }
    return true
  }
}

/// The other programs, where they are installed.
struct Peers {
  let nq: String?
  let tsp: String?
  let xargs: String?
  let shell = "/bin/sh"

  init(report: Report) {
    func find(_ name: String) -> String? {
      let path = findProgram(name)
      if path == nil { report.note("\(name): not installed, left out") }
      return path
    }
    nq = find("nq")
    tsp = find("tsp")
    xargs = find("xargs")
  }
}
