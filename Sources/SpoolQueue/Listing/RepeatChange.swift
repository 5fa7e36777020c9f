/// How the repeats of some runs differ from these.
package struct RepeatChange {
  /// The new values, which are laid over the old run's job file.
  package var request = JobRequest()
  /// Words that take the place of the old arguments, or of the old command: ``Job/replaceWords(_:of:)``.
  package var words: [String] = []
  /// From 0, first, to 99, last. Nil keeps the old run's.
  package var priority: Int?
  /// Whether the repeats wait for their release.
  package var isHeld = false
  /// Whether nothing is queued, and the repeats are only made up.
  package var isDry = false
  /// Looks at the job of each repeat before it is queued, beside what the old run was asked for, and may change it
  /// or refuse it.
  package var review: ((AskedRun, ResolvedJob) throws(SpoolError) -> ResolvedJob)?

  package init() {}
}

extension Job {
  /// Puts words in the place of those with which an earlier job was asked for.
  ///
  /// They are its arguments where it has any, or a named job or a script, and its whole command otherwise: the
  /// command that was typed for it holds its arguments.
  ///
  /// - Returns: The key that they replace.
  package mutating func replaceWords(_ words: [String], of old: Job) -> String {
    if job != nil || old.job != nil || old.script != nil || old.args?.isEmpty == false {
      args = words
      return "args"
    }
    let typed = Job(literal: words)
    command = typed.command
    literal = typed.literal
    return "command"
  }
}
