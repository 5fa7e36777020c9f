import SpoolTerminal

/// The commands below the root, by their words, in the order of the help.
enum MainCommand: String, CaseIterable {
  case launch, job, sweep, metric
  case list, show, logs, report, why, watch, page, stats
  case wait, kill, signal, suspend, resume, hold, release, move, edit, retry
  case queue, agent, recover, prune, doctor, service
  case initialize = "init"
  case completions
  case complete = "_complete"
  case man, help

  var command: Command {
    switch self {
    case .launch: .launch
    case .job: .job
    case .sweep: .sweep
    case .metric: .metric
    case .list: .list
    case .show: .show
    case .logs: .logs
    case .report: .report
    case .why: .why
    case .watch: .watch
    case .page: .page
    case .stats: .stats
    case .wait: .wait
    case .kill: .kill
    case .signal: .signal
    case .suspend: .suspend
    case .resume: .resume
    case .hold: .hold
    case .release: .release
    case .move: .move
    case .edit: .edit
    case .retry: .retry
    case .queue: .queue
    case .agent: .agent
    case .recover: .recover
    case .prune: .prune
    case .doctor: .doctor
    case .service: .service
    case .initialize: .initialize
    case .completions: .completions
    case .complete: .complete
    case .man: .man
    case .help: .help(of: "spool")
    }
  }

  /// Whether the command uses the table of all commands.
  fileprivate var needsTable: Bool {
    switch self {
    case .service, .completions, .complete, .man, .help: true
    default: false
    }
  }
}

extension Command {
  /// The whole command line: parser, help and checks read this table.
  static let spool = root(with: MainCommand.allCases.map(\.command))

  /// The part of the table that these words after the program's name need: describing all commands takes longer
  /// than reading the words.
  static func spool(for words: [String]) -> Command {
    guard let word = words.first else { return spool }
    // `init(rawValue:)` is not used: it makes a dictionary of all words for one look into it.
    for main in MainCommand.allCases where main.rawValue == word && !main.needsTable {
      return root(with: [main.command])
    }
    return spool
  }

  private static func root(with subcommands: [Command]) -> Command {
    Command(
      name: "spool",
      abstract: "A job queue that is only a directory.",
      discussion: """
        Drop a JSON file into a queue's queued/ and an agent executes it; or let launch write the file. \
        No server, no database: every command reads and renames files.
        """,
      examples: [
        Example("spool launch -- python3 train.py", "Queues a run and prints its name."),
        Example("spool agent --slots 2", "Serves your starter queue, two runs at a time."),
        Example("spool list", "Shows running and waiting runs, and the last that ended."),
      ],
      subcommands: subcommands,
      version: spoolVersion)
  }

  /// The version, which changes with every release.
  static let spoolVersion = "0.1.0"

  static let spoolDate = "2026-11-27"
}
