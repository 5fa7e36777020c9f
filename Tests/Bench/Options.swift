import SpoolTerminal

/// What the benchmark was asked to measure.
struct Options {
  /// Under which directories to measure; a fresh one is made in each.
  let directories: [String]
  let rounds: Int
  let quick: Bool
  /// Whether to take the sizes that take many minutes, too.
  let scale: Bool
  /// The names of the scenes, all if empty.
  let scenes: [String]
  let spool: String?
  let json: Bool
  let idleSeconds: Int?

  init(_ arguments: ParsedArguments) throws(UsageError) {
    quick = arguments.flag("quick")
    scale = arguments.flag("scale")
    rounds = try arguments.int("rounds", range: 1...Int.max) ?? (quick ? 2 : 5)
    scenes = arguments.options("scene")
    spool = arguments.option("spool")
    json = arguments.flag("json")
    idleSeconds = try arguments.int("idle-seconds", range: 1...Int.max)
    let given = arguments.options("dir")
    let memory = Files.exists("/dev/shm") ? ["/dev/shm"] : []
    directories = given.isEmpty ? [Machine.variable("TMPDIR") ?? "/tmp"] + memory : given
  }
}

extension Command {
  /// The command line of the benchmark.
  static let bench: Command = {
    var help = Command.help(of: "spool-bench")
    help.isHidden = true
    let scenes = allScenes.map { scene in
      "  " + scene.name + spaces(10 - scene.name.utf8.count) + scene.summary
    }
    return Command(
      name: "spool-bench",
      abstract: "Measures spool against the bare system calls, in the same run.",
      discussion: """
        A C program that makes the system calls of the protocol and nothing else (the floor, \
        Tests/Bench/Floor) is compiled first. Floor, spool and other queues then take turns, \
        A B A B …, in fresh directories. Shown are medians; a ratio is the median of the ratios of the \
        rounds. CPU is user and system time of the process, or of the whole tree of processes, as wait4 \
        reports it.

        The scenes:

        \(scenes.joined(separator: "\n"))

        A file system may be slow for minutes after a mass delete (ext4 without a journal is), and each \
        run ends with one: on such a disk, wait between runs or give --dir another file system.
        """,
      parameters: [
        .option(
          "dir", "DIR", repeats: true, completion: .directory,
          "Measure in a fresh directory under DIR; $TMPDIR or /tmp, and /dev/shm when not given."),
        .option(
          "rounds", "N", "Samples of each contender, 5 when not given; 20 N of a single process."),
        .flag("quick", "Take fewer and smaller samples, to see whether everything works."),
        .flag("scale", "Take queues of a million runs, too: this takes long."),
        .option(
          "scene", "NAME", choices: allScenes.map(\.name), repeats: true, "Take only this scene."),
        .option(
          "spool", "PATH", completion: .file,
          "The spool to measure; .build-static/release/spool, built if need be, when not given."),
        .option("idle-seconds", "N", "How long the idle scene looks on, 20 when not given."),
        .flag("json", "Print JSON, one object a line."),
      ],
      subcommands: [help]
    ) { arguments in
      try measure(Options(arguments))
      return ExitStatus.done
    }
  }()
}
