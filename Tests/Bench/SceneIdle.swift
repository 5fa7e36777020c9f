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
      // Starting is over by then: first scans and heartbeats, the first job of tsp, and the threads of
      // a pool that were needed for it, which libdispatch keeps for five seconds.
      try Clock.sleep(milliseconds: 7_000)
      try show(trees, bench, directory, seconds: seconds)
    #else
      bench.report.note(scene: name, "left out: its figures come from Linux's /proc")
    #endif
  }

  /// Looks at all of them each second of the same span of time; that wakes none of them.
  private func show(
    _ trees: [(name: String, tree: Trees.Running)], _ bench: Bench, _ directory: BenchDirectory,
    seconds: Int
  ) throws {
    var accounts = try trees.map { try IdleAccount(of: Int($0.tree.pid)) }
    let began = Clock.nanoseconds()
    for second in 1...seconds {
      try Clock.sleep(until: began + second * 1_000_000_000)
      for (index, tree) in trees.enumerated() {
        try accounts[index].look(at: Int(tree.tree.pid))
      }
    }

    var table = Figures(
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
      let account = accounts[index]
      func sum(_ value: (ProcessFigures) -> Int) -> Double {
        Double(account.processes.values.reduce(0) { $0 + value($1) })
      }
      table.rows.append(
        (
          name,
          [
            Double(account.processes.count), sum { $0.threads.count }, account.used.wakeups,
            account.used.wakeups * 60 / Double(seconds), account.cpuTicks,
            account.used.onProcessor, sum(\.resident), sum(\.proportional),
          ]
        ))
    }
    bench.report.show(table)
  }
}
