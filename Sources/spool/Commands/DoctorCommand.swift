import SpoolQueue
import SpoolTerminal

extension Command {
  static let doctor = Command(
    name: "doctor", group: "SERVE",
    abstract: "Tell whether a mount and the queues on it are fit, and how to mend faults.",
    discussion: """
      Doctor tries each step of the protocol in the directory, once and under hidden names that \
      it removes: rename, exclusive creation, hard links, fsync. It looks at the mount's \
      options, at the users who may write, how fast a change is seen, the clock of the host that \
      keeps the files, and the free space. For each queue it tells whose it is, which agents \
      serve it, and what crashes left in it.

      PATH is a queue, a root or any directory, such as a share for queues; the root of your \
      spool when not given. Doctor exits with 1 if there is a fault.
      """,
    examples: [
      Example("spool doctor", "Looks at the spool that you use."),
      Example("spool doctor /mnt/share", "Tells whether a share can hold queues."),
      Example("spool doctor -q lab/gpu --json", "Looks at one queue, for a program to read."),
    ],
    parameters: [
      .queue, .entity, .root, .json,
      .operand(
        "path", arity: .optional, completion: .directory, "A queue, a root or any directory."),
    ],
    suggestedFor: ["diagnose"]
  ) { arguments in
    let path = try path(arguments)
    let facts = try DoctorProbe.facts(of: path)
    let diagnosis = Diagnosis(facts)
    if arguments.flag("json") {
      for line in diagnosis.lines { try printLine(line.json.text) }
    } else {
      errorLine(escapingControls(facts.path) + ":")
      for line in diagnosis.lines { try Output.standard.write(text(of: line)) }
      errorLine(summary(of: diagnosis))
    }
    return diagnosis.level == .fault ? ExitStatus.no : ExitStatus.done
  }

  /// The place to look at: the path, the queue, or the root with all its queues.
  private static func path(_ arguments: ParsedArguments) throws -> String {
    if let path = arguments.operand("path") {
      if arguments.option("queue") != nil {
        throw arguments.usageError("--queue and PATH: give one of them")
      }
      return path
    }
    let context = try Context(arguments)
    if arguments.option("queue") != nil {
      // A broken queue is looked at all the same.
      if (try? System.informationFollowing(context.queuePath)) == nil { _ = try context.queue() }
      return context.queuePath
    }
    if arguments.option("entity") != nil { try context.spool.requireEntity() }
    var path = context.spool.root
    // Before the queue's first use, the place where it would be made is looked at.
    while (try? System.informationFollowing(path)) == nil, path != "/" {
      errorLine("spool: \(escapingControls(path)) is not there yet")
      path = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
      if path.isEmpty { path = "/" }
    }
    return path
  }

  private static func text(of line: Diagnosis.Line) -> String {
    let level = padded(line.level.rawValue, to: 9)
    let mark = line.queue.map { $0 + ": " } ?? ""
    var text =
      style(of: line.level).apply(to: level, colour: Terminal.usesColour(1))
      + padded(line.subject, to: 15) + escapingControls(mark + line.text) + "\n"
    if let mend = line.mend { text += padded("", to: 24) + "→ " + escapingControls(mend) + "\n" }
    return text
  }

  private static func style(of level: Diagnosis.Level) -> Style {
    switch level {
    case .ok: .green
    case .warning: .yellow
    case .fault: .red
    }
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - textWidth(text)))
  }

  private static func summary(of diagnosis: Diagnosis) -> String {
    func count(_ level: Diagnosis.Level, _ noun: String) -> String {
      counted(diagnosis.lines.count { $0.level == level }, noun)
    }
    if diagnosis.level == .ok { return "spool: fit" }
    return "spool: \(count(.fault, "fault")), \(count(.warning, "warning"))"
  }
}
