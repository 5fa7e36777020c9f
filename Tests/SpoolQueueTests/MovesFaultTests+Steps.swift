#if DEBUG
  import SpoolQueue

  extension MovesFaultTests {
    /// A step of the protocol, and the files that it begins with.
    struct Step: Sendable, CustomStringConvertible {
      /// As Tests/Model/moves.txt has it.
      let name: String
      /// Paths in the queue with texts; a path that ends with a slash is a directory.
      let files: [String: String]
      /// Paths in the queue that are second names.
      var links: [String: String] = [:]
      /// What the step says where it was done and its reply was lost.
      var answerWhenLost = true
      /// Whether it is one rename, link or directory; of two, the second may be left undone.
      var isOneCall = true
      /// Makes the step; true as well where it answers nothing.
      let make: @Sendable (Queue) throws(SpoolError) -> Bool

      var description: String { name }
    }

    private static let name = QueueFileName(priority: 50, stamp: NamesTests.stamp, run: "a")
    private static let claimed = name.claimed(by: ClaimName(agent: "host-0000", number: 1))
    private static let file = name.text

    /// Where the claimed file is in `folder`.
    private static func claim(in folder: String) -> [String: String] {
      [folder + "/" + claimed.text: "{}", "runs/a/1/": ""]
    }

    private static func request(_ file: String) -> HookRequest {
      guard let request = HookRequest(file) else { preconditionFailure("\(file) is no request") }
      return request
    }

    static let steps: [Step] = names + moves + outcomes + hooks + sweeps + sweeping

    private static let names = [
      Step(name: "reserve", files: [:], answerWhenLost: false) { queue throws(SpoolError) in
        try queue.reserve("a")
      },
      Step(name: "reserveAttempt", files: ["runs/a/": ""], answerWhenLost: false) {
        queue throws(SpoolError) in try queue.reserveAttempt("a", 1)
      },
    ]

    private static let moves = [
      Step(name: "submit", files: ["runs/a/job.json": "{}"]) { queue throws(SpoolError) in
        try queue.submit("a", as: name)
        return true
      },
      Step(name: "withdraw", files: ["queued/" + file: "{}", "runs/a/": ""]) {
        queue throws(SpoolError) in try queue.withdraw(name, "a")
      },
      // Another may have made these two; the run is where it should be, so it does not matter who did.
      Step(name: "requeue", files: claim(in: "running"), answerWhenLost: false) {
        queue throws(SpoolError) in try queue.requeue(claimed)
      },
      Step(name: "giveBack", files: claim(in: "starting"), answerWhenLost: false) {
        queue throws(SpoolError) in try queue.giveBack(claimed)
      },
      Step(name: "claim", files: ["queued/" + file: "{}"]) { queue throws(SpoolError) in
        try queue.claim(file, as: claimed)
      },
      Step(name: "enterRunning", files: claim(in: "starting")) { queue throws(SpoolError) in
        try queue.enterRunning(claimed, as: claimed)
      },
      Step(name: "retire", files: claim(in: "running"), answerWhenLost: false) {
        queue throws(SpoolError) in try queue.retire(claimed, attempt: 1)
      },
      Step(name: "renameWaiting", files: ["queued/" + file: "{}"]) { queue throws(SpoolError) in
        try queue.renameWaiting(file, to: file + ".held")
      },
    ]

    private static let asked = RunRequest(
      .suspend, to: ClaimName(agent: "gpu1-4kq2", number: 1))

    private static let outcomes = [
      Step(name: "publishStart", files: ["runs/a/1/.start.x": "{}"]) { queue throws(SpoolError) in
        try queue.publishStart(".start.x", run: "a", 1)
        return true
      },
      Step(name: "publishUnstarted", files: ["runs/a/1/.unstarted.x": "{}"]) {
        queue throws(SpoolError) in try queue.publishUnstarted(".unstarted.x", run: "a", 1)
      },
      Step(name: "publishOutcome", files: ["runs/a/1/.end.x": "{}"]) { queue throws(SpoolError) in
        try queue.publishOutcome(".end.x", run: "a", 1)
      },
      Step(name: "linkOutcome", files: ["runs/a/1/end.json": "{}"]) { queue throws(SpoolError) in
        try queue.linkOutcome(".end.x", run: "a", 1)
      },
      Step(
        name: "publishRecord", files: ["runs/a/1/end.json": "{}"],
        links: ["runs/a/1/.end.x": "runs/a/1/end.json"]
      ) { queue throws(SpoolError) in
        try queue.publishRecord(".end.x", run: "a", 1)
        return true
      },
      Step(name: "publishKillRequest", files: ["runs/a/.kill.x": "{}"]) {
        queue throws(SpoolError) in
        try queue.publishKillRequest(".kill.x", run: "a")
        return true
      },
      Step(name: "publishRequest", files: ["runs/a/.request.x": ""]) { queue throws(SpoolError) in
        try queue.publishRequest(asked, ".request.x", run: "a")
        return true
      },
      Step(name: "takeRequest", files: ["runs/a/" + asked.file: "", "runs/a/kill": ""]) {
        queue throws(SpoolError) in try queue.takeRequest(asked, run: "a")
      },
      Step(name: "publishAnswer", files: ["runs/a/.answer.x": "{}"]) { queue throws(SpoolError) in
        try queue.publishAnswer(asked, ".answer.x", run: "a")
        return true
      },
      Step(name: "publishFile", files: ["agents/.agent.x": "new", "agents/a.json": "old"]) {
        queue throws(SpoolError) in
        try queue.publishFile(queue.path(.agents, ".agent.x"), as: queue.path(.agents, "a.json"))
        return true
      },
      Step(name: "publishNewFile", files: ["agents/.agent.x": "new"]) { queue throws(SpoolError) in
        try queue.publishNewFile(queue.path(.agents, ".agent.x"), as: queue.path(.agents, "a.json"))
      },
    ]

    private static let hooks = [
      Step(name: "requestHook", files: ["runs/a/1/end.json": "{}"]) { queue throws(SpoolError) in
        try queue.requestHook(request("a.on_end.json"), run: "a", 1)
        return true
      },
      Step(name: "requestEmptyHook", files: ["runs/a/1/end.json": "{}"], isOneCall: false) {
        queue throws(SpoolError) in
        try queue.requestEmptyHook(".empty.x", run: "a", 1)
        return true
      },
      Step(name: "claimEmptyHook", files: ["hooks/on_empty.json": "{}"]) {
        queue throws(SpoolError) in try queue.claimEmptyHook(as: request("on_empty.x.json"))
      },
    ]

    private static let sweeps = [
      Step(name: "reserveSweep", files: [:], answerWhenLost: false) { queue throws(SpoolError) in
        try queue.reserveSweep("s")
      },
      Step(name: "commitSweep", files: ["sweeps/.s/" + file: "{}"]) { queue throws(SpoolError) in
        try queue.commitSweep("s")
      },
      // The next recovery finds nothing to dismiss, and removes the folder.
      Step(name: "dismissSweep", files: ["sweeps/.s/" + file: "{}"], answerWhenLost: false) {
        queue throws(SpoolError) in try queue.dismissSweep("s")
      },
      Step(name: "publishSweep", files: ["sweeps/s/sweep.json": "{}"]) { queue throws(SpoolError) in
        try queue.publishSweep("s")
        return true
      },
      // Whoever is told that another did it lists the folder again at the end.
      Step(name: "submit", files: ["sweeps/s/" + file: "{}"], answerWhenLost: false) {
        queue throws(SpoolError) in try queue.submit(file, ofSweep: "s")
      },
    ]

    private static let sweeping = [
      Step(name: "removeEmpty", files: ["runs/a/": ""], answerWhenLost: false) {
        queue throws(SpoolError) in try queue.removeEmpty(queue.runPath("a"))
      },
      Step(name: "removeIfThere", files: ["queued/.x": "{}"]) { queue throws(SpoolError) in
        try queue.removeIfThere(queue.path(.queued, ".x"))
        return true
      },
      Step(name: "dismissRun", files: ["runs/a/1/job.json": "{}"]) { queue throws(SpoolError) in
        try queue.dismissRun("a", as: ".pruned.a.x")
      },
      Step(name: "relocate", files: ["runs/q/queued/a.json": "{}"]) { queue throws(SpoolError) in
        try Queue(path: queue.path + "/runs/q", shape: queue.shape).relocate(
          to: queue.path + "/runs/r")
      },
      Step(name: "putAside", files: ["runs/a/1/end.json/": ""]) { queue throws(SpoolError) in
        try queue.putAside(
          queue.runPath("a", "1/end.json"), as: queue.runPath("a", "1/.displaced.x"))
        return true
      },
    ]
  }
#endif
