import SpoolQueue
import SpoolTerminal

// The commands that change or remove a whole queue.
extension Command {
  static let queueSet = Command(
    name: "set",
    abstract: "Change settings of a queue: values of its queue.json.",
    discussion: """
      VALUE is JSON, or a text as it stands; KEY may have dots. An object is merged over the one \
      that is there, null or --unset removes a key, and all other keys stay. The file is checked \
      as a whole and replaced in one step; agents read it at their next look. Without KEY=VALUE \
      it prints the settings.
      """,
    examples: [
      Example("spool queue set -q night max_running=4", "Lets four of its runs go on at a time."),
      Example(
        "spool queue set defaults.timeout=2h keep.age=30d", "Sets two values of your default queue."
      ),
      Example("spool queue set -q lab/gpu --unset max_running", "Takes a limit away."),
    ],
    parameters: [
      .queue, .entity, .root,
      .option("unset", "KEY", repeats: true, "Remove a key; it has its default then."),
      .flag("force", "Write a file with comments anew, without them."),
      .json,
      .operand("key=value", arity: .many, "A key of queue.json, with dots, and its new value."),
    ]
  ) { arguments in
    let queue = try Context(arguments).queue()
    let texts = arguments.operands("key=value")
    if let text = texts.first(where: { !$0.utf8.contains(UInt8(ascii: "=")) }) {
      throw arguments.usageError("'\(text)' is not of the form KEY=VALUE; -q \(text) names a queue")
    }
    var assignments = try texts.map { try ConfigAssignment($0) }
    assignments += arguments.options("unset").map { ConfigAssignment(key: $0, value: .null) }
    if !assignments.isEmpty {
      let changes = try queue.change(assignments, losesComments: arguments.flag("force"))
      for change in changes {
        let before = change.before.map { " (was \($0.text))" } ?? ""
        let words = change.after.map { "is now \($0.text)" } ?? "is not set"
        errorLine(escapingControls("\(queue.reference): \(change.key) \(words)\(before)"))
      }
    }
    if assignments.isEmpty || arguments.flag("json") {
      let settings = try queue.readSettings().json
      try printLine(
        arguments.flag("json")
          ? settings.text : String(raw: JSON.object(settings).bytes(pretty: true)))
    }
    return ExitStatus.done
  }

  static let queueRename = Command(
    name: "rename",
    abstract: "Give a queue another name, or move it to another entity of the same root.",
    discussion: """
      Nothing of it may be under way, and no agent may serve it: their files have the old name. \
      With --force agents that serve it wait for the old name to come back. Only the owner of the \
      directory may do it. Configurations, units and crontabs that name the queue stay as they are.
      """,
    examples: [
      Example("spool queue rename night day", "Renames one of your queues."),
      Example("spool queue rename night lab/night", "Moves it to a team."),
    ],
    parameters: [
      .entity, .root, .flag("force", "Also if agents serve it."),
      .operand("queue", completion: .queue, "A name, ENTITY/QUEUE, or the path of a directory."),
      .operand("name", "The new name, or ENTITY/NAME."),
    ],
    suggestedFor: ["mv"]
  ) { arguments in
    let context = try Context(arguments, queue: arguments.operand("queue"))
    let queue = try context.queue()
    let text = arguments.operand("name") ?? ""
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
    guard (1...2).contains(parts.count),
      parts.allSatisfy({ RunName.isValid($0, limit: RunName.shortLimit) && $0 != "jobs" })
    else {
      throw arguments.usageError("'\(text)' is not a queue's name, or ENTITY/NAME")
    }
    let isDefault =
      (try? Context(root: arguments.option("root"), entity: nil, queue: nil).queuePath)
    let moved = try queue.rename(
      to: parts.last ?? "", of: parts.count == 2 ? parts[0] : nil,
      evenIfServed: arguments.flag("force"))
    errorLine("\(queue.reference): is now \(moved.reference)")
    if isDefault == queue.path {
      errorLine(
        "spool: your default queue still has the old name (spool init -q \(text) changes it)")
    }
    return ExitStatus.done
  }

  static let queueDelete = Command(
    name: "delete",
    abstract: "Remove a queue with all its runs, records and logs.",
    discussion: """
      It says what it would remove, and asks on a terminal; elsewhere it needs --yes. It is \
      refused while runs wait or go on, or agents serve the queue, and if there are files in it \
      that are not spool's; --force deletes waiting runs and such files, too. Runs that go on have to end \
      first. Only the owner of the directory may do it. No link is followed.
      """,
    examples: [
      Example("spool queue delete night --dry-run", "Says what it would remove."),
      Example("spool queue delete night --yes", "Removes it without a question."),
    ],
    parameters: [
      .entity, .root,
      .flag("force", "Also if runs wait in it, agents serve it, or other files are in it."),
      .flag("dry-run", "Say what would be removed, and remove nothing."),
      .flag("yes", short: "y", "Ask nothing."),
      .operand("queue", completion: .queue, "A name, ENTITY/QUEUE, or the path of a directory."),
    ],
    suggestedFor: ["remove", "rm", "destroy"]
  ) { arguments in
    let queue = try Context(arguments, queue: arguments.operand("queue")).queue()
    let contents = try queue.contents()
    var words = contents.words
    if !contents.strangers.isEmpty {
      words +=
        ", " + contents.strangers.prefix(10).joined(separator: " ")
        + (contents.strangers.count > 10 ? " …" : "")
    }
    let what = escapingControls("\(queue.reference) (\(queue.path)): \(words)")
    if arguments.flag("dry-run") {
      try printLine(what)
      return ExitStatus.done
    }
    if !arguments.flag("yes") {
      guard Terminal.isTerminal(0), Terminal.isTerminal(2) else {
        throw arguments.usageError("\(what) would be removed: --yes says that this is meant")
      }
      guard try Confirmation.isMeant("delete \(what)") else { return ExitStatus.no }
    }
    try queue.delete(isForced: arguments.flag("force"))
    errorLine("\(what): deleted")
    return ExitStatus.done
  }
}
