import SpoolQueue
import Testing

@testable import SpoolAgent

/// What happens around an agent, and what its scheduler decides.
struct SchedulerCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  var slots = 2
  var gpus = 0
  var queues = 1
  let events: @Sendable (inout SchedulerScene) -> Void
  let decisions: [String]

  init(
    _ title: String, slots: Int = 2, gpus: Int = 0, queues: Int = 1,
    _ events: @escaping @Sendable (inout SchedulerScene) -> Void, _ decisions: [String]
  ) {
    testDescription = title
    self.slots = slots
    self.gpus = gpus
    self.queues = queues
    self.events = events
    self.decisions = decisions
  }
}

@Suite("What an agent decides") struct SchedulerTests {
  @Test("What is claimed, and in which order", arguments: claims) func claiming(
    _ example: SchedulerCase
  ) {
    play(example)
  }

  @Test("Which gpus a run gets, whole ones and shares", arguments: gpus) func handingOut(
    _ example: SchedulerCase
  ) {
    play(example)
  }

  @Test("What a file that was read leads to", arguments: readings) func reading(
    _ example: SchedulerCase
  ) {
    play(example)
  }

  @Test("What waits, and for what", arguments: waits) func waiting(_ example: SchedulerCase) {
    play(example)
  }

  @Test("For which runs room is kept, and starts that fail", arguments: troubles) func keeping(
    _ example: SchedulerCase
  ) {
    play(example)
  }

  private func play(_ example: SchedulerCase) {
    var scene = SchedulerScene(slots: example.slots, gpus: example.gpus, queues: example.queues)
    example.events(&scene)
    #expect(scene.log == example.decisions)
  }

  // MARK: Order and limits

