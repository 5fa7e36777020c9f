/// `runs/RUN/N/end.json`: the run as an attempt left it, and the place where it goes from there.
///
/// A record in `done/` is a second name of such a file, and so is a request for a hook.
package struct EndRecord: Sendable {
  private var object: JSONObject

  private static let nextKey = "next"
  private static let claimKey = "claim"
  private static let distrustKey = "untrusted"

  /// Makes the record of a run that has ended.
  ///
  /// - Parameter distrust: The users beside the owner who may have written the job file, in words; nil if there are
  ///   none.
  init(_ run: Run, next: Outcome.Next, claim: ClaimName, distrust: String?) {
    object = run.json
    object[Self.nextKey] = .string(next.rawValue)
    object[Self.claimKey] = .string(claim.text)
    if let distrust { object[Self.distrustKey] = .string(distrust) }
  }

  /// Reads a record. Returns nil for bytes that are not a JSON object. A run may have put any object there: see
  /// ``isOutcome(of:)``.
  package init?(_ bytes: [UInt8]) {
    guard let object = (try? JSON(parsing: bytes, dialect: .strict))?.objectValue else {
      return nil
    }
    self.object = object
  }

  /// The record on one line, so that a list of runs consists of its bytes.
  func bytes() -> [UInt8] { object.bytes() }

  /// The record without the values that can be found elsewhere.
  func shortened(remarks: [String]) -> EndRecord {
    var short = self
    for key in ["file", "summary", "run_config", "args", "command", "notes", "after"] {
      short.object[key] = .null
    }
    short.object["remarks"] = .strings(remarks)
    short.object["logged"] = nil
    return short
  }

  /// The place where the run goes. Nil for a word that spool does not write.
  package var next: Outcome.Next? {
    object[Self.nextKey]?.stringValue.flatMap { Outcome.Next(rawValue: $0) }
  }

  package var claim: ClaimName? { object[Self.claimKey]?.stringValue.flatMap { ClaimName($0) } }

  package var run: String? { object["run"]?.stringValue }
  package var attempt: Int? { object["attempt"]?.intValue }
  package var state: RunState? { object["state"]?.stringValue.flatMap { RunState(rawValue: $0) } }
  package var distrust: String? { object[Self.distrustKey]?.stringValue }

  /// The run that the record describes. Nil if it describes none.
  package var ended: Run? { Run(object) }

  /// Whether this is an outcome that spool wrote for an attempt of that run.
  package func isOutcome(of run: String) -> Bool {
    next != nil && self.run == run && state?.isDone == true
  }
}

extension Queue {
  /// Reads an attempt's outcome. Returns nil if there is none, or if spool did not write it.
  package func readEnd(_ run: String, _ number: Int) throws(SpoolError) -> EndRecord? {
    do throws(SpoolError) {
      return try readOutcome(run, number).flatMap { $0.isOutcome(of: run) ? $0 : nil }
    } catch {
      if error.errno?.isAbsence == true { return nil }
      throw error
    }
  }

  /// Reads the object in an attempt's `end.json`. Returns nil if there is none, or if it does not parse.
  package func readOutcome(_ run: String, _ number: Int) throws(SpoolError) -> EndRecord? {
    let path = runPath(run, "\(number)/" + Self.endFile)
    // A run may have put anything there.
    let absences: [Errno] = [.notFound, .tooLarge, .symbolicLink, .noDevice, .isDirectory]
    return try namingIfThere("read", path, absentIf: { absences.contains($0) }) {
      () throws(Errno) in try readWhole(path).bytes
    }.flatMap { EndRecord($0) }
  }
}
