/// Runs that are to be queued together, all of them or none: the points of a search, or the lines of a file.
package struct SweepPlan: Sendable {
  /// The beginning of their name.
  package var base: String
  /// All that makes a repeated request the same request, except the environment.
  package var asked: JSONObject
  package var method: Sweep.Method
  package var metric: SweepFile.Metric?
  package var seed: UInt64?
  /// The number of runs that may run at a time, over all agents; nil for any number.
  package var maxRunning: Int?
  /// The priority of a run that has none of its own: 0 first, 99 last.
  package var priority = 50
  /// The priorities of the runs, if they have their own.
  package var priorities: [Int] = []
  /// Whether they wait for their release.
  package var isHeld = false
  /// The parameters that differ from run to run.
  package var parameters: [String] = []
  /// The own values of each run.
  package var points: [JSONObject]
  /// The named jobs of the runs, each pinned to a version.
  package var jobs: [Job] = []
  /// The job of a run, by its number from 0 and the ID of them all.
  package var job: @Sendable (Int, String) throws(SpoolError) -> Job

  package init(
    _ method: Sweep.Method, base: String, asked: JSONObject, points: [JSONObject],
    job: @escaping @Sendable (Int, String) throws(SpoolError) -> Job
  ) {
    self.method = method
    self.base = base
    self.asked = asked
    self.points = points
    self.job = job
  }
}

extension SweepPlan {
  /// The priority of a run, by its number from 0.
  package func priority(of number: Int) -> Int {
    priorities.isEmpty ? priority : priorities[number]
  }

  /// Refuses runs whose record could not be read again.
  package func check() throws(SpoolError) {
    var size = asked.textCount
    for point in points { size = size.adding(clamped: point.textCount) }
    guard size <= Sweep.pointsLimit else {
      throw SpoolError(
        .badInput,
        "the record of \(counted(points.count, "run")) would have more than \(Sweep.pointsLimit)"
          + " bytes, which is the limit: give fewer of them")
    }
  }
}

extension SweepRequest {
  /// The plan for the points of the search. Only for a request that was checked.
  package func plan(_ points: SweepPoints, asked: JSONObject) -> SweepPlan {
    let request = self
    var plan = SweepPlan(
      Sweep.Method(file.method), base: base, asked: asked, points: points.points
    ) { number, sweep in
      request.job(of: points.points[number], sweep: sweep)
    }
    plan.metric = file.metric
    plan.seed = points.seed
    plan.maxRunning = maxRunning
    plan.priority = priority ?? 50
    plan.parameters = SweepLeaf.leaves(of: file.parameters).filter { !$0.isConstant }.map(\.dotted)
    if version != nil { plan.jobs = [job] }
    return plan
  }
}
