/// One attempt of a run, as its folder describes it.
public struct RunAttempt: Sendable {
  /// The attempt's number, from 1.
  public var number: Int
  /// The host on which the attempt is or was executed; nil if that is not known.
  package var host: String?
  package var agent: String?
  /// The process number of its command, on its host.
  package var pid: Int?
  /// The command as it is executed.
  package var argv: [String]
  /// The job with everything merged; nil where the file did not parse.
  package var job: Job?
  /// The time when it was begun, by the file server's clock.
  package var startedAt: Timestamp?
  /// The result of the attempt; nil if it has not ended.
  public var outcome: Run?
  /// Why its start failed before its command began; nil if it did not fail.
  package var unstarted: String?
  /// The log files of the command.
  public var logs: [Log]
  /// The hooks of its end that were begun.
  package var hooks: [HookRecord] = []

  /// Describes an attempt of which only the number is known.
  package init(number: Int) {
    self.number = number
    argv = []
    logs = []
  }

  /// A file that an attempt's command prints into.
  public struct Log: Sendable {
    /// The path of the file.
    public var path: String
    /// The file's size, in bytes.
    public var size: Int
    /// The time of the last write, by the file server's clock.
    package var modifiedAt: Timestamp

    package init(path: String, size: Int, modifiedAt: Timestamp) {
      self.path = path
      self.size = size
      self.modifiedAt = modifiedAt
    }
  }
}

extension Queue {
  /// `out.log`: the output of an attempt's command.
  package static var outputFile: String { "out.log" }
  /// `err.log`: its standard error, if the two are split.
  package static var errorFile: String { "err.log" }

  /// The attempts of a run, the first attempt first. Empty if the run never started.
  public func attempts(of run: String) throws(SpoolError) -> [RunAttempt] {
    var attempts: [RunAttempt] = []
    // A text such as `../other` would lead out of `runs/`.
    guard RunName.isValid(run) else { return [] }
    for number in try attemptNumbers(of: run) {
      guard let files = try attemptDirectory(run, number).names() else { continue }
      var attempt = RunAttempt(number: number)
      if files.contains(Self.startFile), let start = readStart(run, number) {
        attempt.host = start.holder.host
        attempt.agent = start.claim.agent
        attempt.pid = start.command.map { Int($0.pid) }
        attempt.argv = start.argv
        attempt.job = start.job
        attempt.startedAt = start.startedAt
      }
      if files.contains(Self.endFile) {
        attempt.outcome = try readOutcome(run, number)?.ended
      }
      if files.contains(Self.unstartedFile) {
        attempt.unstarted = readUnstarted(run, number)?.mark.cause
      }
      for file in [Self.outputFile, Self.errorFile] where files.contains(file) {
        let path = runPath(run, "\(number)/" + file)
        guard let information = try? System.information(path) else { continue }
        attempt.logs.append(
          RunAttempt.Log(path: path, size: information.size, modifiedAt: information.modified))
      }
      for event in Hooks.Event.allCases where files.contains(Self.hookFile(event)) {
        if let hook = readHook(run, number, event) { attempt.hooks.append(hook) }
      }
      attempts.append(attempt)
    }
    return attempts
  }

  /// The numbers of a run's attempts, ascending.
  package func attemptNumbers(of run: String) throws(SpoolError) -> [Int] {
    NameNumber.attempts(try runDirectory(run).names() ?? []).sorted()
  }
}
