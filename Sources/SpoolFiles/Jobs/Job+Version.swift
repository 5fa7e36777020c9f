extension Job {
  /// The keys that belong to one run and not to a recipe for many.
  static let keysOfOneRun = ["job", "not_before", "after", "sweep", "retry_of"]

  /// Reads the file of a named job's version.
  package init(parsingVersion bytes: [UInt8]) throws(JobFileError) {
    self = try Job(parsing: bytes, partial: true)
    do throws(FieldError) {
      try checkAsVersion()
    } catch {
      throw JobFileError(error, below: [], in: bytes)
    }
  }

  /// What a version of this job holds: said in one way, so that the same content is the same text.
  ///
  /// An `entry_point` becomes the command that it stands for: a run that has one replaced the job's.
  package func asVersion() throws(JobFileError) -> Job {
    var version = self
    if let entryPoint, !entryPoint.isEmpty {
      version.command = entryPoint
      version.script = nil
    }
    version.entryPoint = nil
    if args?.isEmpty == true { version.args = nil }
    version.format = nil
    // Once more through the reader: a program may have set what no file could say.
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
