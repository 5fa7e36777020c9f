import SpoolQueue
import SpoolTerminal

/// All scenes in all directories; whatever happens, processes are ended and directories removed.
func measure(_ options: Options) throws {
  Interruption.throwWhereItIsSafe()
  var directories: [BenchDirectory] = []
  defer {
    for directory in directories {
      do {
        try directory.removeAll()
      } catch {
        errorLine("spool-bench: \(error)")
      }
    }
  }
  // Programs need a file system that lets them be executed, which /dev/shm often does not.
  let scratch = try BenchDirectory(under: Machine.variable("TMPDIR") ?? "/tmp")
  directories.append(scratch)

  // A fixed environment: neither the caller's settings of spool nor a long PATH are measured.
  let processes = Processes(environment: [
    ("PATH", "/usr/bin:/bin"), ("HOME", scratch.path), ("TMPDIR", scratch.path), ("LANG", "C"),
    ("XDG_CONFIG_HOME", "\(scratch.path)/config"), ("USER", Machine.variable("USER") ?? "bench"),
  ])
  defer { processes.endAll() }
  let bench = try Bench(
    options: options, report: Report(json: options.json), processes: processes, scratch: scratch)

  for parent in options.directories {
    let directory = try BenchDirectory(under: parent)
    directories.append(directory)
    if directory.hasNoJournal {
      bench.report.note(
        "\(directory.title) has no journal: after a mass delete its figures are poor for minutes")
    }
    for scene in allScenes where options.scenes.isEmpty || options.scenes.contains(scene.name) {
      do {
        try scene.measure(bench, in: directory)
      } catch let failure as CommandFailure {
        bench.report.note(scene: scene.name, "given up: \(failure)")
      }
    }
  }
}

Terminal.exit(
  Command.bench.main(Terminal.arguments) { error, _ in
    // A shell sees the true cause.
    if let interrupted = error as? Interrupted { Terminal.end(by: interrupted.signal) }
    errorLine("spool-bench: \(error)")
    return 1
  })
