import SpoolQueue
import Testing

@testable import SpoolAgent

extension SchedulerTests {
  // MARK: Times, runs and hosts

  static let waits: [SchedulerCase] = [
    SchedulerCase(
      "A run waits for its time, and the next one is claimed",
      {
        $0.drop("10-a.json") { $0.demand.notBefore = SchedulerScene.time(10) }
        $0.drop("20-b.json")
        $0.look()
        $0.seconds = 9
        $0.look()
        $0.seconds = 10
        $0.look()
      },
      [
        "q: 10-a.json waits until \(SchedulerScene.time(10).text)", "claim 20-b.json as 0",
        "next in 1s", "claim 10-a.json as 1",
      ]),
    SchedulerCase(
      "A time that is far away is looked at each minute, since clocks are set",
      {
        $0.drop("10-a.json") { $0.demand.notBefore = SchedulerScene.time(3600) }
        $0.look()
        $0.look()
      }, ["q: 10-a.json waits until \(SchedulerScene.time(3600).text)", "next in 1m"]),
    SchedulerCase(
      "What counts is the file server's clock",
      {
        $0.scheduler.queues[0].clockOffset = .seconds(10)
        $0.drop("10-a.json") { $0.demand.notBefore = SchedulerScene.time(10) }
        $0.drop("20-b.json") { $0.demand.notBefore = SchedulerScene.time(11) }
        $0.look()
        $0.look()
      },
      [
        "claim 10-a.json as 0", "q: 20-b.json waits until \(SchedulerScene.time(11).text)",
        "next in 1s",
      ]),
    SchedulerCase(
      "After a failed start a run waits, and the others go first",
      {
        $0.drop("10-a.json") { $0.failedUntil = 2 }
        $0.drop("20-b.json")
        $0.look()
        $0.seconds = 2
        $0.look()
      },
      [
        "q: 10-a.json waits until 2s after a failed start", "claim 20-b.json as 0",
        "claim 10-a.json as 1",
      ]),
    SchedulerCase(
      "A failed start is asked for before the retry, that before other runs, and these before the host",
      {
        $0.drop("10-a.json") {
          $0.failedUntil = 2
          $0.retryUntil = 3
          $0.demand.wait(ok: ["r"])
          $0.demand.labels = ["big"]
          $0.demand.notBefore = SchedulerScene.time(9)
        }
        $0.states["r"] = .underWay
        $0.look()
        $0.seconds = 2
        $0.look()
        $0.seconds = 3
        $0.look()
        $0.end("r", .finished)
        $0.look()
      },
      [
        "q: 10-a.json waits until 2s after a failed start",
        "q: 10-a.json waits until 3s to be tried again", "q: 10-a.json waits for r",
        "q: 10-a.json left alone: box lacks the label big",
      ]),
    SchedulerCase(
      "A run waits for another, and starts when that has finished",
      {
        $0.states["r"] = .underWay
        $0.drop("10-a.json") { $0.demand.wait(ok: ["r"]) }
        $0.drop("20-b.json")
        $0.look()
        $0.end("r", .finished)
        $0.look()
      }, ["q: 10-a.json waits for r", "claim 20-b.json as 0", "claim 10-a.json as 1"]),
    SchedulerCase(
      "It waits for all of them, and names three",
      {
        for run in ["r", "s", "t", "u"] { $0.states[run] = .underWay }
        $0.drop("10-a.json") { $0.demand.wait(ok: ["r", "s"], any: ["t", "u"]) }
        $0.look()
        $0.end("r", .finished)
        $0.end("t", .killed)
        $0.end("u", .failed)
        $0.look()
        $0.end("s", .finished)
        $0.look()
      }, ["q: 10-a.json waits for r, s, t and 1 more", "claim 10-a.json as 0"]),
    SchedulerCase(
      "One that can never start is claimed at once, to end with the reason",
      {
        $0.states["r"] = .ended(.failed)
        $0.states["s"] = .underWay
        $0.drop("10-a.json") {
          $0.demand.wait(ok: ["s", "r"])
          $0.demand.slots = 9
        }
        $0.look()
      }, ["claim 10-a.json as 0 to end: it waits for r to finish, and that failed"]),
    SchedulerCase(
      "An end that is the wrong one ends what waits for it",
      {
        $0.states["r"] = .underWay
        $0.drop("10-a.json") { $0.demand.wait(failed: ["r"]) }
        $0.look()
        $0.end("r", .finished)
        $0.look()
      },
      [
        "q: 10-a.json waits for r",
        "claim 10-a.json as 0 to end: it waits for r to fail, and that finished",
      ]),
    SchedulerCase(
      "A run that waits for one that is not there ends after five seconds",
      {
        $0.states["r"] = .underWay
        $0.drop("10-a.json") { $0.demand.wait(ok: ["r"]) }
        $0.look()
        $0.states["r"] = nil
        $0.scan()
        $0.look()
        $0.seconds = 5
        $0.look()
      },
      [
        "q: 10-a.json waits for r",
        "q: 10-a.json left alone: it waits for r, and there is no such run", "again in 5s",
        "claim 10-a.json as 0 to end: it waits for r, and there is no such run",
      ]),
    SchedulerCase(
      "Runs that wait for one another end",
      {
        for run in ["a", "b", "c"] { $0.states[run] = .underWay }
        $0.drop("10-a.json") { $0.demand.wait(ok: ["b"]) }
        $0.drop("20-b.json") { $0.demand.wait(ok: ["c"]) }
        $0.drop("30-c.json") { $0.demand.wait(ok: ["a"]) }
        $0.look()
      },
      [
        "q: 10-a.json waits for b", "q: 20-b.json waits for c",
        "claim 30-c.json as 0 to end: it waits for itself: c → a → b → c",
      ]),
    SchedulerCase(
      "What the host will never have is said, and not the time", gpus: 1,
      {
        $0.drop("10-a.json") {
          $0.demand.gpus = 2
          $0.demand.notBefore = SchedulerScene.time(9)
        }
        $0.drop("20-b.json") { $0.demand.slots = 3 }
        $0.drop("30-c.json") { $0.demand.labels = ["box"] }
        $0.look()
      },
      [
        "q: 10-a.json left alone: box hands out 1 gpu, and it needs 2",
        "q: 20-b.json left alone: box has 2 slots in all, and it needs 3", "claim 30-c.json as 0",
      ]),
    SchedulerCase(
      "Gpus that come later are taken",
      {
        $0.drop("10-a.json") { $0.demand.gpus = 1 }
        $0.look()
        $0.gpus = [GPU(id: "7", locks: ["7"])]
        $0.scheduler.offers(gpus: 1)
        $0.scan()
        $0.look()
      },
      [
        "q: 10-a.json left alone: box hands out 0 gpus, and it needs 1",
        "claim 10-a.json as 0 with gpu 7",
      ]),
    SchedulerCase(
      "A launcher that is not there is looked for again at each scan",
      {
        $0.drop("10-a.json") { $0.missing = "srun" }
        $0.look()
        $0.log += $0.scheduler.queues[0].missing.sorted()
        $0.files[0]["10-a.json"]?.missing = nil
        $0.look()
        $0.scan()
        $0.log += $0.scheduler.queues[0].missing.sorted()
        $0.look()
      }, ["q: 10-a.json left alone: launcher srun: not found", "srun", "claim 10-a.json as 0"]),
    SchedulerCase(
      "A launcher is not looked for while there is no room",
      {
        $0.drop("10-a.json")
        $0.drop("20-b.json") {
          $0.missing = "srun"
          $0.demand.slots = 2
        }
        $0.drop("30-c.json")
        $0.look()
      }, ["claim 10-a.json as 0", "claim 30-c.json as 1"]),
    SchedulerCase(
      "Other settings let what waits be read again",
      {
        $0.drop("10-a.json") { $0.demand.labels = ["big"] }
        $0.look()
        $0.files[0]["10-a.json"]?.demand.labels = []
        $0.look()
        $0.scheduler.queues[0].use(maxRunning: 5)
        $0.scan()
        $0.look()
      }, ["q: 10-a.json left alone: box lacks the label big", "claim 10-a.json as 0"]),
    SchedulerCase(
      "A file that was written anew is read anew",
      {
        $0.drop("10-a.json") { $0.demand.notBefore = SchedulerScene.time(100) }
        $0.look()
        $0.drop("10-a.json")
        $0.look()
      },
      ["q: 10-a.json waits until \(SchedulerScene.time(100).text)", "claim 10-a.json as 0"]),
  ]
}
