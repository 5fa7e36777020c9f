/// Everything that a launch says, before the named job it speaks of has been looked up.
///
/// What counts more stands further down:
///
///     the queue's defaults
///     the named job's version
///     pasted        an earlier run's: --from RUN
///     config        -c CONFIG
///     own           the job file itself and the flags
///     assignments   --set KEY=VALUE
///
/// Objects merge, everything else that is given replaces; see ``Job/merging(over:)``.
package struct JobRequest: Sendable {
  /// What the job file, or the command line, says itself.
  package var own: Job
  /// Values of the configuration, each over those before it.
  package var assignments: [ConfigAssignment] = []
  /// What a configuration file in W&B's words changes.
  package var config: LaunchConfig?
  /// What an earlier run was asked for: ``Queue/paste(from:)``.
  package var pasted: Job?

  package init(_ own: Job = Job()) { self.own = own }

  /// The named job that is meant, as somebody wrote it; nil: there is none.
  ///
  /// A command or a script of one's own needs none.
  package var jobText: String? {
    if own.command != nil || own.script != nil { return nil }
    return own.job ?? config?.job ?? pasted?.job
  }

  /// The named job that is meant; nil: there is none.
  ///
  /// - Throws: That the text is no reference.
  package func reference() throws(JobFileError) -> JobReference? {
    guard let jobText else { return nil }
    guard let reference = JobReference(jobText) else {
      throw JobFileError("\"job\" " + JobReference.complaint(about: jobText))
    }
    return reference
  }

  /// Merges the layers.
  ///
  /// - Throws: That a value of the configuration is not what the named job's `inputs` allow.
  package func resolved(
    over version: JobVersion? = nil, defaults: Job = Job()
  ) throws(JobFileError) -> ResolvedJob {
    let reference = try reference()
    var asked = own
    if config != nil || pasted != nil { layer(under: &asked, reference) }
    if let reference {
      asked.job = (version.map { reference.pinned(to: $0.number) } ?? reference).description
    }
    if !assignments.isEmpty { assign(to: &asked, over: version, defaults) }
    let merged = Self.merged(asked, over: version, defaults)
    if let complaint = Self.complaint(about: merged, version) ?? merged.warningComplaint {
      throw JobFileError(complaint)
    }
    return ResolvedJob(asked: asked, merged: merged)
  }

  // A job is a large value, and each copy of one takes room on the stack: what a plain launch has no need of
  // has frames of its own.

  @inline(never)
  private func layer(under asked: inout Job, _ reference: JobReference?) {
    if let config { asked = asked.merging(over: Job(config).asLayer(of: reference)) }
    if let pasted { asked = asked.merging(over: pasted.asLayer(of: reference)) }
  }

  @inline(never)
  private func assign(to asked: inout Job, over version: JobVersion?, _ defaults: Job) {
    for assignment in assignments {
      let config = Self.merged(asked, over: version, defaults).runConfig ?? JSONObject()
      asked.runConfig = assignment.object(within: config)
        .merging(over: asked.runConfig ?? JSONObject())
    }
  }

  @inline(never)
  private static func merged(_ asked: Job, over version: JobVersion?, _ defaults: Job) -> Job {
    guard let version else { return asked.merging(over: defaults) }
    return asked.merging(over: version.job).merging(over: defaults)
  }

  /// What is wrong with the configuration. The job's own word on its inputs stands, whatever the file says of
  /// them.
  @inline(never)
  private static func complaint(about merged: Job, _ version: JobVersion?) -> String? {
    guard let version else { return merged.inputComplaint }
    return (merged.complaint(about: version.job.inputs) ?? merged.inputComplaint)
      .map { "\(version.reference): " + $0 }
  }
}

/// What a launch came to.
package struct ResolvedJob: Sendable, Equatable {
  /// What is queued: what was asked for, its named job pinned to one version.
  package let asked: Job
  /// What will be executed, the named job and the queue's defaults included.
  package let merged: Job

  package init(asked: Job, merged: Job) {
    self.asked = asked
    self.merged = merged
  }
}

extension Job {
  /// The configuration as a job of which the rest is missing.
  fileprivate init(_ config: LaunchConfig) {
    self.init()
    job = config.job
    args = config.args
    runConfig = config.runConfig
    entryPoint = config.entryPoint
  }

  /// What counts of a layer for a run of that job.
  ///
  /// Its lists replace only where they are not empty; an entry point, or a command, that it has for
  /// another job does not fit.
  fileprivate func asLayer(of reference: JobReference?) -> Job {
    var layer = self
    layer.job = nil
    if let reference {
      layer.command = nil
      layer.literal = nil
      layer.script = nil
      if let job, JobReference(job)?.isSameJob(as: reference) != true { layer.entryPoint = nil }
    }
    if layer.args?.isEmpty == true { layer.args = nil }
    if layer.entryPoint?.isEmpty == true { layer.entryPoint = nil }
    return layer
  }
}
