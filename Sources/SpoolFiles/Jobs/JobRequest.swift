/// The whole content of a launch, before its named job has been looked up.
///
/// Lower lines count more:
///
///     the queue's defaults
///     the named job's version
///     pasted        an earlier run's: --from RUN, retry
///     config        -c CONFIG
///     own           the job file itself and the flags
///     assignments   --set KEY=VALUE
///
/// Objects merge, any other value replaces; see ``Job/merging(over:)``.
package struct JobRequest: Sendable {
  /// The content of the job file, or of the command line.
  package var own: Job
  /// Values of the configuration; later values count more.
  package var assignments: [ConfigAssignment] = []
  /// The changes from a configuration file in W&B's format.
  package var config: LaunchConfig?
  /// The whole job that an earlier run was asked for, without the keys that belong to that run alone.
  package var pasted: Job?

  package init(_ own: Job = Job()) { self.own = own }

  /// The named job as it was written; nil if there is none.
  ///
  /// A launch with a command or a script of its own needs no named job.
  package var jobText: String? {
    if own.command != nil || own.script != nil { return nil }
    return own.job ?? config?.job ?? pasted?.job
  }

  /// The named job; nil if there is none.
  ///
  /// - Throws: ``JobFileError`` if the text is not a reference.
  package func reference() throws(JobFileError) -> JobReference? {
    guard let jobText else { return nil }
    guard let reference = JobReference(jobText) else {
      throw JobFileError("\"job\" " + JobReference.complaint(about: jobText))
    }
    return reference
  }

  /// Merges the layers.
  ///
  /// - Throws: ``JobFileError`` if the named job's `inputs` do not allow a value of the configuration.
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

  // A job is a large value, and each copy takes room on the stack. Code that a plain launch does not need therefore
  // has frames of its own.

  @inline(never)
  private func layer(under asked: inout Job, _ reference: JobReference?) {
    if let config {
      var layer = Job(config).asLayer(of: reference)
      if layer.args?.isEmpty == true { layer.args = nil }
      asked = asked.merging(over: layer)
    }
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

  /// The fault in the configuration. The `inputs` of the named job apply even if the job file has other `inputs`.
  @inline(never)
  private static func complaint(about merged: Job, _ version: JobVersion?) -> String? {
    guard let version else { return merged.inputComplaint }
    return (merged.complaint(about: version.job.inputs) ?? merged.inputComplaint)
      .map { "\(version.reference): " + $0 }
  }
}

/// The result of resolving a launch.
package struct ResolvedJob: Sendable, Equatable {
  /// The job to queue, as it was asked for, with its named job pinned to one version.
  package let asked: Job
  /// The job to execute, merged with the named job and the queue's defaults.
  package let merged: Job

  package init(asked: Job, merged: Job) {
    self.asked = asked
    self.merged = merged
  }
}

extension Job {
  /// Creates a job that has only the keys of a configuration.
  fileprivate init(_ config: LaunchConfig) {
    self.init()
    job = config.job
    project = config.project
    args = config.args
    runConfig = config.runConfig
    entryPoint = config.entryPoint
  }

  /// The values of a layer that count for a run of that job.
  ///
  /// An entry point that is empty, or a command or an entry point for another job, is left out.
  fileprivate func asLayer(of reference: JobReference?) -> Job {
    var layer = self
    layer.job = nil
    if let reference {
      layer.command = nil
      layer.literal = nil
      layer.script = nil
      if let job, JobReference(job)?.isSameJob(as: reference) != true { layer.entryPoint = nil }
    }
    if layer.entryPoint?.isEmpty == true { layer.entryPoint = nil }
    return layer
  }
}
