/// How far the queueing of a sweep is.
package struct SweepProgress: Sendable, Equatable {
  /// A step that is done for one run after the other.
  package enum Step: String, Sendable {
    /// The run's name is reserved, and its file is written; nothing is queued yet.
    case writing = "written"
    /// The run's file is put into the queue.
    case queueing = "queued"
  }

  package let step: Step
  /// The number of runs for which the step is done.
  package let done: Int
  package let total: Int

  init(_ step: Step, done: Int, total: Int) {
    self.step = step
    self.done = done
    self.total = total
  }
}
