import SpoolAgent
import SpoolQueue

/// The calls of the library SpoolQueue that are measured inside this process.
///
/// A hook that is nil takes its scene off the list. A hook does exactly what it says and nothing
/// around it: the benchmark lays out and fills the queue, takes the time, and counts files afterwards.
struct LibraryHooks: Sendable {
  /// Queues `count` jobs that run `true`, one after the other.
  ///
  /// Whether each is fsynced is what queue.json of that queue says; it is there before the call.
  var enqueue: (@Sendable (_ queue: String, _ count: Int) throws -> Void)?

  /// Claims up to `count` waiting jobs one after the other, into starting/, and starts none of them.
  ///
  /// One claimer, from its first listing on; the result is how many it won.
  var claim: (@Sendable (_ queue: String, _ count: Int) throws -> Int)?

  /// What is measured.
  static let current = LibraryHooks(
    enqueue: { path, count in
      let queue = try Queue(at: path)
      let settings = try queue.readSettings()
      let job = Job(command: ["true"])
      for _ in 0..<count { _ = try queue.enqueue(job, settings: settings) }
    },
    claim: { path, count in
      // As an agent does it: one listing, walked; each file read and judged before it is claimed.
      let queue = try Queue(at: path)
      let trust = Trust(queue, try queue.readSettings())
      var backlog = Backlog()
      backlog.replace(with: try queue.list(.queued))
      var won = 0
      while won < count, let file = backlog.next {
        backlog.removeNext()
        guard case .ready(let information, _) = try queue.inspect(file, trust) else { continue }
        let claim = ClaimName(agent: "bench-0000", number: won + 1)
        if try queue.claim(file, information, for: claim) != nil { won += 1 }
      }
      return won
    })
}

/// The scenes for which there is a hook.
let libraryScenes: [any Scene] = {
  var scenes: [any Scene] = []
  if let enqueue = LibraryHooks.current.enqueue { scenes.append(EnqueueScene(enqueue: enqueue)) }
  if let claim = LibraryHooks.current.claim { scenes.append(ClaimScene(claim: claim)) }
  return scenes
}()

/// Jobs into the queue by calls of the library, the process already there.
struct EnqueueScene: Scene {
  let name = "enqueue"
  let summary = "jobs queued by the library, in a loop"
  let enqueue: @Sendable (_ queue: String, _ count: Int) throws -> Void

  func measure(_ bench: Bench, in directory: BenchDirectory) throws {
    for sync in [false, true] {
      bench.report.progress("\(name) in \(directory.title), sync \(sync ? "on" : "off")")
      let count = (sync ? 500 : 10_000) / (bench.options.quick ? 10 : 1)
      func contender(_ name: String, _ run: @escaping (String) throws -> Cost) -> Contender {
        Contender(name: name, operations: count) {
          let queue = try directory.makeQueue(name, sync: sync)
          queue.settle()
          let cost = try run(queue.path)
          let queued = try queue.count("queued")
          guard queued == count else {
            throw CommandFailure("\(queued) of \(count) jobs are in queued/")
          }
          try directory.discard(queue)
          return cost
        }
      }
      let series = try bench.compare(
        self, rounds: bench.options.rounds,
        [
          contender("floor") { queue in
            try bench.floorLoop("launch", queue, "\(count)", sync: sync, operations: count)
          },
          contender("spool") { queue in
            try Cost.ofClosure { try asFailure { try enqueue(queue, count) } }
          },
        ])
      bench.report.show(
        Figures(
          scene: name, directory: directory.title, variant: [("sync", sync ? "on" : "off")],
          series: series, columns: loopColumns))
    }
  }
}

/// Jobs out of a queue that has many, by calls of the library.
struct ClaimScene: Scene {
  let name = "claim"
  let summary = "jobs claimed by the library with 1,000 and 100,000 waiting"
  let claim: @Sendable (_ queue: String, _ count: Int) throws -> Int

  func measure(_ bench: Bench, in directory: BenchDirectory) throws {
    let most = bench.options.scale ? [1_000_000] : []
    for waiting in (bench.options.quick ? [1_000, 10_000] : [1_000, 100_000]) + most {
      bench.report.progress("\(name) in \(directory.title), \(waiting) waiting")
      let count = min(waiting, 10_000)
      // One queue a contender for all rounds; what was claimed is put back, in the same order.
      func contender(_ name: String, _ run: @escaping (String) throws -> Cost) throws
        -> (Contender, BenchQueue)
      {
        let queue = try directory.makeQueue(name, sync: false)
        try queue.fill(waiting)
        let contender = Contender(name: name, operations: count) {
          let cost = try run(queue.path)
          let claimed = try queue.count("starting")
          guard claimed == count else {
            throw CommandFailure("\(claimed) of \(count) jobs are in starting/")
          }
          try queue.refill()
          return cost
        }
        return (contender, queue)
      }
      let contenders = [
        try contender("floor") { queue in
          try bench.floorLoop("claim", queue, "\(count)", sync: false, operations: count)
        },
        try contender("spool") { queue in
          var won = 0
          let cost = try Cost.ofClosure { try asFailure { won = try claim(queue, count) } }
          guard won == count else { throw CommandFailure("won \(won) of \(count)") }
          return cost
        },
      ]
      let series = try bench.compare(self, rounds: bench.options.rounds, contenders.map(\.0))
      bench.report.show(
        Figures(
          scene: name, directory: directory.title, variant: [("waiting", "\(waiting)")],
          series: series, columns: loopColumns))
      for (_, queue) in contenders { try directory.discard(queue) }
    }
  }
}

private var loopColumns: [(column: Column, value: (Series) -> Double?)] {
  [
    (Column(title: "per s", key: "per_s", digits: 0), { 1e9 / $0.wall }),
    (Column(title: "CPU µs", key: "cpu_us", digits: 1), \.cpu),
  ]
}

/// What the library throws is one line in the report, not the end of the benchmark.
private func asFailure(_ body: () throws -> Void) throws(CommandFailure) {
  do {
    try body()
  } catch {
    throw CommandFailure("\(error)")
  }
}

extension Bench {
  /// A loop inside the floor program, which takes its own time: no process start is in it.
  func floorLoop(
    _ mode: String, _ queue: String, _ argument: String, sync: Bool, operations: Int
  ) throws -> Cost {
    let output = scratchPath("loop")
    defer { try? Files.remove(output) }  // Else it goes with the scratch directory.
    let command = [floor.path, mode, queue, argument] + (sync ? ["sync"] : [])
    _ = try trees.measure(command, standardOutput: output)
    let figures = try Files.text(output).split(whereSeparator: \.isWhitespace).compactMap {
      Int($0)
    }
    guard figures.count == 3, figures[0] == operations else {
      throw CommandFailure("floor \(mode) did not do \(operations) operations")
    }
    return Cost(wall: figures[1], cpu: figures[2])
  }
}
