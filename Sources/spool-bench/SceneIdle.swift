/// What an agent costs while there is nothing to do.
struct IdleScene: Scene {
  let name = "idle"
  let summary = "CPU, wake-ups and memory of an agent with nothing to do"

  func measure(_ bench: Bench, in directory: BenchDirectory) throws {
    #if os(Linux)
      let seconds = bench.options.idleSeconds ?? (bench.options.quick ? 5 : 20)
      bench.report.progress("\(name) in \(directory.title), \(seconds) s")
      var trees: [(name: String, tree: Trees.Running)] = []
      defer { trees.forEach { bench.trees.stop($0.tree) } }

      let floorQueue = try directory.makeQueue("floor", sync: true)
      trees.append(
        (
          "floor",
          try bench.trees.start([bench.floor.path, "agent", floorQueue.path, "1", "watch", "sync"])
        ))
      if let spool = bench.spool?.path {
        let queue = try directory.makeQueue("spool", sync: true)
        trees.append(
          ("spool", try bench.trees.start([spool, "agent", "-q", queue.path, "--slots", "1"])))
      }
      if let tsp = bench.peers.tsp {
        let socket = [("TS_SOCKET", bench.scratchPath("tsp"))]
        trees.append(("tsp", try bench.trees.start([tsp, "-n", "true"], extra: socket)))
      }
      // Starting is over by then: first scans, first heartbeats, the first job of tsp.
      try Clock.sleep(milliseconds: 2_000)
      try show(trees, bench, directory, seconds: seconds)
    #else
      bench.report.note(scene: name, "left out: its figures come from Linux's /proc")
    #endif
  }

  /// Looks at all of them at the beginning and at the end of the same span of time.
  private func show(
    _ trees: [(name: String, tree: Trees.Running)], _ bench: Bench, _ directory: BenchDirectory,
    seconds: Int
  ) throws {
    let before = try trees.map { try ProcessFigures.descendants(of: Int($0.tree.pid)) }
    try Clock.sleep(milliseconds: seconds * 1_000)
    let after = try trees.map { try ProcessFigures.descendants(of: Int($0.tree.pid)) }

    var table = Table(
      scene: name, directory: directory.title, variant: [("seconds", "\(seconds)")],
      columns: [
        Column(title: "processes", key: "processes", digits: 0),
        Column(title: "threads", key: "threads", digits: 0),
        Column(title: "wake-ups", key: "wakeups", digits: 0),
        Column(title: "per minute", key: "wakeups_per_minute", digits: 1),
        Column(title: "CPU ms", key: "cpu_ms", digits: 0),
        Column(title: "on CPU µs", key: "on_cpu_us", digits: 0),
        Column(title: "RSS KiB", key: "rss_kib", digits: 0),
        Column(title: "PSS KiB", key: "pss_kib", digits: 0),
      ])
    for (index, (name, tree)) in trees.enumerated() {
      if bench.trees.hasEnded(tree) {
        let complaint = bench.trees.complaint(of: tree).map { ": \($0)" } ?? ""
        bench.report.note(scene: self.name, "\(name): did not stay\(complaint)")
        continue
      }
      // A process that came in between counts from its beginning.
      func difference(_ value: KeyPath<ProcessFigures, Double>) -> Double {
        after[index].reduce(0) { sum, process in
          sum + process.value[keyPath: value]
            - (before[index][process.key]?[keyPath: value] ?? 0)
        }
      }
      func sum(_ value: KeyPath<ProcessFigures, Int>, _ moment: [Int: ProcessFigures]) -> Double {
        moment.values.reduce(0) { $0 + Double($1[keyPath: value]) }
      }
      let wakeups = difference(\.wakeups)
      table.rows.append(
        (
          name,
          [
            Double(after[index].count), sum(\.threads, after[index]),
            wakeups, wakeups * 60 / Double(seconds), difference(\.cpuTicks),
            difference(\.onProcessor), sum(\.resident, after[index]),
            sum(\.proportional, after[index]),
          ]
        ))
    }
    bench.report.show(table)
  }
}
