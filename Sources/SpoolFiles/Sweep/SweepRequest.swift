/// A sweep that is to be queued: the file, and what was said besides.
package struct SweepRequest: Sendable {
  package let file: SweepFile
  /// What every run has: the command, the directory, the environment.
  package var job: Job
  /// What the sweep's name begins with, in place of the file's.
  package var name: String?
  /// How many runs, in place of the file's `run_cap`.
  package var count: Int?
  /// What a random search begins with; nil: one is drawn.
  package var seed: UInt64?
  /// How many of the runs may run at a time, over all agents; nil: any number.
  package var maxRunning: Int?
  /// 0 first, 99 last; nil: what the file's `launch`, the named job or the queue says, else 50.
  package var priority: Int?
  /// The version of the named job that the runs are pinned to;
  /// ``Queue/enqueue(_:reporting:telling:)`` looks it up where that was not done before.
  package var version: JobVersion?

  /// Makes a request with the file's command, its W&B macros replaced but for those of the
  /// arguments, which each run replaces with its own point.
  ///
  /// - Throws: ``SpoolError`` when a variable of `${envvar:NAME}` is not set.
  package init(
    _ file: SweepFile, job: String? = nil, environment: (String) -> String? = { _ in nil }
  ) throws(SpoolError) {
    self.file = file
    self.job = file.launch ?? Job()
    self.job.notes = self.job.notes ?? file.description
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
    // W&B: the command of a sweep replaces that of its job.
    if self.job.job == nil { self.job.command = words } else { self.job.entryPoint = words }
  }

  /// What W&B executes where a file gives only a `program`.
  private static let standardCommand = ["${env}", "${interpreter}", "${program}", "${args}"]

  /// What stands for a word before any run is made of it: a macro that is a word of its own.
  private static func resolve(
    _ word: String, _ program: String?, _ environment: (String) -> String?, _ room: inout Int
  ) throws(SpoolError) -> String {
    let text = try value(of: word, program, environment)
    // A variable may be long, and stand in a command thousands of times.
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

  /// What the sweep's name begins with.
  package var base: String {
    if let name = name ?? file.name { return name }
    if let job = job.job { return Job(job: job).programName }
    if let program = file.program {
      let last = program.pathParts.last ?? "sweep"
      return String(last.split(separator: ".").first ?? last)
    }
    return job.programName
  }

  /// Everything that makes it the same request when it is made again, but for what a shell may
  /// change between two commands: the environment.
  package var asked: JSONObject {
    func number(_ value: Int?) -> JSON { value.map { .number($0) } ?? .null }
    func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
    var asked = JSONObject([
      ("file", .string(file.text)), ("name", text(name)), ("job", text(job.job)),
      ("count", number(count)), ("seed", seed.map { .number("\($0)") } ?? .null),
      ("max_running", number(maxRunning)), ("priority", number(priority)),
      ("cwd", text(job.cwd)),
    ])
    // Left out where there is none, as in records of 0.1.0.
    if let program = file.programAside { asked["program"] = .string(program) }
    return asked
  }
}

extension SweepRequest {
  /// What the run of a point is asked for, its named job pinned to one version.
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
  /// - Throws: ``SpoolError`` of kind `badInput`: why the run of that point could never start.
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

  /// What to tell of macros in the command that are left as they are; nil: nothing.
  package func macroWarning(defaults: Job) -> String? {
    // Without a point: one whose values are not allowed is told of elsewhere.
    try? JobRequest(job(of: JSONObject(), sweep: "sweep"))
      .resolved(over: version, defaults: defaults).merged.macroWarning
  }

  /// Makes sure that the run of every point could start.
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
