// The steps of a request to a runner that lives: asked, taken, answered. Each request has names of its own, which
// are never used again.

extension Queue {
  /// signal, suspend, resume: `runs/RUN/.request…` → `runs/RUN/request@CLAIM@VERB@ID`.
  package func publishRequest(
    _ request: RunRequest, _ aside: String, run: String
  ) throws(SpoolError) {
    try put(runPath(run, aside), runPath(run, request.file))
  }

  /// runner: `request@CLAIM@VERB@ID` → `taken@ID`, before it does what it is asked. Returns false if the request was
  /// withdrawn.
  ///
  /// A claim has one runner, and that takes a name once. So after an error the target is there exactly if this rename
  /// was done. A runner that dies after it has perhaps not done what it was asked, and no process does it again.
  package func takeRequest(_ request: RunRequest, run: String) throws(SpoolError) -> Bool {
    let (source, target) = (runPath(run, request.file), runPath(run, request.takenFile))
    do throws(Errno) {
      try System.rename(source, target)
      return true
    } catch {
      switch isListed(target) {
      // A folder of that name is no proof: then the request still has its own name.
      case true where isListed(source) == false: return true
      case false where error == .notFound: return false
      default: throw SpoolError("take", source, error)
      }
    }
  }

  /// runner: `runs/RUN/.answer…` → `runs/RUN/answer@ID.json`, after it has done what it was asked. Then `taken@ID`
  /// goes, so that one of the two is there until the sender has read the answer.
  package func publishAnswer(
    _ request: RunRequest, _ aside: String, run: String
  ) throws(SpoolError) {
    try put(runPath(run, aside), runPath(run, request.answerFile))
  }
}
