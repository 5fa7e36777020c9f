import SpoolQueue
import SpoolTerminal

extension Command {
  static let edit = Command(
    name: "edit", group: "RUN",
    abstract: "Change the job file of a waiting run, in your editor or by options.",
    discussion: """
      Spool takes the file out of the agents' reach (NAME.json.editing) and opens a copy in \
      $VISUAL, $EDITOR or vi. When the editor ends, it checks the text as launch does, and puts \
      it back. You can edit a wrong text again; if you give up, the run stays held with its old \
      text.

      With options of launch, such as --set or --gpus, or with WORDS, no editor is opened: they \
      replace the values of the file, and spool prints what they changed. --after and its kin \
      replace all that the run waits for. WORDS replace the arguments of a run that has a named \
      job, a script or args, otherwise its command. spool move changes the priority.

      A signal that ends spool ends the editor too, and the run is put back; the text typed by \
      then stays in a file that spool names. If spool is killed, spool release puts the run \
      back, unchanged.
      """,
    examples: [
      Example("spool edit train-9x7c", "Opens the job file of a run."),
      Example(
        "spool edit train-9x7c --set learning_rate=0.01 --gpus 2",
        "Changes values of a run that waits, without an editor."),
    ],
    parameters: [.queue, .entity, .root] + JobFlags.ofNamedRun + [
      .operand("run", completion: .run, "A run's name, or a part that fits."),
      .rest(
        "words", completion: .file, needsDashes: true,
        "What replaces the arguments, or else the command."),
    ]
  ) { arguments in
    let flags = JobFlags(arguments)
    var request = try flags.request()
    let context = try Context(arguments)
    let queue = try context.queue()
    let run = try arguments.run(in: queue)
    let isChange = flags.isGiven || !arguments.rest.isEmpty
    if isChange {
      try flags.lookUp(&request.own, in: queue, named: queue.reference)
      if arguments.flag("env-all") {
        LaunchEnvironment(context.spool, QueueSettings(), all: true)
          .addVariables(to: &request.own)
      }
    }
    // From here on the file is parked, and an interruption must first put it back.
    Interruption.note()
    do {
      let parked = try queue.park(run)
      let status =
        isChange
        ? try change(parked, request, arguments.rest)
        : try Edit(parked: parked, prompt: .terminal, isTerminal: Terminal.isTerminal(0)).run()
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

extension Command {
  /// Changes the file of a parked run as options say, and puts it back.
  private static func change(
    _ parked: EditedRun, _ request: JobRequest, _ words: [String]
  ) throws -> Int32 {
    let old: Job
    let new: Job
    do throws(SpoolError) {
      old = try badInput(parked.run, doing: Job(parsing: parked.text.rawBytes))
      var request = request
      request.pasted = old
      if !words.isEmpty { _ = request.own.replaceWords(words, of: old) }
      do throws(SpoolError) {
        new = try parked.resolve(request)
      } catch {
        throw SpoolError(error.kind, "\(parked.run): cannot be changed: \(error.message)")
      }
      let text = String(raw: new.json.bytes(pretty: true)) + "\n"
      if let complaint = try parked.complaint(about: text) {
        throw SpoolError(.badInput, "\(parked.run): \(complaint)")
      }
      if new != old { try parked.replace(with: text) }
    } catch {
      try parked.putBack()
      throw error
    }
    try parked.putBack()
    let end = parked.wasHeld ? ", and still held" : ""
    errorLine("\(parked.run): " + (new == old ? "nothing was changed" : "changed" + end))
    let differences = JobDifference.between(
      AskedRun(run: parked.run, job: old, priority: 0), new, priority: 0)
    for difference in differences { errorLine("  " + difference.text) }
    return ExitStatus.done
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
    let edited: EditedText
    let outcome: EditedText.Outcome
    do throws(SpoolError) {
      edited = try EditedText(
        parked.text, of: parked.run, prompt: prompt, isTerminal: isTerminal)
      outcome = try edited.edit(from: parked.text, complaint: parked.complaint(about:))
    } catch {
      try parked.putBack()
      throw error
    }
    switch outcome {
    case .unchanged:
      try parked.putBack()
      errorLine("\(parked.run): nothing was changed")
    case .good(let text):
      try edited.keeping { () throws(SpoolError) in
        try parked.replace(with: text)
        try parked.putBack()
      }
      edited.file.remove()
      errorLine("\(parked.run): changed" + (parked.wasHeld ? ", and still held" : ""))
    case .leftWrong(let path):
      try parked.putBack(.held)
      throw SpoolError(
        .badInput, "\(parked.run): is held, as it was before; your text is in \(path)")
    }
    return ExitStatus.done
  }
}
