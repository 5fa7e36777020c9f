import SpoolTerminal

extension Command {
  /// The whole command line: parser, help and checks read this table.
  static let spool = Command(
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
    subcommands: [
      .launch, .job, .sweep,
      .list, .show, .logs, .why, .watch, .page, .stats,
      .wait, .kill, .hold, .release, .move, .edit, .retry,
      .queue, .agent, .recover, .prune, .doctor, .service,
      .initialize, .completions, .complete, .man, .help(of: "spool"),
    ],
    version: spoolVersion)

  /// Changes with every release.
  static let spoolVersion = "0.1.0"

  static let spoolDate = "2026-11-27"
}
