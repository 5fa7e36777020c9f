import SpoolQueue
import SpoolTerminal

/// Looks at the jobs of repeats before they are queued, lets the user edit them, and remembers how they differ from
/// their runs.
final class RetryReview {
  private let queue: Queue
  private let settings: QueueSettings
  private let isEdited: Bool
  private var edits: [String: EditedText] = [:]
  private var reviewed: [String: (old: AskedRun, new: ResolvedJob)] = [:]

  /// - Parameter isEdited: Whether each job is opened in the user's editor.
  init(_ queue: Queue, _ settings: QueueSettings, isEdited: Bool) {
    self.queue = queue
    self.settings = settings
    self.isEdited = isEdited
  }

  /// Looks at the job of one repeat.
  func review(_ old: AskedRun, _ new: ResolvedJob) throws(SpoolError) -> ResolvedJob {
    let new = isEdited ? try edit(new, old) : new
    reviewed[old.run] = (old, new)
    return new
  }

  private func edit(_ new: ResolvedJob, _ old: AskedRun) throws(SpoolError) -> ResolvedJob {
    if Interruption.signal != nil { throw SpoolError(.no, "the edit was interrupted") }
    let text = String(raw: new.asked.json.bytes(pretty: true)) + "\n"
    let edited = try EditedText(
      text, of: old.run, prompt: .terminal, isTerminal: Terminal.isTerminal(0))
    var result = new
    let outcome = try edited.edit(from: text) { text throws(SpoolError) in
      do throws(SpoolError) {
        result = try resolve(text, new, old)
        return nil
      } catch {
        if error.kind == .system { throw error }
        return error.message
      }
    }
    switch outcome {
    case .unchanged: break
    case .good: edits[old.run] = edited
    case .leftWrong(let path): throw SpoolError(.badInput, "your text is in \(path)")
    }
    return result
  }

  /// The resolved job of an edited text.
  private func resolve(
    _ text: String, _ new: ResolvedJob, _ old: AskedRun
  ) throws(SpoolError) -> ResolvedJob {
    var job = try badInput(nil, doing: Job(parsing: text.rawBytes))
    job.retryOf = old.run
    if let after = job.after, after != new.asked.after { job.after = try queue.resolve(after) }
    return try queue.resolve(JobRequest(job), settings: settings)
  }

  /// Removes the texts of the repeats that were queued, and says where the others are.
  func finish(_ results: [(run: String, result: Result<String, SpoolError>)]) {
    for (run, result) in results {
      guard let edited = edits[run] else { continue }
      if case .success = result {
        edited.file.remove()
      } else {
        errorLine("spool: \(run): your text is in \(escapingControls(edited.file.keep()))")
      }
    }
    edits = [:]
  }

  /// The number of repeats that are checked for doubts: each costs a look at the agents of the queue.
  private static let doubtLimit = 20

  /// The doubts about the repeats, each once.
  var doubts: [String] {
    var known: Set<String> = []
    var doubts: [String] = []
    for (_, new) in reviewed.values.prefix(Self.doubtLimit) {
      let found = (try? queue.doubts(about: new.merged, settings: settings)) ?? []
      for doubt in found where known.insert(doubt).inserted { doubts.append(doubt) }
    }
    return doubts.sorted()
  }

  /// Which key of which runs some words replace: `the words given replace the args of train-9x7c`.
  func replacements(by words: [String], _ own: Job) -> [String] {
    var runs: [String: [String]] = [:]
    for (old, _) in reviewed.values {
      var job = own
      runs[job.replaceWords(words, of: old.job), default: []].append(old.run)
    }
    return runs.sorted { $0.key < $1.key }.map { key, runs in
      let more = runs.count > 1 ? " and \(runs.count - 1) more" : ""
      return "the words given replace the \(key) of \(runs.min() ?? "")\(more)"
    }
  }

  /// Prints how the repeat of a run would differ from it.
  func printDifferences(of run: String, priority: Int?, isJSON: Bool) throws {
    guard let (old, new) = reviewed[run] else { return }
    let changes = JobDifference.between(old, new.asked, priority: priority ?? old.priority)
    if isJSON {
      let object = JSONObject([
        ("retry_of", .string(run)), ("changes", .object(JobDifference.json(changes))),
        ("job", .object(new.asked.json)),
      ])
      return try printLine(object.text)
    }
    try printLine(changes.isEmpty ? "\(run): as it was" : "\(run):")
    for change in changes { try printLine("  " + change.text) }
  }
}
