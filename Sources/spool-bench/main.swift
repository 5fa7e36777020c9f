/// Runs what was asked for; the exit status.
func runBenchmark(_ arguments: some Sequence<String>) -> Int32 {
  let options: Options
  do {
    options = try Options(arguments)
  } catch {
    Host.writeError("spool-bench: \(error)\nTry 'spool-bench --help'.\n")
    return 2
  }
  if options.wantsHelp {
    print(Options.help)
    return 0
  }
  if options.wantsFloorSource {
    print(FloorProgram.source)
    return 0
  }

  Interruption.install()
  do {
    try measure(options)
    return 0
  } catch let interruption as Interrupted {
    Interruption.die(of: interruption.signal)
  } catch {
    Host.writeError("spool-bench: \(error)\n")
    return 1
  }
}

/// All scenes in all directories; whatever happens, processes are ended and directories removed.
func measure(_ options: Options) throws {
  var directories: [BenchDirectory] = []
  defer {
    for directory in directories {
      do {
        try directory.removeAll()
      } catch {
        Host.writeError("spool-bench: \(error)\n")
      }
    }
  }
  // Programs need a file system that lets them be executed, which /dev/shm often does not.
  let scratch = try BenchDirectory(under: Host.variable("TMPDIR") ?? "/tmp")
  directories.append(scratch)

  // A fixed environment: neither the caller's settings of spool nor a long PATH are measured.
  let processes = Processes(environment: [
    ("PATH", "/usr/bin:/bin"), ("HOME", scratch.path), ("TMPDIR", scratch.path), ("LANG", "C"),
    ("XDG_CONFIG_HOME", "\(scratch.path)/config"), ("USER", Host.variable("USER") ?? "bench"),
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

exitProcess(runBenchmark(CommandLine.arguments.dropFirst()))
