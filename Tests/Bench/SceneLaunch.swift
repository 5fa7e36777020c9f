/// A job into the queue by a process of its own, as a shell or cron does it.
struct LaunchScene: Scene {
  let name = "launch"
  let summary = "one process that queues one job (target: 1.5 × floor)"

  func measure(_ bench: Bench, in directory: BenchDirectory) throws {
    for sync in [false, true] {
      bench.report.progress("\(name) in \(directory.title), sync \(sync ? "on" : "off")")
      try measure(bench, in: directory, sync: sync)
    }
  }

  private func measure(_ bench: Bench, in directory: BenchDirectory, sync: Bool) throws {
    let rounds = bench.options.rounds * 20
    let mode = sync ? ["sync"] : []
    let floorQueue = try directory.makeQueue("floor", sync: sync)
    let dynamicQueue = try directory.makeQueue("floor-dynamic", sync: sync)
    let spoolQueue = try directory.makeQueue("spool", sync: sync)
    floorQueue.settle()

    var contenders = [
      bench.process("floor", [bench.floor.path, "launch", floorQueue.path, "1"] + mode)
    ]
    if let spool = bench.spool?.path {
      contenders.append(
        bench.process("spool", [spool, "launch", "-q", spoolQueue.path, "--", "true"]))
    }
    if let dynamic = bench.floor.dynamicPath {
      contenders.append(
        bench.process("floor-dynamic", [dynamic, "launch", dynamicQueue.path, "1"] + mode))
    }
    if let nothing = findProgram("true") {
      contenders.append(bench.process("true", [nothing]))
    }
    if let nq = bench.peers.nq {
      let folder = directory.freshPath("nq")
      try Files.makeDirectory(folder)
      contenders.append(bench.process("nq", [nq, "-q", "true"], extra: [("NQDIR", folder)]))
    }
    var server: Trees.Running?
    defer { server.map(bench.trees.stop) }
    if let tsp = bench.peers.tsp {
      let socket = [("TS_SOCKET", bench.scratchPath("tsp"))]
      // The first call leaves a server behind; the samples only talk to it.
      server = try bench.trees.start([tsp, "-n", "true"], extra: socket)
      if try bench.poll(seconds: 5, until: { Files.exists(socket[0].1) }) {
        contenders.append(bench.process("tsp", [tsp, "-n", "true"], extra: socket))
      } else {
        bench.report.note(scene: name, "tsp: its server did not start")
      }
    }

    var series = try bench.compare(self, rounds: rounds, contenders)
    for (owner, queue) in [("floor", floorQueue), ("spool", spoolQueue)] {
      let queued = try queue.count("queued")
      guard let index = series.firstIndex(where: { $0.name == owner }), queued != rounds + 1
      else { continue }
      series.remove(at: index)
      bench.report.note(
        scene: name, "\(owner): only \(queued) of \(rounds + 1) jobs are in queued/")
    }
    bench.report.show(
      Figures(
        scene: name, directory: directory.title, variant: [("sync", sync ? "on" : "off")],
        series: series, bases: ["floor", "floor-dynamic"],
        columns: [
          (Column(title: "p50 ms", key: "p50_ms"), { $0.wall / 1e6 }),
          (
            Column(title: "p99 ms", key: "p99_ms"),
            { percentile($0.samples.map { Double($0.wall) / 1e6 }, 0.99) }
          ),
          (Column(title: "CPU µs", key: "cpu_us", digits: 0), \.cpu),
        ]))
    for queue in [floorQueue, dynamicQueue, spoolQueue] { try directory.discard(queue) }
  }
}
