import SpoolQueue

/// Figures that have a goal: a table with the goal beside each. None of them fails anything.
struct Goals {
  private var figures: Figures

  init(
    _ scene: some Scene, _ directory: BenchDirectory, variant: [(key: String, value: String)] = []
  ) {
    figures = Figures(
      scene: scene.name, directory: directory.title, variant: variant,
      columns: [
        Column(title: "measured", key: "measured", digits: 3),
        Column(title: "goal, at most", key: "goal", digits: 3),
      ])
  }

  mutating func add(_ name: String, _ measured: Double?, atMost goal: Double?) {
    figures.rows.append((name, [measured, goal]))
  }

  func show(in report: Report) { report.show(figures) }
}

extension Bench {
  /// CPU of the agents in a tree so far, without that of their runners, in milliseconds.
  func agentCPU(_ trees: [Trees.Running]) throws -> Double {
    var sum = 0.0
    for tree in trees {
      for (pid, figures) in try ProcessFigures.descendants(of: Int(tree.pid))
      where Self.isAgent(pid) {
        sum += figures.threads.values.reduce(0) { $0 + $1.onProcessor } / 1_000
      }
    }
    return sum
  }

  private static func isAgent(_ pid: Int) -> Bool {
    ((try? Files.text("/proc/\(pid)/cmdline")) ?? "").split(separator: "\0").contains("agent")
  }
}

/// One agent that serves many queues.
struct QueuesScene: Scene {
  let name = "queues"
  let summary = "an agent of 500 queues: its start, and its CPU a run"

  func measure(_ bench: Bench, in directory: BenchDirectory) throws {
    #if os(Linux)
      guard let spool = bench.spool?.path else { return }
      let count = bench.options.quick ? 50 : 500
      let runs = 200
      bench.report.progress("\(name) in \(directory.title), \(count) queues")
      let queues = try (0..<count).map { _ in try directory.makeQueue("queue", sync: false) }
      let talk = bench.scratchPath("talk")
      let began = Clock.nanoseconds()
      let tree = try bench.trees.start(
        [spool, "agent", "--slots", "2"] + queues.flatMap { ["-q", $0.path] },
        standardOutput: talk)
      defer { bench.trees.stop(tree) }
      guard
        try bench.poll(
          seconds: 60,
          until: {
            ((try? Files.text(talk)) ?? "").split(separator: "\n").count { $0.contains("serving") }
              == count
          })
      else { throw CommandFailure("the agent did not serve \(count) queues within 60 s") }
      let start = Double(Clock.nanoseconds() - began) / 1e9
      try Clock.sleep(milliseconds: 1_000)
      let before = try bench.agentCPU([tree])
      for number in 0..<runs { try queues[number * 37 % count].drop(number) }
      guard
        try bench.poll(
          seconds: 120,
          until: { (try? queues.reduce(0) { try $0 + $1.count("done") }) ?? 0 == runs })
      else { throw CommandFailure("\(runs) runs did not end within 120 s") }
      let after = try bench.agentCPU([tree])
      var goals = Goals(self, directory, variant: [("queues", "\(count)")])
      goals.add("start, s", start, atMost: 0.3)
      goals.add("CPU of the start, s", before / 1_000, atMost: 0.3)
      goals.add("CPU of the agent a run, ms", (after - before) / Double(runs), atMost: 2)
      goals.show(in: bench.report)
      for queue in queues { try directory.discard(queue) }
    #else
      bench.report.note(scene: name, "left out: its figures come from Linux's /proc")
    #endif
  }
}

/// Many agents on one queue, beside one agent.
struct AgentsScene: Scene {
  let name = "agents"
  let summary = "30 agents on one queue, beside one: CPU a run, and what they say"

  func measure(_ bench: Bench, in directory: BenchDirectory) throws {
    #if os(Linux)
      guard let spool = bench.spool?.path else { return }
      let runs = bench.options.quick ? 100 : 500
      for isBacklog in [true, false] {
        var all: [Double] = []
        var own: [Double] = []
        var words = 0
        for count in [1, 30] {
          bench.report.progress("\(name) in \(directory.title), \(count)")
          let sample = try measure(spool, bench, directory, count, runs, isBacklog)
          all.append(sample.machine)
          own.append(sample.agents)
          words = sample.words
        }
        let way = isBacklog ? "a backlog" : "one after the other"
        var goals = Goals(self, directory, variant: [("runs", way)])
        goals.add("CPU a run, 1 agent, ms", all[0], atMost: nil)
        goals.add("CPU a run, 30 agents, ms", all[1], atMost: 2 * all[0])
        goals.add("agents' own, 1 agent, ms", own[0], atMost: nil)
        goals.add("agents' own, 30 agents, ms", own[1], atMost: nil)
        goals.add("messages about healthy runs", Double(words), atMost: 0)
        goals.show(in: bench.report)
      }
    #else
      bench.report.note(scene: name, "left out: its figures come from Linux's /proc")
    #endif
  }

