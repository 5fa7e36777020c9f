import SpoolQueue

/// What must not grow with a queue, or only as fast as it: each beside its goal.
struct GrowthScene: Scene {
  let name = "growth"
  let summary = "exact names beside many records, prune, kills and sweeps of many"

  func measure(_ bench: Bench, in directory: BenchDirectory) throws {
    guard let spool = bench.spool?.path else { return }
    let records = bench.options.scale ? 1_000_000 : bench.options.quick ? 1_000 : 10_000
    try measureRecords(spool, bench, directory, records)
    try measureMany(spool, bench, directory, bench.options.quick ? 1_000 : 10_000)
  }

  /// Commands that name one run, and prune.
  private func measureRecords(
    _ spool: String, _ bench: Bench, _ directory: BenchDirectory, _ count: Int
  ) throws {
    bench.report.progress("\(name) in \(directory.title), \(count) records")
    let queue = try directory.makeQueue("records", sync: false)
    try queue.fill(1)
    _ = try bench.trees.measure([spool, "agent", "-q", queue.path, "--slots", "1", "--drain"])
    try queue.checkDrained(1)
    try queue.multiplyRecord(to: count)
    var goals = Goals(self, directory, variant: [("records", "\(count)")])
    for word in ["show", "logs", "why", "wait"] {
      let cost = try bench.trees.measure([spool, word, "-q", queue.path, BenchQueue.run(0)])
      goals.add("\(word) of a whole name, CPU ms", Double(cost.command.cpu) / 1_000, atMost: 10)
    }
    let cost = try bench.trees.measure(
      [spool, "prune", "-q", queue.path, "--keep-count", "1", "--yes"], seconds: 1_800)
    let left = try queue.count("done")
    guard left == 1 else { throw CommandFailure("prune left \(left) records") }
    goals.add(
      "prune, s", Double(cost.command.wall) / 1e9, atMost: 120 * Double(count) / 1_000_000)
    goals.show(in: bench.report)
    try directory.discard(queue)
  }

  /// Commands that queue or stop many runs, with sync.
  private func measureMany(
    _ spool: String, _ bench: Bench, _ directory: BenchDirectory, _ count: Int
  ) throws {
    bench.report.progress("\(name) in \(directory.title), \(count) runs, sync on")
    let queue = try directory.makeQueue("many", sync: true)
    let file = bench.scratchPath("sweep") + ".json"
    let values = (0..<count).map { "\($0)" }.joined(separator: ",")
    try Files.create(
      file,
      text: #"{"method":"grid","parameters":{"a":{"values":[\#(values)]}},"command":["true"]}"#)
    var goals = Goals(self, directory, variant: [("runs", "\(count)"), ("sync", "on")])
    let swept = try bench.trees.measure([spool, "sweep", "-q", queue.path, file], seconds: 600)
    guard try queue.count("queued") == count else { throw CommandFailure("a sweep is not whole") }
    goals.add(
      "sweep, s", Double(swept.command.wall) / 1e9, atMost: 3 * Double(count) / 10_000)
    let killed = try bench.trees.measure(
      [spool, "kill", "-q", queue.path, "--state", "queued", "--all", "--yes"], seconds: 600)
    guard try queue.count("done") == count else { throw CommandFailure("not all were killed") }
    goals.add(
      "kill of all that wait, s", Double(killed.command.wall) / 1e9,
      atMost: Double(count) / 1_000)
    goals.show(in: bench.report)
    try directory.discard(queue)
  }
}

extension BenchQueue {
  /// Writes records of runs that never were, each that of run 0 under another name, until there are so many.
  fileprivate func multiplyRecord(to count: Int) throws {
    let name = Array(Self.run(0).utf8)
    let bytes = try Files.read("\(path)/done/\(Self.run(0)).json")
    var places: [Int] = []
    for start in 0...(bytes.count - name.count)
    where bytes[start..<(start + name.count)].elementsEqual(name) {
      places.append(start)
    }
    for number in 1..<count {
      if number % 1_000 == 0 { try Interruption.check() }
      var record = bytes
      let other = Array(Self.run(number).utf8)
      for place in places { record.replaceSubrange(place..<(place + name.count), with: other) }
      try Files.create("\(path)/done/\(Self.run(number)).json", record)
    }
    settle()
  }
}
