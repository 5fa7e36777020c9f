@testable import SpoolTerminal

/// A command line that has one of everything.
let sample = Command(
  name: "lab", abstract: "Run experiments in a row.",
  discussion: """
    A laboratory takes orders and works them off, one after the other, until there is nothing left.

      orders/    what waits

    Nothing is lost.
    """,
  examples: [
    Example("lab launch -q night make -j4", "Orders a build for the night."),
    Example("lab list --json | head -1", "Shows the first run as JSON."),
  ],
  subcommands: [
    launch, list, show, move, queue, sweep, job,
    Command(name: "_runner", abstract: "Own one run.", isHidden: true) { _ in 0 },
    .help(of: "lab"),
  ],
  version: "lab 1.0"
)

extension Completion {
  /// Names that the laboratory looks up.
  static let (queue, run, job) = (names("queue"), names("run"), names("job"))
}

private let queueOption = Parameter.option(
  "queue", short: "q", "QUEUE", completion: .queue, "The queue to use.")
private let root = Parameter.option(
  "root", "DIR", completion: .directory, "Where the laboratory is.")
private let json = Parameter.flag("json", short: "j", "Print one JSON object a line.")

private let launch = Command(
  name: "launch", group: "Run", abstract: "Order a run.",
  parameters: [
    queueOption,
    .flag("follow", short: "f", "Show the output as it comes."),
    .flag("wait", short: "w", "Wait for its end."),
    .option("env", "K=V", repeats: true, "A variable for the run."),
    .option("name", "NAME", "What to call it, where the command's name is not enough to go by."),
    root,
    .rest("command", "The command and all its arguments."),
  ],
  suggestedFor: ["run", "submit"]
) { _ in 0 }

private let list = Command(
  name: "list", group: "Run", abstract: "List runs.",
  parameters: [
    .operand("run", arity: .many, completion: .run, "The runs to list."),
    queueOption,
    json,
    .option("sort", "KEY", choices: ["name", "created", "state"], "What to sort by."),
    .option("limit", "N", "How many to show."),
    .flag("all", "List ended ones too."),
    root,
    .flag("trace", isHidden: true, "Say more than anybody wants to know."),
    .option("state", "STATE", repeats: true, group: "Selection", "Only those in this state."),
    .option("author", "WHO", group: "Selection", "Only those of this author."),
    .option("since", "TIME", group: "Selection", "Only those created after this time."),
    .option("tag", "TAG", repeats: true, group: "Selection", "Only those with this tag."),
  ]
) { _ in 0 }

private let show = Command(
  name: "show", group: "Run", abstract: "Show one run.",
  parameters: [
    .operand("run", completion: .run, "The run to show."),
    .operand("part", arity: .optional, choices: ["log", "record"], "What of it to show."),
    json,
  ]
) { _ in 0 }

private let move = Command(
  name: "move", group: "Run", abstract: "Give runs another place.",
  parameters: [
    .operand("run", arity: .manyRequired, completion: .run, "The runs to move."),
    .option("priority", short: "p", "PP", isRequired: true, "From 00, first, to 99, last."),
    root,
  ]
) { _ in 0 }

private let queue = Command(
  name: "queue", group: "Administration", abstract: "Make and look at queues.",
  subcommands: [
    Command(
      name: "create", abstract: "Make a queue.",
      parameters: [.operand("name", "What to call it."), json]
    ) { _ in 0 },
    Command(name: "list", abstract: "List the queues.", parameters: [json]) { _ in 0 },
  ]
)

private let sweep = Command(
  name: "sweep", group: "Administration", abstract: "Order a run for each point of a grid.",
  parameters: [
    .operand("file", completion: .file, shownAs: "SWEEP.json", "What to try."),
    .flag("dry-run", "Only say what would be ordered."),
    root,
  ],
  subcommands: [
    Command(name: "list", abstract: "List the sweeps.", parameters: [json]) { _ in 0 }
  ]
) { _ in 0 }

private let job = Command(
  name: "job", group: "Administration", abstract: "Make a recipe.",
  parameters: [
    .operand("name", completion: .job, "What to call it."),
    .option("from", "RUN", completion: .run, "Take the command of this run."),
    .rest("command", "The command and all its arguments."),
  ]
) { _ in 0 }
