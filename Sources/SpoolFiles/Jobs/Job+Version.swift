extension Job {
  /// The keys of a single run, which a recipe for many runs must not have.
  static let keysOfOneRun = ["job", "not_before", "after", "sweep", "retry_of"]

  package init(parsingVersion bytes: [UInt8]) throws(JobFileError) {
    self = try Job(parsing: bytes, partial: true)
    do throws(FieldError) {
      try checkAsVersion()
    } catch {
      throw JobFileError(error, below: [], in: bytes)
    }
  }

  /// The content of a version of this job, in one spelling, so that equal content is equal text.
  ///
  /// An `entry_point` becomes the command, because it replaced the command of the run.
  package func asVersion() throws(JobFileError) -> Job {
    var version = self
    if let entryPoint, !entryPoint.isEmpty {
      version.command = entryPoint
      version.script = nil
    }
    version.entryPoint = nil
    if args?.isEmpty == true { version.args = nil }
    version.format = nil
    // Read once more: a program may have set values that no file could have.
    do throws(JobFileError) {
      return try Job(parsingVersion: version.json.bytes())
    } catch {
      throw JobFileError(error.message)
    }
  }

  private func checkAsVersion() throws(FieldError) {
    let object = json
    if let key = Self.keysOfOneRun.first(where: { object[$0] != nil }) {
      throw .sentence("\"\(key)\" belongs to one run and has no place in a named job", at: key)
    }
    if command != nil, script != nil {
      throw .sentence("\"script\" beside \"command\": a named job has one of them", at: "script")
    }
    if program == nil, script == nil {
      throw .sentence("a named job needs a \"command\" or a \"script\"")
    }
    if let inputComplaint { throw .sentence(inputComplaint, at: "run_config") }
  }
}
