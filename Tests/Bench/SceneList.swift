import SpoolTerminal

/// Looking at a queue with a long past.
struct ListScene: Scene {
  let name = "list"
  let summary = "100,000 ended runs: all of them as JSON, and the default view"

  func measure(_ bench: Bench, in directory: BenchDirectory) throws {
    let runs = bench.options.quick ? 10_000 : 100_000
    bench.report.progress("\(name) in \(directory.title)")
    let queue = try directory.makeQueue("list", sync: true)
    for number in 0..<runs {
      if number % 1_000 == 0 { try Interruption.check() }
      let record = Record(number)
      try Files.create("\(queue.path)/done/\(record.run).json", text: record.line)
    }
    queue.settle()

    try show(
      bench, directory, view: "all", runs: runs,
      floor: (how: "read", explained: "readdir, open, read, close of each"), queue: queue,
      command: ["list", "-q", queue.path, "--limit", "0", "--json"], lines: runs...runs)
    try show(
      bench, directory, view: "default", runs: runs,
      floor: (how: "stat", explained: "readdir and fstatat of each"), queue: queue,
      command: ["list", "-q", queue.path], lines: 20...60)
    try directory.discard(queue)
  }

  private func show(
    _ bench: Bench, _ directory: BenchDirectory, view: String, runs: Int,
    floor: (how: String, explained: String), queue: BenchQueue, command: [String],
    lines: ClosedRange<Int>
  ) throws {
    var contenders = [
      bench.process("floor", [bench.floor.path, "list", queue.path, floor.how])
    ]
    if let spool = bench.spool?.path {
      do {
        try check(bench, [spool] + command, lines: lines)
        contenders.append(bench.process("spool", [spool] + command))
      } catch let failure as CommandFailure {
        bench.report.note(scene: name, "spool: \(failure)")
      }
    }
    bench.report.show(
      Figures(
        scene: name, directory: directory.title,
        variant: [("runs", "\(runs)"), ("view", view), ("floor", floor.explained)],
        series: try bench.compare(self, rounds: bench.options.rounds, contenders),
        columns: [
          (Column(title: "ms", key: "ms", digits: 1), { $0.wall / 1e6 }),
          (Column(title: "CPU ms", key: "cpu_ms", digits: 1), { $0.cpu / 1e3 }),
        ]))
  }

  /// Whether a listing is complete is asked once; the samples write to /dev/null.
  private func check(_ bench: Bench, _ command: [String], lines: ClosedRange<Int>) throws {
    let output = bench.scratchPath("listing")
    defer { try? Files.remove(output) }  // Else it goes with the scratch directory.
    _ = try bench.trees.measure(command, standardOutput: output)
    let found = try Files.read(output).count { $0 == 0x0A }
    guard lines.contains(found) else {
      throw CommandFailure("wrote \(found) lines, not \(lines.lowerBound) or more")
    }
  }
}

/// A record in done/ as a runner leaves it, about 1 KB.
private struct Record {
  let run: String
  let line: String

  init(_ number: Int) {
    run = "train-\(number.padded(to: 6))"
    func time(_ seconds: Int) -> String {
      let hour = (seconds / 3_600 % 24).padded(to: 2)
      let minute = (seconds / 60 % 60).padded(to: 2)
      let day = (1 + seconds / 86_400 % 28).padded(to: 2)
      return "2026-10-\(day)T\(hour):\(minute):\((seconds % 60).padded(to: 2)).482Z"
    }
    let created = number * 20
    line = """
      {"run":"\(run)","name":"train","queue":"bench","entity":"lab","state":"finished",\
      "held":false,"paused":false,"job":"train:v3","author":"Ada","owner":"ada",\
      "command":["python3","train.py","--learning_rate=0.00\(number % 90 + 10)","--epochs=20"],\
      "args":["--verbose"],\
      "run_config":{"learning_rate":0.00\(number % 90 + 10),"epochs":20,"optimizer":"adam"},\
      "tags":["baseline","night"],"notes":null,\
      "created_at":"\(time(created))","started_at":"\(time(created + 4))",\
      "ended_at":"\(time(created + 17))","duration_s":13.042,"exit_code":0,"signal":null,\
      "reason":"ended with status 0","host":"node07","agent":"node07-4kq2","attempt":1,\
      "attempts":1,"priority":50,"after":null,"unique":null,"retry_of":null,"sweep":null,\
      "progress":"20/20 epochs","summary":{"loss":0.1\(number % 1_000),"accuracy":0.9},\
      "file":"{\\"job\\":\\"train:v3\\",\\"run_config\\":{\\"learning_rate\\":0.001,\
      \\"epochs\\":20},\\"tags\\":[\\"baseline\\",\\"night\\"],\\"cwd\\":\\"/home/ada/project\\",\
      \\"env\\":{\\"PATH\\":\\"/home/ada/.venv/bin:/usr/local/bin:/usr/bin:/bin\\"}}\\n"}

      """
  }
}