  static let claims: [SchedulerCase] = [
    SchedulerCase(
      "The first in the queue's order is claimed first",
      {
        $0.drop("20-b.json")
        $0.drop("10-a.json")
        $0.look()
      }, ["claim 10-a.json as 0", "claim 20-b.json as 1"]),
    SchedulerCase(
      "A name without a priority comes last, and takes the slot that comes free", slots: 1,
      {
        $0.drop("a.json")
        $0.drop("98-b.json")
        $0.look()
        $0.endRun(of: "98-b.json")
        $0.look()
      }, ["claim 98-b.json as 0", "claim a.json as 0"]),
    SchedulerCase(
      "What does not fit is passed, and claimed when room comes",
      {
        $0.drop("10-a.json")
        $0.drop("20-big.json") { $0.demand.slots = 2 }
        $0.drop("30-c.json")
        $0.look()
        $0.endRun(of: "10-a.json")
        $0.look()
        $0.endRun(of: "30-c.json")
        $0.look()
      }, ["claim 10-a.json as 0", "claim 30-c.json as 1", "claim 20-big.json as 0"]),
    SchedulerCase(
      "Of those that wait for room the first that fit beside one another are claimed", slots: 4,
      {
        $0.drop("10-a.json") { $0.demand.slots = 4 }
        $0.look()
        $0.drop("20-b.json") { $0.demand.slots = 3 }
        $0.drop("30-c.json") { $0.demand.slots = 2 }
        $0.drop("40-d.json")
        $0.look()
        $0.endRun(of: "10-a.json")
        $0.look()
      }, ["claim 10-a.json as 0", "claim 20-b.json as 0", "claim 40-d.json as 1"]),
    SchedulerCase(
      "Runs of other agents take slots, and their ends raise no event",
      {
        $0.others = [(0, "x", Demand())]
        $0.drop("10-a.json")
        $0.drop("20-b.json")
        $0.look()
      }, ["claim 10-a.json as 0", "again in 500ms"]),
    SchedulerCase(
      "More may be in use than the host offers",
      {
        $0.others = [(0, "x", Demand()), (0, "y", Demand()), (0, "z", Demand())]
        $0.drop("10-a.json")
        $0.look()
      }, ["again in 500ms"]),
    SchedulerCase(
      "Gpus that others lock are not handed out", slots: 4, gpus: 3,
      {
        $0.lockedGPUs = ["1"]
        $0.drop("10-a.json") { $0.demand.gpus = 2 }
        $0.look()
      }, ["claim 10-a.json as 0 with gpu 02"]),
    SchedulerCase(
      "What needs no gpu passes what waits for one, and that is looked for each second", gpus: 1,
      {
        $0.lockedGPUs = ["0"]
        $0.drop("10-a.json") { $0.demand.gpus = 1 }
        $0.drop("20-b.json")
        $0.look()
        $0.lockedGPUs = []
        $0.look()
      }, ["claim 20-b.json as 0", "again in 1s", "claim 10-a.json as 1 with gpu 0"]),
    SchedulerCase(
      "Each queue that has something gives one before any gives two", slots: 4, queues: 2,
      {
        for file in ["10-a.json", "20-b.json", "30-c.json"] { $0.drop(file) }
        for file in ["50-x.json", "60-y.json"] { $0.drop(file, in: 1) }
        $0.look()
      },
      [
        "claim 10-a.json as 0", "claim 50-x.json as 1 of q1", "claim 20-b.json as 2",
        "claim 60-y.json as 3 of q1",
      ]),
    SchedulerCase(
      "Whose turn it is outlives a round", slots: 1, queues: 2,
      {
        for queue in 0...1 { for file in ["1.json", "2.json"] { $0.drop(file, in: queue) } }
        $0.look()
        $0.endRun(of: "1.json")
        $0.look()
      }, ["claim 1.json as 0", "claim 1.json as 0 of q1"]),
    SchedulerCase(
      "No more of a queue run than its settings say",
      {
        $0.scheduler.queues[0].use(maxRunning: 1)
        $0.drop("10-a.json")
        $0.drop("20-b.json")
        $0.look()
        $0.endRun(of: "10-a.json")
        $0.look()
      }, ["claim 10-a.json as 0", "again in 1s", "claim 20-b.json as 0"]),
    SchedulerCase(
      "Runs of other hosts count for the queue's limit, and another queue goes on", queues: 2,
      {
        $0.scheduler.queues[0].use(maxRunning: 1)
        $0.others = [(0, "x", Demand())]
        $0.drop("10-a.json")
        $0.drop("20-b.json", in: 1)
        $0.look()
      }, ["claim 20-b.json as 0 of q1", "again in 500ms"]),
    SchedulerCase(
      "What is held, being edited or no job is not read", slots: 4,
      {
        for file in ["1.json.held", "2.json.editing", ".3.json", "4.txt"] { $0.drop(file) }
        $0.look()
        $0.drop("1.json")
        $0.look()
      }, ["claim 1.json as 0"]),
    SchedulerCase(
      "Nothing is claimed in a queue that is paused, away or without settings", queues: 2,
      {
        $0.scheduler.queues[0].isPaused = true
        $0.scheduler.queues[1].goAway()
        $0.drop("10-a.json")
        $0.drop("20-b.json", in: 1)
        $0.look()
        $0.scheduler.queues[0].isPaused = false
        $0.look()
        $0.scan(1)
        $0.look()
        $0.scheduler.queues[0] = WaitingQueue("q")
        $0.drop("30-c.json")
        $0.endRun(of: "10-a.json")
        $0.look()
      }, ["claim 10-a.json as 0", "claim 20-b.json as 1 of q1"]),
    SchedulerCase(
      "A sweep that has as many running as it may lets others pass", slots: 3,
      {
        for number in 1...3 {
          $0.drop("10-s-abcd-000\(number).json") {
            $0.sweep = "s-abcd"
            $0.limit = 1
          }
        }
        $0.drop("20-a.json")
        $0.look()
        $0.endRun(of: "10-s-abcd-0001.json")
        $0.look()
      },
      [
        "claim 10-s-abcd-0001.json as 0", "claim 20-a.json as 1", "again in 1s",
        "claim 10-s-abcd-0002.json as 0", "again in 1s",
      ]),
    SchedulerCase(
      "A sweep without a limit has as many as fit",
      {
        for number in 1...2 {
          $0.drop("10-s-abcd-000\(number).json") { $0.sweep = "s-abcd" }
        }
        $0.look()
      }, ["claim 10-s-abcd-0001.json as 0", "claim 10-s-abcd-0002.json as 1"]),
  ]

  // MARK: Reading and claiming

