import SpoolQueue
import SpoolTerminal

extension Command {
  static let metric = Command(
    name: "metric", group: "RUN",
    abstract: "Log values of the run in whose command this is called.",
    discussion: """
      The values are one line of $SPOOL_RUN_DIR/metrics.jsonl, which any program may write as well: \
      a JSON object, with a member step if it belongs to a step. The last value of each key is in \
      the run's summary, which show, list --columns summary.loss and sweep show print; show draws \
      the courses of the numbers.

      A value is a number, true, false or null; anything else is text.
      """,
    examples: [
      Example("spool metric loss=0.3 accuracy=0.91 --step 5", "Logs two values of step 5.")
    ],
    parameters: [
      .option("step", "N", "The step to which the values belong."),
      .operand("key=value", arity: .manyRequired, "A key and its value."),
    ],
    suggestedFor: ["log-metric", "wandb"]
  ) { arguments in
    let step = try arguments.int("step", range: 0...Int.max)
    var values = JSONObject()
    for text in arguments.operands("key=value") {
      guard let (key, word) = text.cut(at: "="), !key.isEmpty else {
        throw arguments.usageError("'\(text)' is not of the form KEY=VALUE")
      }
      if key == "step" { throw arguments.usageError("'\(text)': --step says the step") }
      if key.hasPrefix("_") {
        throw arguments.usageError("'\(text)': keys that begin with _ are W&B's own")
      }
      values[key] = (try? JSON(parsing: word.rawBytes, dialect: .strict)) ?? .string(word)
    }
    guard let folder = System.variable("SPOOL_RUN_DIR"), folder.isAbsolutePath else {
      throw SpoolError(
        .badInput, "this is not the command of a run: there is no SPOOL_RUN_DIR to log to")
    }
    try Queue.log(values, step: step, inFolder: folder)
    return ExitStatus.done
  }
}
