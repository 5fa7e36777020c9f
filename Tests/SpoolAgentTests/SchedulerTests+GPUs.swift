import SpoolQueue

@testable import SpoolAgent

extension SchedulerTests {
  static let gpus: [SchedulerCase] = [
    SchedulerCase(
      "A gpu is not given twice", slots: 4, gpus: 2,
      {
        $0.drop("10-a.json") { $0.demand.gpus = 1 }
        $0.drop("20-b.json") { $0.demand.gpus = 1 }
        $0.drop("30-c.json") { $0.demand.gpus = 1 }
        $0.look()
        $0.endRun(of: "10-a.json")
        $0.look()
      },
      [
        "claim 10-a.json as 0 with gpu 0", "claim 20-b.json as 1 with gpu 1", "again in 1s",
        "claim 30-c.json as 0 with gpu 0",
      ]),
    SchedulerCase(
      "Before it is known whether others use the gpus, what wants one keeps its turn", slots: 1,
      gpus: 1,
      {
        $0.isUnsureOfGPUs = true
        $0.drop("10-a.json") { $0.demand.gpus = 1 }
        $0.drop("20-b.json")
        $0.look()
        $0.note("asks \($0.scheduler.round.asksAboutGPUs)")
        $0.look()
        $0.isUnsureOfGPUs = false
        $0.look()
        $0.note("asks \($0.scheduler.round.asksAboutGPUs)")
      },
      [
        "asks true", "claim 10-a.json as 0 with gpu 0", "again in 1s", "asks false",
      ]),
    SchedulerCase(
      "It holds up nothing that needs no gpu and has room, and nothing if no gpu is free", slots: 2,
      gpus: 1,
      {
        $0.isUnsureOfGPUs = true
        $0.drop("10-a.json") { $0.demand.gpus = 1 }
        $0.drop("20-b.json")
        $0.look()
        $0.endRun(of: "20-b.json")
        $0.lockedGPUs = ["0"]
        $0.drop("30-c.json") { $0.demand.slots = 2 }
        $0.look()
        $0.note("asks \($0.scheduler.round.asksAboutGPUs)")
      }, ["claim 20-b.json as 0", "claim 30-c.json as 0", "again in 1s", "asks false"]),
    SchedulerCase(
      "Shares fill a gpu that is shared already, and the one with the least room that is enough",
      slots: 9, gpus: 2,
      {
        $0.drop("10-a.json") { $0.demand.gpus = 0.5 }
        $0.drop("20-b.json") { $0.demand.gpus = 0.75 }
        $0.drop("30-c.json") { $0.demand.gpus = 0.25 }
        $0.drop("40-d.json") { $0.demand.gpus = 0.5 }
        $0.drop("50-e.json") { $0.demand.gpus = 0.125 }
        $0.look()
        $0.endRun(of: "20-b.json")
        $0.look()
      },
      [
        "claim 10-a.json as 0 with gpu 0 by 4", "claim 20-b.json as 1 with gpu 1 by 6",
        "claim 30-c.json as 2 with gpu 1 by 2", "claim 40-d.json as 3 with gpu 0 by 4",
        "again in 1s",
        "claim 50-e.json as 1 with gpu 1 by 1",
      ]),
    SchedulerCase(
      "A share leaves whole gpus to those that want one, and none of these takes a shared one",
      slots: 9, gpus: 2,
      {
        $0.lockedParts = ["1": 3]
        $0.drop("10-a.json") { $0.demand.gpus = 0.625 }
        $0.drop("20-b.json") { $0.demand.gpus = 1 }
        $0.drop("30-c.json") { $0.demand.gpus = 1 }
        $0.look()
        $0.endRun(of: "10-a.json")
        $0.look()
        $0.lockedParts = [:]
        $0.look()
      },
      [
        "claim 10-a.json as 0 with gpu 1 by 5", "claim 20-b.json as 1 with gpu 0", "again in 1s",
        "again in 1s", "claim 30-c.json as 0 with gpu 1",
      ]),
    SchedulerCase(
      "A share of a gpu that runs have needs no answer whether others use it", slots: 9, gpus: 2,
      {
        $0.lockedParts = ["0": 4]
        $0.isUnsureOfGPUs = true
        $0.drop("10-a.json") { $0.demand.gpus = 0.5 }
        $0.look()
        $0.drop("20-b.json") { $0.demand.gpus = 0.5 }
        $0.look()
        $0.note("asks \($0.scheduler.round.asksAboutGPUs)")
      }, ["claim 10-a.json as 0 with gpu 0 by 4", "again in 1s", "asks true"]),
    SchedulerCase(
      "What has waited for a whole gpu for too long is not passed by shares for ever", slots: 9,
      gpus: 1,
      {
        $0.drop("10-a.json") { $0.demand.gpus = 0.5 }
        $0.look()
        $0.drop("20-b.json") { $0.demand.gpus = 1 }
        $0.look()
        $0.seconds += 600
        $0.drop("30-c.json") { $0.demand.gpus = 0.25 }
        $0.look()
        $0.endRun(of: "10-a.json")
        $0.look()
      },
      [
        "claim 10-a.json as 0 with gpu 0 by 4", "again in 1s", "again in 1s",
        "claim 20-b.json as 0 with gpu 0", "again in 1s",
      ]),
  ]
}