  static let readings: [SchedulerCase] = [
    SchedulerCase(
      "A file that is gone is passed",
      {
        $0.scheduler.queues[0].fileAppeared("10-a.json")
        $0.drop("20-b.json")
        $0.look()
      }, ["claim 20-b.json as 0"]),
    SchedulerCase(
      "What is no job for this agent is left alone, and said once",
      {
        $0.drop("10-a.json") { $0.kind = .leftAlone }
        $0.look()
        $0.scan()
        $0.look()
      }, ["q: 10-a.json left alone: a directory"]),
    SchedulerCase(
      "What does not parse is judged once it has stood still for five seconds",
      {
        $0.drop("10-a.json") { $0.kind = .incomplete }
        $0.look()
        $0.seconds = 4
        $0.look()
        $0.seconds = 5
        $0.look()
      },
      [
        "q: 10-a.json left alone: it may still be on its way: line 1: cut off", "again in 5s",
        "next in 1s", "claim 10-a.json as 0",
      ]),
    SchedulerCase(
      "A file that was completed, and then waits, is no longer on its way",
      {
        $0.drop("10-a.json") { $0.kind = .incomplete }
        $0.look()
        $0.drop("10-a.json") { $0.demand.labels = ["big"] }
        $0.seconds = 2
        $0.look()
        $0.seconds = 60
        $0.look()
        $0.note($0.scheduler.queues[0].hasUnfinished ? "on its way" : "settled")
      },
      [
        "q: 10-a.json left alone: it may still be on its way: line 1: cut off", "again in 5s",
        "next in 3s", "q: 10-a.json left alone: box lacks the label big", "settled",
      ]),
    SchedulerCase(
      "By the file server's clock it may have stood still already",
      {
        $0.scheduler.queues[0].serverTime = SchedulerScene.root?.changed.adding(seconds: 4.9)
        $0.drop("10-a.json") { $0.kind = .incomplete }
        $0.look()
        $0.scheduler.queues[0].serverTime = SchedulerScene.root?.changed.adding(seconds: 5)
        $0.scan()
        $0.look()
      },
      [
        "q: 10-a.json left alone: it may still be on its way: line 1: cut off", "again in 5s",
        "next in 5s",
        "claim 10-a.json as 0",
      ]),
    SchedulerCase(
      "What will never run is claimed, so that it ends",
      {
        $0.drop("10-a.json") { $0.kind = .wrong }
        $0.drop("20-b.json") { $0.kind = .unclear }
        $0.look()
      }, ["claim 10-a.json as 0", "claim 20-b.json as 1"]),
    SchedulerCase(
      "What refuses to be read or claimed keeps no other file waiting",
      {
        $0.drop("10-a.json") { $0.kind = .refused }
        $0.drop("20-b.json") { $0.claim = .refused }
        $0.drop("30-c.json")
        $0.look()
      },
      [
        "q: 10-a.json left alone: it cannot be claimed: \(Errno.notPermitted)",
        "q: 20-b.json left alone: it cannot be claimed: \(Errno.notPermitted)",
        "claim 30-c.json as 0",
      ]),
    SchedulerCase(
      "What moves on while it is read is looked at again",
      {
        $0.drop("10-a.json") { $0.kind = .vanished }
        $0.look()
        $0.files[0]["10-a.json"]?.kind = .job
        $0.seconds = 4
        $0.scheduler.queues[0].fileAppeared("10-a.json")
        $0.look()
        $0.seconds = 5
        $0.look()
      },
      [
        "q: 10-a.json left alone: it is looked at again: /q/file: cannot read: \(Errno.notFound)",
        "again in 5s", "next in 1s", "claim 10-a.json as 0",
      ]),
    SchedulerCase(
      "A failing disk ends the round, and the file goes to the side",
      {
        $0.drop("10-a.json") { $0.kind = .broken }
        $0.drop("20-b.json")
        $0.look()
        $0.seconds = 1
        $0.look()
        $0.seconds = 2
        $0.look()
        $0.files[0]["10-a.json"]?.kind = .job
        $0.seconds = 5
        $0.look()
      },
      [
        "again in 2s", "next in 4s", "again in 1s", "next in 3s", "claim 20-b.json as 0",
        "claim 10-a.json as 1",
      ]),
    SchedulerCase(
      "A claim that the disk refuses to make is tried again, too",
      {
        $0.drop("10-a.json") { $0.claim = .broken }
        $0.look()
        $0.files[0]["10-a.json"]?.claim = .won
        $0.seconds = 5
        $0.look()
      }, ["again in 2s", "claim 10-a.json as 0"]),
    SchedulerCase(
      "What another agent was quicker to claim is its own",
      {
        $0.drop("10-a.json") { $0.claim = .lost }
        $0.drop("20-b.json")
        $0.look()
      }, ["claim 20-b.json as 0"]),
    SchedulerCase(
      "A dropped file whose name is reserved waits half a second, and the second time with a word",
      {
        $0.drop("a.json") { $0.claim = .reserved }
        $0.look()
        $0.seconds = 0.5
        $0.look()
        $0.files[0]["a.json"]?.claim = .won
        $0.seconds = 1
        $0.look()
      },
      [
        "again in 500ms", "q: a.json waits for its name, which was reserved a moment ago",
        "again in 500ms", "claim a.json as 0",
      ]),
    SchedulerCase(
      "After a claim that was too many nothing is claimed for 50 ms, and then it is tried again",
      {
        $0.drop("10-a.json") { $0.claim = .crowded }
        $0.drop("20-b.json")
        $0.look()
        $0.files[0]["10-a.json"]?.claim = .won
        $0.look()
        $0.seconds = 0.05
        $0.look()
      },
      ["again in 50ms", "again in 50ms", "claim 10-a.json as 0", "claim 20-b.json as 1"]),
  ]
}
