import SpoolAgent
import SpoolQueue
import SpoolTerminal

extension Command {
  static let service = Command(
    name: "service", group: "SERVE",
    abstract: "Print a systemd unit, a launchd property list or a crontab line for an agent.",
    discussion: """
      The options of spool agent follow --, and are checked here. SPOOL_ROOT, SPOOL_ENTITY and \
      SPOOL_QUEUE are written into the unit if they are set; the agent itself finds the \
      configuration of spool init.

      Nothing is installed: the first lines of the output say where it belongs.
      """,
    examples: [
      Example(
        "spool service -- --slots 4 >~/.config/systemd/user/spool.service",
        "Makes a unit of your own systemd, for an agent that runs four at a time."),
      Example(
        "spool service --system --as lab -- -q lab/gpu >/etc/systemd/system/spool.service",
        "Makes a unit of the system, whose agent is the user lab."),
      Example("(crontab -l; spool service --cron) | crontab -", "Adds a line to your crontab."),
    ],
    parameters: [
      .flag("user", "A unit for your own systemd; printed when no other kind is given."),
      .flag("system", "A unit for the systemd of the whole system."),
      .option("as", "USER", "The user whose agent the system's unit starts; you when not given."),
      .flag("cron", "A line for a crontab, which starts the runs that fit and leaves."),
      .flag("launchd", "A property list for launchd, on macOS."),
      .rest("OPTION", "Options of spool agent."),
    ],
    suggestedFor: ["systemd", "install"]
  ) { arguments in
    let kinds = ["user", "system", "cron", "launchd"].filter { arguments.flag($0) }
    if kinds.count > 1 {
      throw arguments.usageError("--\(kinds[0]) and --\(kinds[1]): give one of them")
    }
    if arguments.option("as") != nil, kinds != ["system"] {
      throw arguments.usageError("--as: only a unit of the system (--system) has a user")
    }
    let unit = try unit(arguments)
    switch kinds.first {
    case "cron": try Output.standard.write(unit.cron)
    case "launchd": try Output.standard.write(unit.launchd(home: Account.current.home))
    case "system":
      if unit.user == "root" {
        errorLine("spool: as root an agent takes only files of root; --as USER names another")
      }
      try Output.standard.write(unit.systemd(isSystem: true))
    default: try Output.standard.write(unit.systemd(isSystem: false))
    }
    return ExitStatus.done
  }

  private static func unit(_ arguments: ParsedArguments) throws -> ServiceUnit {
    let words = ["agent"] + arguments.rest
    guard case .run(_, let agent) = try CommandParser(root: arguments.root).parse(words) else {
      throw arguments.usageError("--help: give options of spool agent, or none")
    }
    for flag in ["once", "drain"] where agent.flag(flag) {
      throw arguments.usageError("--\(flag): a service goes on (--cron starts an agent --once)")
    }
    for (name, path) in agent.options("queue").filter({ Spool.isPath($0) }).map({ ("-q", $0) })
      + agent.options("root").map({ ("--root", $0) }) where !path.isAbsolutePath
    {
      throw arguments.usageError("\(name) \(path): a service starts elsewhere; give the whole path")
    }
    let user = arguments.option("as") ?? Account.current.name
    guard RunName.isValid(user), Account.user(named: user) != nil else {
      throw SpoolError(.notFound, "--as \(user): there is no such user")
    }
    let program = try naming(
      "look up", System.thisProgram, doing: System.realPath(System.thisProgram))
    var unit = ServiceUnit(program: program, options: arguments.rest, user: user)
    // Another user's spool is at another place, unless a variable says otherwise.
    for name in ["SPOOL_ROOT", "SPOOL_ENTITY", "SPOOL_QUEUE"] {
      guard let value = System.variable(name), !value.isEmpty else { continue }
      unit.environment.append((name, name == "SPOOL_ROOT" ? Queue.absolute(value) : value))
    }
    let isOthers = user != Account.current.name
    let saysWhere = agent.option("root") != nil || System.variable("SPOOL_ROOT") != nil
    for context in try Context.each(agent) {
      if isOthers, !saysWhere, !context.isPath { continue }
      let place = Queue.absolute(context.queuePath)
      if !unit.places.contains(place) { unit.places.append(place) }
    }
    return unit
  }
}
