/// How far the queueing of a sweep is.
package struct SweepProgress: Sendable, Equatable {
  /// What is done with each run, one after the other with all of them.
  package enum Step: String, Sendable {
    /// Its name is reserved.
    case naming = "named"
    /// Its file is written; nothing is queued yet.
    case writing = "written"
    /// Its file is put into the queue.
    case queueing = "queued"
  }

  package let step: Step
  /// With how many runs it is done.
  package let done: Int
  package let total: Int

  init(_ step: Step, done: Int, total: Int) {
    self.step = step
    self.done = done
    self.total = total
  }
}
