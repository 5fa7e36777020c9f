extension Job {
  /// Reads a job file, which may have every key of <doc:JobFile>, also those that have no property here.
  ///
  /// - Throws: The first thing that is wrong, and where.
  public init(parsing bytes: [UInt8]) throws(JobFileError) {
    try self.init(parsing: bytes, partial: false)
  }

  /// Reads a job, or a part of one.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - path: Where in the file the job is: `[.key("overrides")]` in one of W&B's.
  ///   - partial: Whether the job is only a part of one, as a configuration or a queue's defaults,
  ///     or one that was merged: none, or several, of `job`, `command` and `script` are right then.
  ///   - notation: How the file is written; in a queue's directory, and in that of the jobs, it is JSON.
  /// - Throws: The first thing that is wrong, and where.
  package init(
    parsing bytes: [UInt8], at path: [JSONPathStep] = [], partial: Bool = false,
    as notation: Notation = .json
  ) throws(JobFileError) {
    let object = try JSON.object(parsing: bytes, at: path, as: notation)
    // First of all: a newer format may have keys that are unknown here.
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

  /// Reads a job that spool recorded, after it was merged.
  ///
  /// - Throws: What is wrong; no line and no column, since there is no text.
  package init(recorded object: JSONObject) throws(JobFileError) {
    do {
      self = try Job(reading: object)
    } catch {
      throw JobFileError(error.message)
    }
  }

  /// The job as a job file: the keys that are set, in the order of the list.
  public var json: JSONObject { written }

  /// Every key that a job file may have, in the order in which they are written.
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
