/// From the drop of a file to the first instruction of its command, when nothing else is going on.
///
/// The command is the floor program's `stamp`: it writes the time at which its main began, on the
/// clock with which the drop was timed.
struct LatencyScene: Scene {
  let name = "latency"
  let summary = "from a drop into an idle queue to its command's first instruction"

  /// A way to have a command run, and when each was asked for.
  private final class Route {
    let name: String
    let stamps: String
    let ask: (_ number: Int, _ stamp: String) throws -> Int
    var asked: [Int] = []

    /// `ask` has a stamp written and returns the time at which it began to.
    init(name: String, stamps: String, ask: @escaping (Int, String) throws -> Int) {
      self.name = name
      self.stamps = stamps
      self.ask = ask
    }

    func stamp(_ number: Int) -> String { "\(stamps)-\(number)" }

    /// When command `number` began to run, nil if it has not.
    func began(_ number: Int) -> Int? {
      guard let text = try? Files.text(stamp(number)), text.last == "\n" else { return nil }
      return Int(text.dropLast())
    }
  }

  func measure(_ bench: Bench, in directory: BenchDirectory) throws {
    for sync in [false, true] {
      bench.report.progress("\(name) in \(directory.title), sync \(sync ? "on" : "off")")
      try measure(bench, in: directory, sync: sync)
    }
  }

  private func measure(_ bench: Bench, in directory: BenchDirectory, sync: Bool) throws {
    var agents: [Trees.Running] = []
    defer { agents.forEach(bench.trees.stop) }
    var routes: [Route] = []

    func start(_ command: [String], extra: [(String, String)] = []) throws -> Trees.Running {
      let agent = try bench.trees.start(command, extra: extra)
      agents.append(agent)
      return agent
    }
    func add(_ route: Route, _ agent: Trees.Running?) throws {
      // The first command proves that the agent is there; it is not counted.
      do {
        route.asked.append(try route.ask(0, route.stamp(0)))
        let ran = try bench.poll(seconds: 10) {
          route.began(0) != nil || agent.map(bench.trees.hasEnded) ?? false
        }
        guard ran, route.began(0) != nil else {
          let complaint = agent.flatMap(bench.trees.complaint).map { ": \($0)" } ?? ""
          throw CommandFailure("did not start a first job within 10 s\(complaint)")
        }
        routes.append(route)
      } catch let failure as CommandFailure {
        bench.report.note(scene: name, "\(route.name): \(failure)")
      }
    }

    let floorQueue = try directory.makeQueue("floor", sync: sync)
    let floorAgent = try start(
      [bench.floor.path, "agent", floorQueue.path, "1", "watch"] + (sync ? ["sync"] : []))
    try add(drops("floor", bench, floorQueue), floorAgent)

    if let spool = bench.spool?.path {
      let queue = try directory.makeQueue("spool", sync: sync)
      let agent = try start([spool, "agent", "-q", queue.path, "--slots", "1"])
      try add(drops("spool", bench, queue), agent)
      // The same agent, but the clock runs from the start of the process that queues.
      if routes.contains(where: { $0.name == "spool" }) {
        try add(
          calls("spool launch", bench, [spool, "launch", "-q", queue.path, "--"]), agent)
      }
    }
    if let tsp = bench.peers.tsp, !sync {
      let socket = [("TS_SOCKET", bench.scratchPath("tsp"))]
      let server = try start([tsp, "-n", "true"], extra: socket)
      if try bench.poll(seconds: 5, until: { Files.exists(socket[0].1) }) {
        try add(calls("tsp", bench, [tsp, "-n"], extra: socket), server)
      }
    }
    if let nq = bench.peers.nq, !sync {
      let folder = directory.freshPath("nq")
      try Files.makeDirectory(folder)
      try add(calls("nq", bench, [nq, "-q"], extra: [("NQDIR", folder)]), nil)
    }
    try ask(&routes, bench, times: bench.options.rounds * 8)
    try show(routes, bench, directory, sync: sync)
  }

  /// Jobs as files: written in advance, then moved into queued/ by one rename.
  private func drops(_ name: String, _ bench: Bench, _ queue: BenchQueue) -> Route {
    Route(name: name, stamps: bench.scratchPath("stamp")) { number, stamp in
      let folder = "\(queue.path)/runs/\(BenchQueue.run(number))"
      try Files.makeDirectory(folder)
      let job = "{\"command\":[\"\(bench.floor.path)\",\"stamp\",\"\(stamp)\"]}\n"
      try Files.create("\(folder)/job.json", text: job)
      let now = Clock.nanoseconds()
      try Files.move(
        "\(folder)/job.json", to: "\(queue.path)/queued/\(BenchQueue.fileName(number))")
      return now
    }
  }

  /// Jobs by a process that queues: the time begins when it is forked.
  private func calls(
    _ name: String, _ bench: Bench, _ command: [String], extra: [(String, String)] = []
  ) -> Route {
    Route(name: name, stamps: bench.scratchPath("stamp")) { _, stamp in
      let command = command + [bench.floor.path, "stamp", stamp]
      return try bench.trees.measure(command, extra: extra, seconds: 10).began
    }
  }

  /// One drop every 20 ms, on each route in turn.
  private func ask(_ routes: inout [Route], _ bench: Bench, times: Int) throws {
    var tick = Clock.nanoseconds()
    for number in 1...times {
      for route in routes {
        tick = max(tick + 20_000_000, Clock.nanoseconds())
        try Clock.sleep(until: tick)
        do {
          route.asked.append(try route.ask(number, route.stamp(number)))
        } catch let failure as CommandFailure {
          bench.report.note(scene: name, "\(route.name): \(failure)")
          routes.removeAll { $0 === route }
        }
      }
    }
  }

  private func show(_ routes: [Route], _ bench: Bench, _ directory: BenchDirectory, sync: Bool)
    throws
  {
    var table = Figures(
      scene: name, directory: directory.title, variant: [("sync", sync ? "on" : "off")],
      columns: [
        Column(title: "p50 ms", key: "p50_ms"), Column(title: "p99 ms", key: "p99_ms"),
        Column(title: "p50 × floor", key: "p50_x_floor"),
        Column(title: "p99 × floor", key: "p99_x_floor"),
      ])
    var floor: (p50: Double, p99: Double)?
    for route in routes {
      let numbers = route.asked.indices.dropFirst()
      let all = try bench.poll(seconds: 10) { numbers.allSatisfy { route.began($0) != nil } }
      let delays = numbers.compactMap { number in
        route.began(number).map { Double($0 - route.asked[number]) / 1e6 }
      }
      if !all {
        bench.report.note(
          scene: name, "\(route.name): \(delays.count) of \(numbers.count) commands ran")
      }
      let (p50, p99) = (percentile(delays, 0.5), percentile(delays, 0.99))
      if route.name == "floor" { floor = (p50, p99) }
      table.rows.append(
        (route.name, [p50, p99, floor.map { p50 / $0.p50 }, floor.map { p99 / $0.p99 }]))
    }
    bench.report.show(table)
  }
}
