import SpoolQueue
import SpoolTerminal

extension Command {
  static let recover = Command(
    name: "recover", group: "SERVE",
    abstract: "Mend a queue after crashes, as every agent does by itself.",
    discussion: """
      With --check nothing is changed: it prints what the protocol does not allow in the \
      directory, and what recovery would mend, and exits with 1 if there is anything. A remark \
      is not a fault: it tells of something that is passed over, such as a run's own folder \
      whose name is a number. A run of a container that is gone is ended at a second look, two \
      seconds after the first.
      """,
    examples: [
      Example("spool recover", "Mends your default queue."),
      Example("spool recover --check -q /mnt/share/lab/gpu", "Checks whether a queue is sound."),
    ],
    parameters: [
      .queue, .entity, .root, .flag("check", "Look, and change nothing."), .json,
    ]
  ) { arguments in
    let queue = try Context(arguments).queue()
    let json = arguments.flag("json")
    if arguments.flag("check") { return try check(queue, json) }
    var recoverer = Recoverer(queue)
    let result = try recoverer.runTwice()
    for action in result.actions {
      let (run, what) = words(action)
      if json {
        try printLine(JSONObject([("run", .string(run)), ("what", .string(what))]).text)
      } else {
        try printLine("\(run): \(escapingControls(what))")
      }
    }
    for run in try queue.sweepReservations() {
      if !json { try printLine("\(run): its empty folder was removed") }
    }
    for error in result.errors { errorLine("spool: \(escapingControls(error.message))") }
    return result.errors.first?.kind.rawValue ?? ExitStatus.done
  }

  private static func check(_ queue: Queue, _ json: Bool) throws -> Int32 {
    let findings = try queue.check()
    for finding in findings {
      if json {
        try printLine(finding.json.text)
      } else {
        try printLine(
          "\(finding.kind.rawValue): \(escapingControls(finding.path)): "
            + escapingControls(finding.message))
      }
    }
    let isSound = findings.allSatisfy { $0.kind == .remark }
    if isSound, !json { errorLine("\(queue.reference): sound") }
    return isSound ? ExitStatus.done : ExitStatus.no
  }

  private static func words(_ action: Recoverer.Action) -> (String, String) {
    switch action {
    case .requeued(let run): (run, "its agent died before it started; it waits again")
    case .carriedOn(let run): (run, "its outcome was carried on")
    case .ended(let run, let state, let reason): (run, "\(state.rawValue): \(reason)")
    case .queued(let sweep, let runs):
      (sweep, "\(runs) of the sweep's runs were not queued yet; they wait now")
    }
  }
}
