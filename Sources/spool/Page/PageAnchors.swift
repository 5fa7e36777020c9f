import SpoolQueue

/// The names after the `#` in links to the runs of a page.
struct PageAnchors: Sendable {
  private let texts: [String]

  /// `run-NAME`; if several queues have a run of that name, `run-ENTITY/QUEUE/NAME`.
  init(_ page: PageData) {
    var queues: [String: Int] = [:]
    var shared: Set<String> = []
    for view in page.runs {
      if let queue = queues.updateValue(view.queue, forKey: view.run.run), queue != view.queue {
        shared.insert(view.run.run)
      }
    }
    texts = page.runs.map { view in
      let name = view.run.run
      return "run-"
        + (shared.contains(name) ? page.queues[view.queue].overview.reference + "/" + name : name)
    }
  }

  subscript(run: Int) -> String { texts[run] }
}
