import SpoolQueue
import SpoolTerminal

extension Command {
  static let why = Command(
    name: "why", group: "LOOK",
    abstract: "Say in one sentence why a run does not run, and what would change that.",
    discussion: """
      The answer comes from the queue's directory alone: no agent is asked, and none need be \
      there. Of several causes the first is named, in the order in which agents look at them. \
      With --json the cause is a word: held, editing, untrusted, incomplete, doomed, too_new, \
      paused, after, not_before, retry, no_agent, lack, launcher, max_running, sweep_limit, \
      full, kept, next; or starting, running, suspended, done.
      """,
    examples: [
      Example("spool why train-9x7c", "Says what train-9x7c waits for."),
      Example("spool why 9x7c --json", "Prints the cause as a word, for programs."),
    ],
    parameters: [
      .queue, .entity, .root, .json,
      .operand(
        "run", arity: .many, completion: .run,
        "A run's name, or a part that fits; your newest run when not given."),
    ],
    suggestedFor: ["explain", "reason"]
  ) { arguments in
    let queue = try Context(arguments).queue()
    let texts = arguments.operands("run")
    for text in texts.isEmpty ? ["@latest"] : texts {
      let run = try queue.resolve(queue.meant(by: text))
      let explanation = try queue.explanation(of: run)
      try printLine(
        arguments.flag("json")
          ? explanation.json.text : escapingControls(explanation.sentence))
    }
    return ExitStatus.done
  }
}
