import SpoolQueue
import SpoolTerminal

/// The questions of `spool launch` when it is called alone on a terminal: job, version, an earlier run to paste
/// from, the configuration, the queue, and whether to go.
///
/// Return takes the text in brackets, and `<` goes a step back. No file is written before the last answer: ^C
/// leaves no trace at any time.
struct LaunchDialogue {
  private let prompt: Prompt
  private let editor: Editor
  private let spool: Spool
  private let now: Timestamp
  private var step = Step.job
  private var recipe: JobVersion?
  private var request = JobRequest()
  private var config = LaunchConfig()
  private var queueName: String
  /// Whether the queue is made when the run is launched.
  private var isNewQueue = false

  private enum Step: Int {
    case job, version, paste, config, queue, confirm

    var before: Step? { Step(rawValue: rawValue - 1) }
    var after: Step? { Step(rawValue: rawValue + 1) }
  }

  private enum Move {
    case onwards, back, again, leave
  }

  init(
    _ spool: Spool, prompt: Prompt = .terminal, editor: Editor = .environment,
    now: Timestamp = .now
  ) {
    self.spool = spool
    self.prompt = prompt
    self.editor = editor
    self.now = now
    queueName = spool.queue
  }

  /// Asks the user. Returns the queue and the job to put into it, or nil if the user left.
  mutating func run() throws -> (queue: Queue, job: ResolvedJob)? {
    prompt.say("Return takes what is in brackets, < goes back, ^C leaves.\n")
    while true {
      switch try ask() {
      case .again: continue
      case .leave: return nil
      case .back:
        guard let before = step.before else { return nil }
        step = before
        // A command that the user typed has no version and no run to paste from.
        if recipe == nil, step == .paste || step == .version { step = .job }
      case .onwards:
        guard let after = step.after else {
          let queue = try openQueue()
          return (queue, try queue.resolve(try completed()))
        }
        step = after
        if recipe == nil, step == .version || step == .paste { step = .config }
      }
    }
  }

  private mutating func ask() throws -> Move {
    do throws(SpoolError) {
      switch step {
      case .job: return try askJob()
      case .version: return try askVersion()
      case .paste: return try askPaste()
      case .config: return try askConfig()
      case .queue: return try askQueue()
      case .confirm: return try confirm()
      }
    } catch {
      // Something disappeared between two answers, or a value is not allowed: say so, ask again.
      prompt.say("\(escapingControls(error.message))\n")
      return error.kind == .system ? .leave : step == .confirm ? .back : .again
    }
  }

  private var catalog: JobCatalog { JobCatalog(spool) }

  private mutating func askJob() throws(SpoolError) -> Move {
    var listings: [JobListing] = []
    for name in try catalog.names() {
      if let listing = try catalog.listing(of: name), listing.latest != nil {
        listings.append(listing)
      }
    }
    if listings.isEmpty {
      let create = catalog.command("job create")
      prompt.say("\(spool.entity) has no named jobs (\(create) makes one).\n")
      return askCommand(default: nil)
    }
    prompt.say("Jobs of \(spool.entity):\n")
    for (index, listing) in listings.enumerated() {
      prompt.say("  \(index + 1)  \(listing.name)  \(Self.words(listing))\n")
    }
    guard let answer = prompt.ask("Job, or c for a command", default: "1") else { return .leave }
    if answer == "<" { return .back }
    if answer == "c" { return askCommand(default: nil) }
    if let number = Int(answer), listings.indices.contains(number - 1) {
      return try choose(JobReference(name: listings[number - 1].name))
    }
    guard let reference = JobReference(answer) else {
      prompt.say("\"\(escapingControls(answer))\" is not a job of the list.\n")
      return .again
    }
    return try choose(reference)
  }

  private mutating func choose(_ reference: JobReference) throws(SpoolError) -> Move {
    recipe = try catalog.resolve(reference)
    request = JobRequest()
    config = LaunchConfig()
    return .onwards
  }

  private mutating func askCommand(default text: String?) -> Move {
    guard let answer = prompt.ask("Command", default: text) else { return .leave }
    // There is no default for Return: an empty answer goes back.
    if answer.isEmpty || answer == "<" { return .back }
    // Launch executes a command without a shell; a line that is typed here may need a shell.
    let words = needsShell(answer) ? ["/bin/sh", "-c", answer] : shellCommands(answer).first ?? []
    if words.isEmpty { return .again }
    recipe = nil
    request = JobRequest(Job(literal: words))
    config = LaunchConfig()
    return .onwards
  }

  private static func words(_ listing: JobListing) -> String {
    var words = listing.latest.map { "v\($0)" } ?? ""
    for alias in listing.aliases {
      if let version = alias.version { words += ", \(alias.name) is v\(version)" }
    }
    return words
  }

  private mutating func askVersion() throws(SpoolError) -> Move {
    guard let recipe, let listing = try catalog.listing(of: recipe.name) else { return .back }
    let versions = listing.versions.reversed().map { version in
      let names = listing.aliases(of: version)
      return "v\(version)" + (names.isEmpty ? "" : " (\(names.joined(separator: ", ")))")
    }
    prompt.say("Versions of \(recipe.name), newest first: \(versions.joined(separator: "  "))\n")
    guard let answer = prompt.ask("Version", default: "v\(recipe.number)") else { return .leave }
    if answer == "<" { return .back }
    let text = answer.allSatisfy(\.isNumber) ? "v" + answer : answer
    guard let reference = JobReference(recipe.name + ":" + text) else {
      prompt.say("\"\(escapingControls(answer))\" is not a version of \(recipe.name).\n")
      return .again
    }
    self.recipe = try catalog.resolve(reference)
    return .onwards
  }