  private func measure(
    _ spool: String, _ bench: Bench, _ directory: BenchDirectory, _ count: Int, _ runs: Int,
    _ isBacklog: Bool
  ) throws -> (machine: Double, agents: Double, words: Int) {
    let queue = try directory.makeQueue("agents", sync: false)
    try Files.create("\(queue.path)/paused", text: "")
    if isBacklog { try queue.fill(runs) }
    let talks = (0..<count).map { _ in bench.scratchPath("talk") }
    let trees = try talks.map {
      try bench.trees.start(
        [spool, "agent", "-q", queue.path, "--slots", "8"], standardOutput: $0)
    }
    defer { trees.forEach(bench.trees.stop) }
    guard try bench.poll(seconds: 60, until: { (try? queue.count("agents")) == count }) else {
      throw CommandFailure("\(count) agents were not there within 60 s")
    }
    try Clock.sleep(milliseconds: 1_000)
    let before = (machine: machineMicroseconds() ?? 0, agents: try bench.agentCPU(trees))
    try Files.remove("\(queue.path)/paused")
    if !isBacklog {
      for number in 0..<runs {
        try queue.drop(number)
        // At most forty are under way.
        _ = try bench.poll(seconds: 60) { number - ((try? queue.count("done")) ?? number) < 40 }
      }
    }
    guard try bench.poll(seconds: 120, until: { (try? queue.count("done")) == runs }) else {
      throw CommandFailure("\(runs) runs did not end within 120 s")
    }
    let agents = try bench.agentCPU(trees) - before.agents
    let machine = Double((machineMicroseconds() ?? 0) - before.machine) / 1_000
    let words = talks.reduce(0) { sum, talk in
      sum
        + ((try? Files.text(talk)) ?? "").split(separator: "\n").count {
          $0.contains("recovered") || $0.contains("cannot") || $0.contains(" waits ")
        }
    }
    trees.forEach(bench.trees.stop)
    try directory.discard(queue)
    return (machine / Double(runs), agents / Double(runs), words)
  }
}

/// What a run that is over leaves on a disk.
struct FootprintScene: Scene {
  let name = "footprint"
  let summary = "inodes and space of a run that is over"

  func measure(_ bench: Bench, in directory: BenchDirectory) throws {
    guard let spool = bench.spool?.path else { return }
    let runs = 50
    bench.report.progress("\(name) in \(directory.title)")
    let queue = try directory.makeQueue("footprint", sync: false)
    func measured() throws -> (inodes: Int, bytes: Int) {
      var inodes: Set<UInt64> = []
      var blocks = 0
      func walk(_ path: String) throws {
        let found = try System.information(path)
        if inodes.insert(found.inode).inserted { blocks += Machine.allocated(path) }
        guard found.isDirectory else { return }
        for name in try Files.names(in: path) { try walk("\(path)/\(name)") }
      }
      try walk(queue.path)
      return (inodes.count, blocks)
    }
    let empty = try measured()
    try queue.fill(runs)
    _ = try bench.trees.measure([spool, "agent", "-q", queue.path, "--slots", "2", "--drain"])
    try queue.checkDrained(runs)
    let full = try measured()
    var goals = Goals(self, directory, variant: [("runs", "\(runs)")])
    goals.add("inodes a run", Double(full.inodes - empty.inodes) / Double(runs), atMost: 5)
    goals.add(
      "KiB a run", Double(full.bytes - empty.bytes) / 1_024 / Double(runs), atMost: 16)
    goals.show(in: bench.report)
    try directory.discard(queue)
  }
}

extension BenchQueue {
  /// Drops a job file under a full name, as launch does.
  fileprivate func drop(_ number: Int) throws {
    let folder = "\(path)/runs/\(Self.run(number))"
    try Files.makeDirectory(folder)
    try Files.create("\(folder)/job.json", text: "{\"command\":[\"true\"]}\n")
    try Files.move("\(folder)/job.json", to: "\(path)/queued/\(Self.fileName(number))")
  }
}
