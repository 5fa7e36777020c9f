import SpoolQueue
import SpoolTerminal

extension Command {
  static let completions = Command(
    name: "completions",
    abstract: "Print the script by which a shell completes spool's command lines.",
    discussion: """
      The script completes commands, options and their values, and the names of queues, jobs, \
      runs, sweeps and entities that exist at that moment, in the spool that the line before the \
      cursor means.

      It asks spool itself, so that a newer spool needs no new script.
      """,
    examples: [
      Example(
        "source <(spool completions bash)", "Completes in this bash; ~/.bashrc is the place for it."
      ),
      Example(
        "spool completions zsh >~/.zfunc/_spool",
        "Completes in every zsh with fpath+=~/.zfunc before compinit."),
      Example(
        "spool completions fish >~/.config/fish/completions/spool.fish",
        "Completes in every fish."),
    ],
    parameters: [
      .operand(
        "shell", choices: CompletionScript.allCases.map(\.rawValue), "Which shell it is for.")
    ]
  ) { arguments in
    let script = arguments.operand("shell").flatMap { CompletionScript(rawValue: $0) }
    try Output.standard.write(script?.text(for: arguments.root.name) ?? "")
    return ExitStatus.done
  }

  /// Answers a completion script: see ``CompletionScript``.
  static let complete = Command(
    name: "_complete",
    abstract: "Print what may stand where the cursor is.",
    examples: [
      Example("spool _complete fish -- launch --na", "Prints the options that begin so."),
      Example(
        "spool _complete bash -- ' =:' 'spool launch --na'", "Does the same for bash's whole line."),
    ],
    parameters: [
      .operand("shell", choices: CompletionScript.allCases.map(\.rawValue), "Which shell asks."),
      .rest("WORD", "The words after the program's name; the last one is at the cursor."),
    ],
    isHidden: true
  ) { arguments in
    var words = arguments.rest
    var kept = 0
    if arguments.operand("shell") == CompletionScript.bash.rawValue {
      let line = CompletionLine(words.last ?? "", breaks: words.first ?? "")
      words = Array(line.words.dropFirst())
      kept = line.kept
    }
    let answer = Completer(root: arguments.root).complete(words)
    var buffer = LineBuffer(.standard)
    for line in lines(of: answer) {
      try buffer.line(String(line.dropFirst(line.first == ":" ? 0 : kept)))
    }
    try buffer.flush()
    return ExitStatus.done
  }

  private static func lines(of answer: Completer.Answer) -> [String] {
    var lines = answer.candidates.map { candidate in
      candidate.text + (candidate.explains.isEmpty ? "" : "\t" + candidate.explains)
    }
    switch answer.values {
    case .none, .command: break
    case .file: lines.append(":files\t" + answer.prefix)
    case .directory: lines.append(":directories\t" + answer.prefix)
    case .program: lines.append(":programs\t")
    case .queue where Spool.isPath(answer.typed): lines.append(":directories\t" + answer.prefix)
    case .names:
      // Half a line may name anything: a place that cannot be found has no names.
      guard
        let context = try? Context(
          root: answer.given["root"], entity: answer.given["entity"], queue: answer.given["queue"])
      else { break }
      lines += CompletionNames(context).names(of: answer.values, beginningWith: answer.typed)
        .map { answer.prefix + $0 }
    }
    return lines
  }
}
