import SpoolQueue
import SpoolTerminal

extension Command {
  static let report = Command(
    name: "report", group: "LOOK",
    abstract:
      "Print a run in some lines for a mail: how it ended, its last words, how to repeat it.",
    discussion: """
      With --mail it is sent by sendmail -oi -t, which most mail programs bring along. In a hook, \
      {"hooks": {"on_failure": {"mail": "you@example.org"}}} in queue.json or in a job does that \
      for each run that fails, on the host of the agent.

      Without RUN it is the run of $SPOOL_RUN, as in a hook, or else your newest run.
      """,
    examples: [
      Example("spool report train-9x7c", "Prints the report."),
      Example("spool report --mail you@example.org 9x7c", "Mails it."),
    ],
    parameters: [
      .queue, .entity, .root,
      .option("mail", "ADDRESS", "Send it there; several addresses have commas between."),
      .operand(
        "run", arity: .optional, completion: .run,
        "A run's name, or a part that fits; $SPOOL_RUN or @latest when not given."),
    ]
  ) { arguments in
    let queue = try Context(arguments).queue()
    let own = System.variable("SPOOL_RUN").flatMap { $0.isEmpty ? nil : $0 }
    let text = arguments.operand("run") ?? own ?? "@latest"
    let run = try queue.run(named: queue.resolve(queue.meant(by: text)))
    let report = RunReport(run: run, queue: queue)
    guard let address = arguments.option("mail") else {
      try Output.standard.write(report.text)
      return ExitStatus.done
    }
    // The directories of administrators' programs are not in every PATH.
    let line =
      #"PATH=$PATH:/usr/sbin:/usr/lib; printf '%s' "$1" | sendmail -oi -t"#
    guard Terminal.run(line, argument: report.mail(to: address)) else {
      throw SpoolError(
        .system,
        "cannot mail the report of \(run.run) to \(address): sendmail failed, or is missing")
    }
    return ExitStatus.done
  }
}
