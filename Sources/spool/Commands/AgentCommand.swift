import SpoolAgent
import SpoolQueue
import SpoolTerminal
import Synchronization

extension Command {
  static let agent = Command(
    name: "agent", group: "SERVE",
    abstract: "Serve queues: claim waiting runs and execute them.",
    discussion: """
      An agent claims waiting runs in their order and gives each to a runner, which is a \
      separate process. TERM (or ^C) ends the agent; its runs go on, and the next agent counts \
      them. Several agents may serve one host and one queue: --slots counts all runs of the \
      host, whichever agent started them.

      A run gets the gpus that it asks for in CUDA_VISIBLE_DEVICES, and no other run of the host \
      gets them before it has ended. With an agent that has gpus, a run that asks for none and \
      names none itself sees none. Gpus have the names that nvidia-smi gives them, if it is \
      there; with auto they may appear after the agent has started. A gpu that a process outside \
      of spool uses, as nvidia-smi tells it, is given to no run meanwhile; spool why names it.

      The agent prints one line for each event on standard error. With --drain on a terminal a \
      line below them tells how many runs are done, run and wait, and how long they will take.
      """,
    examples: [
      Example("spool agent --slots 2", "Serves your starter queue until it is stopped."),
      Example("spool agent -q night -q day --slots 4", "Serves two queues in turn."),
      Example(
        "spool agent --slots 8 --gpus auto --label cuda12", "Takes runs that require cuda12 too."),
      Example(
        "* * * * * spool agent --once",
        "A crontab line: starts the runs that fit, without a daemon."),
    ],
    parameters: [
      .queues, .entity, .root,
      .option(
        "slots", "N",
        "How many slots this host has: runs at a time; as many as gpus, or 1, when not given."),
      .option(
        "gpus", "N|IDS",
        "The gpus that it gives to runs: how many (4), which (0,2 or 0-3 or GPU-3f…), all or auto for"
          + " those of this host, or none."),
      .flag(
        "use-busy-gpus", "Give a gpu to a run even if a process outside of spool uses it."),
      .option(
        "label", short: "l", "LABEL", repeats: true,
        "A label that runs may require, beside this host's name."),
      .option(
        "name", "HOST",
        "The name of this host in runs and claims, if another machine has the same name."),
      .flag("once", "Start the runs that fit now and leave; they go on."),
      .flag(
        "drain",
        "Leave when no run is under way, hooks have ended, and no waiting run can start here later"
          + " either; say which runs stay."),
      .option(
        "poll", "D",
        "How often to look for changes without an event: 30s on a local disk, 2s on a network one."),
      .flag("quiet", "Print only what goes wrong."),
      .json,
    ],
    suggestedFor: ["worker", "daemon", "serve"]
  ) { arguments in
    try arguments.exclude("once", "drain")
    if let name = arguments.option("name") {
      guard !name.isEmpty, Host.clean(name) == name else {
        throw arguments.usageError(
          "--name \(name): must be 1 to 64 letters, digits, '_' or '-', and not begin with '-'")
      }
      Host.call(name)
    }
    var queues: [Queue] = []
    for context in try Context.each(arguments) {
      let queue = try context.queueOrStarter()
      if !queues.contains(where: { $0.path == queue.path }) { queues.append(queue) }
    }
    var options = AgentOptions(queues: queues, executable: System.thisProgram)
    if let text = arguments.option("gpus") {
      try options.handOut(GPUList(text), evenIfUsed: arguments.flag("use-busy-gpus"))
    } else if arguments.flag("use-busy-gpus") {
      throw arguments.usageError("--use-busy-gpus has an effect only beside --gpus")
    }
    // With fewer slots a gpu would idle while a run waits for it.
    options.slots =
      try arguments.int("slots", range: 1...100_000) ?? Swift.max(options.gpus?.count ?? 1, 1)
    options.labels = arguments.options("label")
    options.poll = try arguments.duration("poll").map { .seconds(Swift.max($0, 0.05)) }
    if arguments.flag("once") { options.until = .once }
    if arguments.flag("drain") { options.until = .drained }
    let printer = EventPrinter(json: arguments.flag("json"), quiet: arguments.flag("quiet"))
    // The agent handles signals itself, and its last line clears this line.
    let line = StatusLine(
      isWanted: options.until == .drained && !printer.json && !printer.quiet,
      catchesSignals: false)
    let progress = Mutex(line.isShown ? EndProgress(emptying: queues) : nil)
    let stop = try naming("prepare", "the agent", doing: StopSignals())
    _ = ResourceLimits.given
    guard waitForThreads(stop, queues, printer) else { return ExitStatus.system }
    return serve(options, stop) { event in
      if case .ended(_, let run, let end, _, _) = event { progress.withLock { $0?.add(run, end) } }
      printer.say(event)
    } meanwhile: {
      guard line.isShown else { return nil }
      line.show { progress.withLock { $0?.text() ?? StatusText() } }
      return .milliseconds(250)
    }
  }

  /// Waits until a thread can be made, and says so once. Returns false if the program is to end.
  private static func waitForThreads(
    _ stop: borrowing StopSignals, _ queues: [Queue], _ printer: EventPrinter
  ) -> Bool {
    var isTold = false
    while !System.canMakeThread {
      if let signal = stop.asked {
        StopSignals.end(by: signal)
        return false
      }
      if !isTold {
        printer.say(
          .trouble(
            queue: queues.first?.reference ?? "",
            message: "the system makes no further thread (ulimit -u, or pids.max of its cgroup);"
              + " the agent serves as soon as it can make one"))
        isTold = true
      }
      stop.wait(until: .now + .seconds(1))
    }
    return true
  }

  /// - Parameter meanwhile: Called while it serves. Returns the time until its next call, nil for none.
  private static func serve(
    _ options: AgentOptions, _ stop: borrowing StopSignals,
    _ say: @escaping @Sendable (AgentEvent) -> Void, meanwhile: () -> TimeSpan?
  ) -> Int32 {
    let agent = Agent(options, say: say)
    let hasLeft = Atomic<Bool>(false)
    let status = Atomic<Int32>(ExitStatus.done)
    agent.start { error in
      if let error {
        errorLine("spool: \(escapingControls(error.message))")
        status.store(error.kind.rawValue, ordering: .relaxed)
      }
      hasLeft.store(true, ordering: .releasing)
      StopSignals.wake()
    }
    var isStopping = false
    while !hasLeft.load(ordering: .acquiring) {
      if let signal = stop.asked, !isStopping {
        isStopping = true
        // An orderly end needs a thread. The agent's runs go on in any case.
        if !System.canMakeThread {
          StopSignals.end(by: signal)
          return ExitStatus.system
        }
        stop.endWithin(seconds: 60)
        agent.stop()
      }
      stop.wait(until: meanwhile().map { .now + $0 })
    }
    return status.load(ordering: .relaxed)
  }
}

private struct EventPrinter: Sendable {
  let json: Bool
  let quiet: Bool

  func say(_ event: AgentEvent) {
    if json {
      var object = event.json
      object["time"] = .string(Timestamp.now.text)
      errorLine(object.text)
      return
    }
    if quiet, !event.isTrouble { return }
    errorLine(clock() + " " + escapingControls(event.text))
  }

  private func clock() -> String {
    let seconds = Timestamp.now.wholeSeconds
    guard let time = Terminal.localTime(secondsSince1970: seconds) else { return "" }
    func two(_ value: Int) -> String { (value < 10 ? "0" : "") + "\(value)" }
    return "\(two(time.hour)):\(two(time.minute)):\(two(time.second))"
  }
}