  private mutating func askPaste() throws(SpoolError) -> Move {
    guard let recipe else { return .onwards }
    request.own.job = recipe.reference.description
    request.pasted = nil
    guard let queue = try? Queue(at: "\(spool.root)/\(spool.entity)/\(queueName)") else {
      return startConfig()
    }
    let runs = try queue.runs(limit: 200).filter { $0.job?.hasPrefix(recipe.name + ":") == true }
      .prefix(9)
    if runs.isEmpty { return startConfig() }
    prompt.say("Recent runs of \(recipe.name):\n")
    for (index, run) in runs.enumerated() {
      let config = (run.runConfig ?? JSONObject()).text
      prompt.say("  \(index + 1)  \(run.run)  \(run.state.rawValue)  \(escapingControls(config))\n")
    }
    guard let answer = prompt.ask("Paste from", default: "none") else { return .leave }
    if answer == "<" { return .back }
    if answer != "none" {
      var name = answer
      if let number = Int(answer), runs.indices.contains(number - 1) {
        name = runs[runs.startIndex + number - 1].run
      }
      request.pasted = try queue.paste(from: try queue.resolve(name))
    }
    return startConfig()
  }

  /// Puts the values so far into the configuration that is edited next.
  private mutating func startConfig() -> Move {
    config = LaunchConfig()
    config.args = request.pasted?.args ?? recipe?.job.args
    config.runConfig =
      (request.pasted?.runConfig ?? JSONObject()).merging(
        over: recipe?.job.runConfig ?? JSONObject())
    config.entryPoint = request.pasted?.entryPoint
    return .onwards
  }

  private mutating func askConfig() throws(SpoolError) -> Move {
    var text = String(raw: config.json.bytes(pretty: true)) + "\n"
    if recipe == nil { return .onwards }
    prompt.say("Configuration:\n\(escapingControlsOfLines(text))")
    guard let answer = prompt.ask("Edit it (y or n)", default: "y") else { return .leave }
    if answer == "<" { return .back }
    if answer.hasPrefix("n") {
      request.config = config
      return .onwards
    }
    while true {
      text = try editor.edit(text)
      do throws(JobFileError) {
        config = try LaunchConfig(parsing: text.rawBytes)
        request.config = config
        _ = try request.resolved(over: recipe)
        if let warning = config.warning { prompt.say(warning + "\n") }
        return .onwards
      } catch {
        // The text is kept, so that the user need not type it again.
        prompt.say("\(escapingControls(error.description))\n")
        guard let answer = prompt.ask("Edit it again (y or n)", default: "y") else {
          return .leave
        }
        if answer != "y" { return .again }
      }
    }
  }

  private func escapingControlsOfLines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map {
      escapingControls(String($0))
    }
    .joined(separator: "\n")
  }

  private mutating func askQueue() throws(SpoolError) -> Move {
    var names = spool.queues().filter { $0.entity == spool.entity }.map { $0.name }
      .filter { $0 != Spool.starterQueue }
    names.insert(Spool.starterQueue, at: 0)
    prompt.say("Queues of \(spool.entity):\n")
    for (index, name) in names.enumerated() { prompt.say("  \(index + 1)  \(name)\n") }
    guard let answer = prompt.ask("Queue, or n for a new one", default: queueName) else {
      return .leave
    }
    if answer == "<" { return .back }
    if answer == "n" { return try makeQueue() }
    if answer == queueName { return .onwards }
    isNewQueue = false
    if let number = Int(answer), names.indices.contains(number - 1) {
      queueName = names[number - 1]
      return .onwards
    }
    guard names.contains(answer) else {
      prompt.say("\"\(escapingControls(answer))\" is not a queue of \(spool.entity).\n")
      return .again
    }
    queueName = answer
    return .onwards
  }

  private mutating func makeQueue() throws(SpoolError) -> Move {
    guard let name = prompt.ask("Name of the new queue", default: nil) else { return .leave }
    if name.isEmpty || name == "<" { return .again }
    guard RunName.isValid(name, limit: RunName.shortLimit), name != "jobs" else {
      prompt.say("A queue's name is 1 to 64 letters, digits, '_', '.' or '-'.\n")
      return .again
    }
    queueName = name
    isNewQueue = true
    return .onwards
  }

  private func openQueue() throws(SpoolError) -> Queue {
    let path = "\(spool.root)/\(spool.entity)/\(queueName)"
    let isStarter = queueName == Spool.starterQueue && spool.isOwn
    if isNewQueue || isStarter { return try Queue.create(at: path) }
    return try Queue(at: path)
  }

  /// The job with the directory, umask and environment of this process.
  private func completed() throws(SpoolError) -> JobRequest {
    var request = request
    // A run that is pasted from has its own.
    if request.pasted != nil { return request }
    let settings =
      (try? Queue(at: "\(spool.root)/\(spool.entity)/\(queueName)").settingsOrDefaults())
      ?? QueueSettings()
    try LaunchEnvironment(spool, settings).complete(
      &request.own, over: recipe?.job ?? Job())
    return request
  }

  private func confirm() throws(SpoolError) -> Move {
    let request = try completed()
    let resolved = try badInput(nil, doing: request.resolved(over: recipe))
    let run = RunName.cleaned(resolved.merged.programName) + "-…"
    let argv = try badInput(nil, doing: resolved.merged.launchedCommand(run: run, queue: queueName))
    prompt.say("\nqueue    \(spool.entity)/\(queueName)\(isNewQueue ? " (new)" : "")\n")
    if let job = resolved.asked.job { prompt.say("job      \(job)\n") }
    prompt.say("command  \(escapingControls(shellQuoted(argv)))\n")
    guard let answer = prompt.ask("Launch now (y or n)", default: "y") else { return .leave }
    if answer == "<" { return .back }
    return answer.hasPrefix("y") ? .onwards : .leave
  }
}
