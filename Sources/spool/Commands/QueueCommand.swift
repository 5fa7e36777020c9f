import SpoolQueue
import SpoolTerminal

extension Command {
  static let queue = Command(
    name: "queue", group: "SERVE",
    abstract: "Make, show, pause, change and remove queues.",
    subcommands: [
      .queueCreate, .queueList, .queueShow, .queuePause, .queueResume, .queueSet, .queueRename,
      .queueDelete,
    ])

  static let queueName = Parameter.operand(
    "queue", arity: .optional, completion: .queue,
    "A name, ENTITY/QUEUE, or the path of a directory; your default queue when not given.")

  private static let queueCreate = Command(
    name: "create",
    abstract: "Make a queue.",
    discussion: """
      Without --group only you can use the queue. With --group every member of the group may \
      submit, hold and kill any run and be its agent; that is for people who trust each other. \
      Spool sets permissions exactly, whatever your umask.
      """,
    examples: [
      Example("spool queue create night", "Makes one of your own queues."),
      Example(
        "spool queue create -e lab --group lab gpu", "Makes a queue for the members of a group."),
    ],
    parameters: [
      .entity, .root,
      .option("group", "GROUP", "The group of users that shares it."),
      .json,
      .operand("queue", completion: .queue, "A name, ENTITY/QUEUE, or the path of a directory."),
    ]
  ) { arguments in
    let context = try Context(arguments, queue: arguments.operand("queue"))
    let setUp = arguments.option("group").map { Queue.SetUp.trustedGroup($0) } ?? .alone
    let queue = try Queue.create(at: context.queuePath, setUp)
    if arguments.flag("json") {
      try printLine(try QueueView(queue).json.text)
    } else {
      try printLine(queue.path)
    }
    return ExitStatus.done
  }

  private static let queueList = Command(
    name: "list",
    abstract: "Show every queue with its counts and its agents.",
    examples: [Example("spool queue list", "Shows your queues.")],
    parameters: [.root, .json]
  ) { arguments in
    let context = try Context(arguments, queue: nil)
    try arguments.printList(context.spool.queues().map { try QueueView($0) })
    context.tellOfClosedQueues()
    return ExitStatus.done
  }

  private static let queueShow = Command(
    name: "show",
    abstract: "Show one queue: where it is, its counts, its agents and its settings.",
    examples: [Example("spool queue show night", "Shows one queue.")],
    parameters: [.entity, .root, .json, queueName]
  ) { arguments in
    let queue = try Context(arguments, queue: arguments.operand("queue")).queue()
    let view = try QueueView(queue)
    if arguments.flag("json") {
      try printLine(view.json.text)
    } else {
      try Output.standard.write(view.page)
    }
    return ExitStatus.done
  }

  private static let queuePause = Command(
    name: "pause",
    abstract: "Let agents claim nothing more from a queue; its runs go on.",
    discussion: """
      Whoever looks at the queue is told who paused it, and the reason. The command touch makes \
      the same file, paused in the queue's directory, whose first line is the reason. The command \
      suspend stops runs that are running.
      """,
    examples: [
      Example("spool queue pause night", "Pauses one queue."),
      Example("spool queue pause gpu --reason 'new disks until noon'", "Says why as well."),
    ],
    parameters: [
      .entity, .root, .option("reason", "TEXT", "Why; it is shown with the pause."), queueName,
    ]
  ) { arguments in
    let queue = try Context(arguments, queue: arguments.operand("queue")).queue()
    let resume = Queue.command("queue resume", ofQueueAt: queue.path)
    let before = try queue.readPause()
    try queue.pause(reason: arguments.option("reason"))
    let words =
      if let before, arguments.option("reason") == nil { "is \(before.words) already" } else {
        "paused"
      }
    errorLine("\(queue.reference): \(escapingControls(words)) (\(resume) lets it go on)")
    return ExitStatus.done
  }

  private static let queueResume = Command(
    name: "resume",
    abstract: "Let agents claim from a paused queue again.",
    examples: [Example("spool queue resume night", "Resumes one queue.")],
    parameters: [.entity, .root, queueName]
  ) { arguments in
    let queue = try Context(arguments, queue: arguments.operand("queue")).queue()
    try queue.resume()
    errorLine("\(queue.reference): resumed")
    return ExitStatus.done
  }
}

private struct QueueView: ListedView {
  private let queue: Queue
  private let overview: QueueOverview
  private let settings: String

  init(_ queue: Queue) throws {
    self.queue = queue
    overview = try QueueOverview(queue)
    do {
      settings = try queue.readSettings().json.text
    } catch {
      settings = error.message
    }
  }

  static let columns: [Table.Column] = [
    Table.Column(title: "QUEUE", minimumWidth: 12, cut: .middle),
    Table.Column(title: "QUEUED", alignment: .right),
    Table.Column(title: "STARTING", alignment: .right),
    Table.Column(title: "RUNNING", alignment: .right),
    Table.Column(title: "DONE", alignment: .right),
    Table.Column(title: "AGENTS", alignment: .right), Table.Column(title: "STATE"),
  ]

  private var counts: QueueCounts { overview.counts }
  private var agents: [AgentRecord] { overview.agents }

  var row: [String] {
    [
      queue.reference, "\(counts.queued)", "\(counts.starting)", "\(counts.running)",
      "\(counts.done)", "\(agents.count)", overview.state,
    ]
  }

  var json: JSONObject {
    JSONObject([
      ("queue", .string(queue.name)), ("entity", .string(queue.entity)),
      ("path", .string(queue.path)), ("paused", .bool(counts.isPaused)),
      ("paused_by", overview.pause.map { .string($0.owner) } ?? .null),
      ("paused_at", overview.pause.map { .string($0.since.text) } ?? .null),
      ("pause_reason", overview.pause?.reason.map { .string($0) } ?? .null),
      ("queued", .number(counts.queued)), ("held", .number(counts.held)),
      ("starting", .number(counts.starting)), ("running", .number(counts.running)),
      ("done", .number(counts.done)),
      ("agents", .array(agents.map { .string($0.name) })),
      ("slots", .number(agents.map { $0.slots }.clampedSum)),
    ])
  }

  private var pageState: String {
    guard let pause = overview.pause else { return overview.state }
    return escapingControls(pause.words) + ", since " + MomentText.full(pause.since)
  }

  var page: String {
    var lines = [
      "queue     \(queue.reference)",
      "path      \(escapingControls(queue.path))",
      "state     " + pageState,
      "queued    \(counts.queued)" + (counts.held > 0 ? " (\(counts.held) held)" : ""),
      "starting  \(counts.starting)",
      "running   \(counts.running)",
      "done      \(counts.done)",
    ]
    for agent in agents {
      lines.append(
        "agent     \(escapingControls(agent.name)), \(agent.slots) slots, since "
          + MomentText.full(agent.startedAt))
      lines += agent.gpusElsewhere.map { "          \(escapingControls($0))" }
    }
    if settings != "{}" { lines.append("settings  \(escapingControls(settings))") }
    return lines.joined(separator: "\n") + "\n"
  }
}
