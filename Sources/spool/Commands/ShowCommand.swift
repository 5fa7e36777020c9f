import SpoolQueue
import SpoolTerminal

extension Command {
  static let show = Command(
    name: "show", group: "LOOK",
    abstract: "Show one run: its job, its state, its attempts and its logs.",
    examples: [
      Example("spool show train-9x7c", "Shows everything that is known of a run."),
      Example("spool show 9x7c --json", "Prints it as one JSON object."),
      Example("spool show 9x7c --config > config.json", "Saves its configuration for launch -c."),
    ],
    parameters: [
      .queue, .entity, .root, .json,
      .flag(
        "config", "Print its job, args, run_config and entry_point as a file that launch -c reads."),
      .newestOrNamedRun,
    ],
    suggestedFor: ["info", "describe", "inspect"]
  ) { arguments in
    let queue = try Context(arguments).queue()
    let name = try arguments.run(in: queue)
    if arguments.flag("config") {
      let config = try queue.configuration(of: name).json
      // Programs get one object on each line, as everywhere.
      let isLine = arguments.flag("json")
      try printLine(String(raw: config.bytes(pretty: !isLine)))
      return ExitStatus.done
    }
    var run = try queue.run(named: name)
    if arguments.flag("json") {
      var object = run.json
      let history = queue.readHistory(of: run.run, keeping: 1000)
      if !history.series.isEmpty { object["history"] = .object(history.json) }
      try printLine(object.text)
    } else {
      if let text = RunProgress.inLog(of: run, in: queue) { run.progress = text }
      let attempts = try queue.attempts(of: run.run)
      let history = queue.readHistory(of: run.run, keeping: 480)
      try Output.standard.write(
        RunPage(run: run, attempts: attempts, queue: queue, history: history).text)
    }
    return ExitStatus.done
  }
}
