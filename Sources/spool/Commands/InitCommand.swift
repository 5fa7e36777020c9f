import SpoolQueue
import SpoolTerminal

extension Command {
  static let initialize = Command(
    name: "init", group: "SERVE",
    abstract: "Write where your spool is, and make your starter queue.",
    discussion: """
      The configuration is $XDG_CONFIG_HOME/spool/config.json (~/.config when that is not set). \
      Cron and services read it too. A value that is not given stays as it is there.
      """,
    examples: [
      Example("spool init", "Uses ~/.spool."),
      Example("spool init --root /mnt/share/spool -e lab -q gpu", "Uses a team's share."),
    ],
    parameters: [.root, .entity, .queue, .json]
  ) { arguments in
    guard let file = Configuration.path({ System.variable($0) }) else {
      throw SpoolError(
        .badInput, "there is no home directory to put the configuration in; set HOME")
    }
    let context = try Context(arguments)
    var configuration = try Configuration(readingIfThere: file)
    if arguments.option("root") != nil || configuration.root == nil {
      configuration.root = context.spool.root
    }
    if arguments.option("entity") != nil { configuration.entity = context.spool.entity }
    if arguments.option("queue") != nil { configuration.queue = context.spool.queue }
    try configuration.write(to: file)
    // A team's queue is made by the person who decides about its group. The file says who this user is.
    let queue = try? Context(arguments).queueOrStarter()
    if arguments.flag("json") {
      try printLine(
        JSONObject([
          ("config", .string(file)), ("root", .string(context.spool.root)),
          ("entity", .string(context.spool.entity)), ("queue", .string(context.spool.queue)),
        ]).text)
      return ExitStatus.done
    }
    errorLine("configuration: \(escapingControls(file))")
    errorLine("queue: \(escapingControls(context.queuePath))")
    if queue == nil {
      errorLine(
        "that queue does not exist yet: "
          + Queue.command("queue create", ofQueueAt: context.queuePath))
    }
    return ExitStatus.done
  }
}
