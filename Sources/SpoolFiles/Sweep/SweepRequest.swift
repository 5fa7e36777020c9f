/// A sweep that is to be queued: the file and the other options.
package struct SweepRequest: Sendable {
  package let file: SweepFile
  /// The job of every run: the command, the directory, the environment.
  package var job: Job
  /// The beginning of the sweep's name, in place of the file's.
  package var name: String?
  /// The number of runs, in place of the file's `run_cap`.
  package var count: Int?
  /// The seed of a random search; nil to draw a seed.
  package var seed: UInt64?
  /// How many of the runs may run at a time, over all agents; nil for any number.
  package var maxRunning: Int?
  /// The priority, 0 first, 99 last; nil for that of the file's `launch`, the named job or the queue, else 50.
  package var priority: Int?
  /// The version of the named job to which the runs are pinned; if nil,
  /// ``Queue/enqueue(_:reporting:telling:)`` looks it up.
  package var version: JobVersion?

  /// Creates a request with the file's command. Its W&B macros are replaced, except the macros for
  /// arguments, which each run replaces with its own point.
  ///
  /// - Throws: ``SpoolError`` if the variable of an `${envvar:NAME}` is not set.
  package init(
    _ file: SweepFile, job: String? = nil, environment: (String) -> String? = { _ in nil }
  ) throws(SpoolError) {
    self.file = file
    self.job = file.launch ?? Job()
    self.job.notes = self.job.notes ?? file.description
    if self.job.project == nil, let project = file.project, Codec<String>.isProject(project) {
      self.job.project = project
    }
    var command = file.command
    if let job = job ?? file.job {
      self.job.job = job
    } else {
      command = command ?? Self.standardCommand
    }
    guard let command else { return }
    var words: [String] = []
    var room = Job.sizeLimit
    for word in command { words.append(try Self.resolve(word, file.program, environment, &room)) }
    // As in W&B, the command of a sweep replaces the command of its job.
    if self.job.job == nil { self.job.command = words } else { self.job.entryPoint = words }
  }

  /// The command that W&B executes if a file gives only a `program`.
  private static let standardCommand = ["${env}", "${interpreter}", "${program}", "${args}"]

  /// The value of a word before any run is made from it; only a word that is exactly one macro is replaced.
  private static func resolve(
    _ word: String, _ program: String?, _ environment: (String) -> String?, _ room: inout Int
  ) throws(SpoolError) -> String {
    let text = try value(of: word, program, environment)
    // A variable may be long, and occur in a command thousands of times.
    room -= text.utf8.count
    guard room >= 0 else {
      throw SpoolError(
        .badInput,
        "the command of the sweep has more than \(Job.sizeLimit) bytes once its macros are replaced,"
          + " and a job file holds no more")
    }
    return text
  }

  private static func value(
    of word: String, _ program: String?, _ environment: (String) -> String?
  ) throws(SpoolError) -> String {
    guard let name = MacroName.whole(of: word) else { return word }
    switch name {
    case "env": return "/usr/bin/env"
    case "interpreter": return "python"
    case "program": return program ?? word
    default:
      guard let variable = MacroName.rest(of: name, after: "envvar:") else { return word }
      guard let value = environment(variable) else {
        throw SpoolError(.badInput, "\"\(word)\" in \"command\": there is no such variable here")
      }
      return value
    }
  }

  /// The beginning of the sweep's name.
  package var base: String {
    if let name = name ?? file.name { return name }
    if let job = job.job { return Job(job: job).programName }
    if let program = file.program {
      let last = program.pathParts.last ?? "sweep"
      return String(last.split(separator: ".").first ?? last)
    }
    return job.programName
  }

  /// The options that identify the sweep if it is asked for again. The environment is left out: a
  /// shell may change it between two commands.
  package var asked: JSONObject {
    func number(_ value: Int?) -> JSON { value.map { .number($0) } ?? .null }
    func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
    var asked = JSONObject([
      ("file", .string(file.text)), ("name", text(name)), ("job", text(job.job)),
      ("count", number(count)), ("seed", seed.map { .number("\($0)") } ?? .null),
      ("max_running", number(maxRunning)), ("priority", number(priority)),
      ("cwd", text(job.cwd)),
    ])
    // Left out if there is none, as in records of 0.1.0.
    if let program = file.programAside { asked["program"] = .string(program) }
    return asked
  }
}

extension SweepRequest {
  /// The job to queue for a point, with its named job pinned to one version.
  package func job(of point: JSONObject, sweep: String) -> Job {
    var job = job
    job.sweep = sweep
    job.runConfig = point.merging(over: job.runConfig ?? JSONObject())
    if let version, let reference = job.job.flatMap({ JobReference($0) }) {
      job.job = reference.pinned(to: version.number).description
    }
    return job
  }

  /// Merges the job of a point with the named job and the queue's defaults, as its claim will.
  ///
  /// - Throws: ``SpoolError`` of kind `badInput` with the reason why the run could never start.
  package func resolved(
    _ point: JSONObject, defaults: Job, queue: String
  ) throws(SpoolError) -> (merged: Job, command: [String]) {
    do throws(JobFileError) {
      let merged = try JobRequest(job(of: point, sweep: "sweep"))
        .resolved(over: version, defaults: defaults).merged
      return (merged, try merged.launchedCommand(run: "run", queue: queue))
    } catch {
      throw SpoolError(.badInput, "the point \(JSON.object(point).shown): \(error)")
    }
  }

  /// The warning about macros in the command that are not replaced; nil if there are none.
  package func macroWarning(defaults: Job) -> String? {
    // Without a point: another check reports a point whose values are not allowed.
    try? JobRequest(job(of: JSONObject(), sweep: "sweep"))
      .resolved(over: version, defaults: defaults).merged.macroWarning
  }

  /// Checks that the run of every point could start.
  ///
  /// - Returns: The priority of the runs.
  package func check(
    _ points: SweepPoints, defaults: Job, queue: String
  ) throws(SpoolError) -> Int {
    var priority = priority
    var record = 0
    for point in points.points {
      record = record.adding(clamped: point.textCount)
      guard record <= Sweep.pointsLimit else {
        throw SpoolError(
          .badInput,
          "the \(counted(points.points.count, "point")) of the sweep have more than"
            + " \(Sweep.pointsLimit) bytes, which is the limit: give fewer of them, or shorter values"
        )
      }
      let merged = try resolved(point, defaults: defaults, queue: queue).merged
      priority = priority ?? merged.priority
    }
    return priority ?? 50
  }
}

extension Job {
  fileprivate init(job: String) {
    self.init()
    self.job = job
  }
}
