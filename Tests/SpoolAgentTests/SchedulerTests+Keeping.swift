import SpoolQueue
import Testing

@testable import SpoolAgent

extension SchedulerTests {
  // MARK: Kept room and trouble

  static let troubles: [SchedulerCase] = [
    SchedulerCase(
      "Smaller runs pass a large one for ten minutes",
      {
        $0.drop("10-a.json")
        $0.drop("20-big.json") { $0.demand.slots = 2 }
        $0.look()
        $0.seconds = 599
        $0.drop("30-c.json")
        $0.look()
      }, ["claim 10-a.json as 0", "claim 30-c.json as 1"]),
    SchedulerCase(
      "Then room is kept for it until it has started",
      {
        $0.drop("10-a.json")
        $0.drop("20-big.json") { $0.demand.slots = 2 }
        $0.look()
        $0.seconds = 600
        $0.drop("30-c.json")
        $0.look()
        $0.endRun(of: "10-a.json")
        $0.look()
        $0.endRun(of: "20-big.json")
        $0.look()
      }, ["claim 10-a.json as 0", "claim 20-big.json as 0", "claim 30-c.json as 0"]),
    SchedulerCase(
      "One that has waited for so long when it is read has room kept at once", slots: 3,
      {
        $0.seconds = 700
        $0.drop("10-a.json")
        $0.drop("20-big.json") {
          $0.demand.slots = 3
          $0.demand.since = SchedulerScene.time(0)
        }
        $0.drop("30-c.json")
        $0.look()
      }, ["claim 10-a.json as 0"]),
    SchedulerCase(
      "What goes before it in the order is not held up",
      {
        $0.drop("10-a.json")
        $0.drop("20-big.json") { $0.demand.slots = 2 }
        $0.look()
        $0.seconds = 600
        $0.drop("15-c.json")
        $0.look()
      }, ["claim 10-a.json as 0", "claim 15-c.json as 1"]),
    SchedulerCase(
      "What needs nothing of what it lacks is not held up", slots: 3, gpus: 1,
      {
        $0.lockedGPUs = ["0"]
        $0.drop("10-big.json") { $0.demand.gpus = 1 }
        $0.look()
        $0.seconds = 600
        $0.drop("20-b.json") { $0.demand.slots = 2 }
        $0.drop("30-c.json")
        $0.look()
      }, ["again in 1s", "claim 20-b.json as 0", "again in 1s"]),
    SchedulerCase(
      "Runs of other queues wait for it, too, and of two it is the one that has waited longer",
      slots: 2, queues: 3,
      {
        $0.drop("10-a.json")
        $0.look()
        $0.drop("10-new.json") { $0.demand.slots = 2 }
        $0.seconds = 1
        $0.drop("10-old.json", in: 1) {
          $0.demand.slots = 2
          $0.demand.since = SchedulerScene.time(-5)
        }
        $0.look()
        $0.seconds = 650
        $0.drop("10-c.json", in: 2)
        $0.look()
        $0.endRun(of: "10-a.json")
        $0.look()
        $0.endRun(of: "10-old.json")
        $0.look()
      }, ["claim 10-a.json as 0", "claim 10-old.json as 0 of q1", "claim 10-new.json as 0"]),
    SchedulerCase(
      "A host that cannot make a process tries one run at a time, another one first", slots: 3,
      {
        $0.drop("10-a.json") { $0.claim = .noRunner }
        $0.drop("20-b.json")
        $0.drop("30-c.json")
        $0.look()
        $0.look()
        $0.seconds = 1
        $0.look()
        $0.seconds = 1.5
        $0.look()
        for claim in Array($0.mine.keys) { $0.start(claim) }
        $0.files[0]["10-a.json"]?.claim = .won
        $0.look()
      },
      [
        "q: cannot start runs: no process; it is tried again, each time after a longer pause",
        "next in 1.25s", "again in 1s", "next in 250ms", "claim 20-b.json as 0",
        "claim 10-a.json as 1", "claim 30-c.json as 2",
      ]),
    SchedulerCase(
      "A cause is told once, published at the second failure, and withdrawn",
      {
        for _ in 1...3 {
          let moment = $0.moment
          $0.apply($0.scheduler.startsFail("no space", "errno 28", in: 0, at: moment))
        }
        $0.apply($0.scheduler.startsWork())
        $0.apply($0.scheduler.startsWork())
      },
      [
        "q: cannot start runs: no space; it is tried again, each time after a longer pause",
        "trouble: no space", "trouble: none",
      ]),
    SchedulerCase(
      "A host that was in trouble for long says when it works again",
      {
        for second in 1...4 {
          $0.seconds = Double(second)
          let moment = $0.moment
          $0.apply($0.scheduler.startsFail("fork \(second)", "errno 11", in: 0, at: moment))
        }
        $0.apply($0.scheduler.startsWork())
      },
      [
        "q: cannot start runs: fork 1; it is tried again, each time after a longer pause",
        "trouble: fork 2", "trouble: fork 3", "trouble: fork 4", "q: runs can be started again",
        "trouble: none",
      ]),
    SchedulerCase(
      "A cause that comes again after ten minutes is told again",
      {
        for second in [0.0, 599, 1198, 1799] {
          $0.seconds = second
          let moment = $0.moment
          $0.apply($0.scheduler.startsFail("no space", "errno 28", in: 0, at: moment))
          $0.apply($0.scheduler.startsWork())
        }
      },
      [
        "q: cannot start runs: no space; it is tried again, each time after a longer pause",
        "q: cannot start runs: no space; it is tried again, each time after a longer pause",
      ]),
  ]
}
