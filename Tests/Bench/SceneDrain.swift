/// Many jobs that do nothing, from the first claim to the last record.
struct DrainScene: Scene {
  let name = "drain"
  let summary = "1,000 jobs that do nothing, end to end, with 1 and 2 slots"

  func measure(_ bench: Bench, in directory: BenchDirectory) throws {
    for sync in [false, true] {
      for slots in [1, 2] {
        bench.report.progress(
          "\(name) in \(directory.title), sync \(sync ? "on" : "off"), slots \(slots)")
        try measure(bench, in: directory, sync: sync, slots: slots)
      }
    }
  }

  private func measure(_ bench: Bench, in directory: BenchDirectory, sync: Bool, slots: Int) throws
  {
    let jobs = bench.options.quick ? 200 : 1_000
    let mode = sync ? ["sync"] : []
    var contenders = [
      drain("floor", bench, in: directory, jobs: jobs, sync: sync) {
        [bench.floor.path, "agent", $0, "\(slots)"] + mode
      }
    ]
    if let spool = bench.spool?.path {
      contenders.append(
        drain("spool", bench, in: directory, jobs: jobs, sync: sync) {
          [spool, "agent", "-q", $0, "--slots", "\(slots)", "--drain"]
        })
    }
    // None of them gives the promise, so they are no measure for what it costs.
    if !sync { contenders += try peers(bench, in: directory, jobs: jobs, slots: slots) }

    bench.report.show(
      Figures(
        scene: name, directory: directory.title,
        variant: [("sync", sync ? "on" : "off"), ("slots", "\(slots)")],
        series: try bench.compare(self, rounds: bench.options.rounds, contenders),
        columns: [
          (Column(title: "jobs/s", key: "jobs_per_s", digits: 0), { 1e9 / $0.wall }),
          (Column(title: "CPU µs/job", key: "cpu_us_per_job", digits: 0), \.cpu),
          (
            // The second choice: it counts whatever else ran, but nothing can escape it.
            Column(title: "(/proc/stat)", key: "machine_cpu_us_per_job", digits: 0),
            { $0.machineCPU }
          ),
        ]))
  }

  /// An agent on a queue that was filled before; the sample is the agent's whole tree.
  private func drain(
    _ name: String, _ bench: Bench, in directory: BenchDirectory, jobs: Int, sync: Bool,
    command: @escaping (_ queue: String) -> [String]
  ) -> Contender {
    Contender(name: name, operations: jobs) {
      let queue = try directory.makeQueue(name, sync: sync)
      try queue.fill(jobs)
      let cost = try bench.trees.measure(command(queue.path)).whole
      try queue.checkDrained(jobs)
      try directory.discard(queue)
      return cost
    }
  }

  /// Those who cannot be filled before: their figures contain their own queueing.
  private func peers(_ bench: Bench, in directory: BenchDirectory, jobs: Int, slots: Int) throws
    -> [Contender]
  {
    var contenders: [Contender] = []
    func add(
      _ name: String, _ script: String, _ extra: @escaping () throws -> [(String, String)]
    ) {
      contenders.append(
        Contender(name: name, operations: jobs) {
          try bench.trees.measure([bench.peers.shell, "-c", script], extra: extra()).whole
        })
    }
    func loop(_ command: String) -> String {
      "i=0; while [ $i -lt \(jobs) ]; do \(command); i=$((i+1)); done"
    }
    if let xargs = bench.peers.xargs {
      let list = bench.scratchPath("lines")
      try Files.create(list, text: String(repeating: "x\n", count: jobs))
      add("xargs", "exec '\(xargs)' -n 1 -P \(slots) true < '\(list)'") { [] }
    }
    if let tsp = bench.peers.tsp {
      // Two runs may be the last ones with two slots; its ids count from 0.
      let waits = (jobs - slots..<jobs).map { "'\(tsp)' -w \($0)" }.joined(separator: "; ")
      add("tsp", "'\(tsp)' -S \(slots); \(loop("'\(tsp)' -n true")); \(waits); '\(tsp)' -K") {
        [("TS_SOCKET", bench.scratchPath("tsp"))]
      }
    }
    if let nq = bench.peers.nq, slots == 1 {
      add("nq", loop("'\(nq)' -q true")) {
        let folder = directory.freshPath("nq")
        try Files.makeDirectory(folder)
        return [("NQDIR", folder)]
      }
    }
    return contenders
  }
}
