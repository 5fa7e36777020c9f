import SpoolQueue
import SpoolTerminal

extension Command {
  static let edit = Command(
    name: "edit", group: "RUN",
    abstract: "Change the job file of a waiting run in your editor.",
    discussion: """
      Spool takes the file out of the agents' reach (NAME.json.editing) and opens a copy in \
      $VISUAL, $EDITOR or vi. When the editor ends, it checks the text as launch does, and puts \
      it back. You can edit a wrong text again; if you give up, the run stays held with its old \
      text.

      A signal that ends spool ends the editor too, and the run is put back; the text typed by \
      then stays in a file that spool names. If spool is killed, spool release puts the run \
      back, unchanged.
      """,
    examples: [Example("spool edit train-9x7c", "Opens the job file of a run.")],
    parameters: [
      .queue, .entity, .root,
      .operand("run", completion: .run, "A run's name, or a part that fits."),
    ]
  ) { arguments in
    let queue = try Context(arguments).queue()
    let run = try arguments.run(in: queue)
    // From here on the file is parked, and an interruption must first put it back.
    Interruption.note()
    do {
      let edit = Edit(
        parked: try queue.park(run), prompt: .terminal, isTerminal: Terminal.isTerminal(0))
      let status = try edit.run()
      Interruption.obey()
      return status
    } catch {
      if Interruption.signal != nil, let error = error as? SpoolError {
        errorLine("spool: \(escapingControls(error.message))")
      }
      Interruption.obey()
      throw error
    }
  }
}

/// The edit of a run that was parked for it.
struct Edit {
  let parked: EditedRun
  /// Asks the user whether to edit again.
  let prompt: Prompt
  /// Whether there is a user to ask.
  let isTerminal: Bool

  /// Edits and checks the text, and puts the file back. Returns the exit status.
  func run() throws -> Int32 {
    let file: EditorFile
    do {
      file = try EditorFile(parked.text)
    } catch {
      try parked.putBack()
      throw error
    }
    while true {
      let text: String
      do throws(SpoolError) {
        text = try file.edit()
      } catch {
        // If anything was typed, the text is kept.
        let kept = file.removeIfUnchanged()
        try parked.putBack()
        throw kept.map { error.adding("; your text is in \($0)") } ?? error
      }
      if text.hasSameBytes(as: parked.text) {
        file.remove()
        try parked.putBack()
        errorLine("\(parked.run): nothing was changed")
        return ExitStatus.done
      }
      let complaint = try keeping(file) { () throws(SpoolError) in
        try parked.complaint(about: text)
      }
      guard let complaint else {
        try keeping(file) { () throws(SpoolError) in
          try parked.replace(with: text)
          try parked.putBack()
        }
        file.remove()
        errorLine("\(parked.run): changed" + (parked.wasHeld ? ", and still held" : ""))
        return ExitStatus.done
      }
      errorLine("spool: \(parked.run): \(escapingControls(complaint))")
      if isTerminal, let answer = prompt.ask("Edit it again (y or n)", default: "y"),
        !answer.hasPrefix("n")
      {
        continue
      }
      try parked.putBack(.held)
      throw SpoolError(
        .badInput,
        "\(parked.run): is held, as it was before; your text is in \(file.keep())")
    }
  }

  /// Keeps the typed text if `body` fails.
  private func keeping<Result>(
    _ file: EditorFile, _ body: () throws(SpoolError) -> Result
  ) throws(SpoolError) -> Result {
    do throws(SpoolError) {
      return try body()
    } catch {
      throw error.adding("; your text is in \(file.keep())")
    }
  }
}

extension SpoolError {
  fileprivate func adding(_ words: String) -> SpoolError {
    SpoolError(kind, message + words, errno: errno)
  }
}
