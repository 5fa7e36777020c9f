extension Job {
  /// Reads a job file with any of the keys of <doc:JobFile>, also keys that have no public property.
  ///
  /// - Throws: The first fault and its place.
  public init(parsing bytes: [UInt8]) throws(JobFileError) {
    try self.init(parsing: bytes, partial: false)
  }

  /// Reads a job, or a part of a job.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - path: The place of the job in the file: `[.key("overrides")]` in a file of W&B's.
  ///   - partial: Whether the job is only a part, such as a configuration or a queue's defaults, or
  ///     was merged. Then it may have none or several of `job`, `command` and `script`.
  ///   - notation: The notation of the file; files in a queue's directory, or in that of the jobs, are JSON.
  /// - Throws: The first fault and its place.
  package init(
    parsing bytes: [UInt8], at path: [JSONPathStep] = [], partial: Bool = false,
    as notation: Notation = .json
  ) throws(JobFileError) {
    let object = try JSON.object(parsing: bytes, at: path, as: notation)
    // Checked first: a newer format may have keys that are unknown here.
    if let format = object["format"]?.intValue, format > Self.newestFormat {
      let message =
        "\"format\" is \(format) and this spool knows none above \(Self.newestFormat);"
        + " a newer spool is needed"
      var error = JobFileError(
        .sentence(message, at: "format"), below: path, in: bytes, as: notation)
      error.isTooNew = true
      throw error
    }
    do {
      self = try Job(reading: object)
      if !partial { try checkForOneCommand(in: object) }
    } catch {
      throw JobFileError(error, below: path, in: bytes, as: notation)
    }
  }

  /// Reads a job that spool recorded after merging it.
  ///
  /// - Throws: The fault, without line and column, since there is no text.
  package init(recorded object: JSONObject) throws(JobFileError) {
    do {
      self = try Job(reading: object)
    } catch {
      throw JobFileError(error.message)
    }
  }

  /// The job as a job file: the keys that are set, in the order of the list.
  public var json: JSONObject { written }

  /// Every key of a job file, in the order of writing.
  package static let keys: [String] = fields.map(\.key)

  private func checkForOneCommand(in object: JSONObject) throws(FieldError) {
    let commands = ["command", "script", "job"]
    let given = object.keys.filter(commands.contains)
    if given.isEmpty {
      throw .sentence("one of \"command\", \"script\" and \"job\" is needed")
    }
    if given.count > 1 {
      throw .sentence(
        "\"\(given[1])\" beside \"\(given[0])\": only one of \"command\", \"script\" and \"job\" can"
          + " be given", at: given[1])
    }
    if literal == true, command == nil {
      throw .sentence(
        "\"literal\" is about the words of \"command\", which is not given", at: "literal")
    }
  }
}
