import SpoolQueue
import SpoolTerminal

extension Command {
  static let logs = Command(
    name: "logs", group: "LOOK",
    abstract: "Print the output of a run, byte for byte.",
    discussion: """
      Shows the last attempt; --follow waits for a run that has not started, prints new output, \
      goes on with the next attempt if there is one, and ends with the run. Nothing is escaped: \
      the output of a command may drive a terminal.
      """,
    examples: [
      Example("spool logs train-9x7c", "Prints the log of a run."),
      Example("spool logs -f --tail 20 9x7c", "Begins with the last 20 lines and follows."),
    ],
    parameters: [
      .queue, .entity, .root,
      .flag("follow", short: "f", "Print new output until the run has ended."),
      .flag("stderr", "Print err.log, which a run with \"split\": true has."),
      .option("tail", short: "n", "N", "Only the last N lines."),
      .option("attempt", "N", "Another attempt than the last; the first is 1."),
      .newestOrNamedRun,
    ],
    suggestedFor: ["log", "output", "cat", "tail", "follow", "attach"]
  ) { arguments in
    let tail = try arguments.int("tail", range: 0...Int.max)
    let attempt = try arguments.int("attempt", range: 1...Int.max)
    let queue = try Context(arguments).queue()
    let run = try arguments.run(in: queue)
    let follower = LogFollower(
      queue: queue, run: run, file: arguments.flag("stderr") ? Queue.errorFile : Queue.outputFile,
      attempt: attempt, tail: tail)
    if arguments.flag("follow") {
      LastWords.say(ofRuns: [run], in: queue)
      defer { LastWords.forget() }
      try follower.follow()
      return ExitStatus.done
    }
    if try follower.printOnce() { return ExitStatus.done }
    let known = try queue.run(named: run)
    let state = "it is \(RunRow.status(of: known))"
    let reason = known.state.isDone ? known.reason.map { ": " + $0 } ?? "" : ""
    errorLine("spool: \(run): has no \(follower.title): \(state)\(escapingControls(reason))")
    return ExitStatus.notFound
  }
}
