import SpoolQueue
import SpoolTesting
import Testing

@testable import SpoolAgent

extension SchedulerTests {
  @Test("Pauses between tries grow to a minute") func pauses() {
    var scene = SchedulerScene()
    var pauses: [Double] = []
    for _ in 1...9 {
      _ = scene.scheduler.startsFail("no space", "errno 28", in: 0, at: scene.moment)
      pauses.append((scene.scheduler.holdUntil - scene.moment.instant).seconds)
    }
    #expect(pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60])
  }

  @Test("A full host, or one that is held, reads no file") func full() {
    var scene = SchedulerScene(slots: 1)
    scene.drop("10-a.json")
    var decisions = scene.look() ?? 0
    #expect(decisions > 0)
    scene.drop("20-b.json")
    decisions = scene.look() ?? 1
    #expect(decisions == 0)
    scene.endRun(of: "10-a.json")
    scene.scheduler.holdUntil = .boot + .seconds(1)
    decisions = scene.look() ?? 1
    #expect(decisions == 0)
    #expect(scene.files[0]["20-b.json"]?.wasRead == false)
  }

  @Test("A round that has read for 200 ms ends, and the next one goes on") func cut() {
    var scheduler = SchedulerScene(slots: 9).scheduler
    for number in 1...3 { scheduler.queues[0].fileAppeared("\(number).json") }
    func moment(_ milliseconds: Int) -> Moment {
      Moment(instant: .boot + .milliseconds(milliseconds), time: SchedulerScene.start)
    }
    let begins = scheduler.begins(at: .boot)
    #expect(begins)
    scheduler.begin(Survey(claimed: [0: []]), at: moment(0))
    // The first is read however late it is.
    let first = scheduler.next(at: moment(300))
    #expect(first == .look(WaitingFile(queue: 0, name: "1.json")))
    scheduler.saw(.gone, at: moment(300))
    let second = scheduler.next(at: moment(300))
    #expect(second == nil)
    #expect(scheduler.round.isCut)
    #expect(scheduler.round.lookAgain == moment(300).instant)
    let isDone = scheduler.hasClaimedOnce(at: moment(300).instant)
    #expect(!isDone)
  }

  @Test("Thousands of files that are passed over let the clock be read") func stride() {
    var scene = SchedulerScene(slots: 9)
    for number in 1...5000 {
      let file = "\(number).json"
      scene.scheduler.queues[0].fileAppeared(file)
      scene.scheduler.queues[0].postpone(file, until: .boot + .seconds(1))
    }
    let decisions = scene.look()
    #expect(decisions == 1)
  }

  @Test("An agent with --once leaves when what fits has started, and tries again three times")
  func once() {
    var scene = SchedulerScene(until: .once)
    func isDone() -> Bool { scene.scheduler.hasClaimedOnce(at: scene.moment.instant) }
    #expect(isDone())
    scene.drop("10-a.json")
    scene.look()
    #expect(!isDone())
    for claim in Array(scene.mine.keys) { scene.scheduler.noteStart(of: claim) }
    #expect(isDone())
    scene.drop("20-b.json") { $0.claim = .crowded }
    for _ in 1...3 {
      scene.look()
      #expect(!isDone())
      scene.seconds += 0.05
    }
    scene.look()
    #expect(isDone())
  }

  @Test(
    "An agent that drains knows of work while anything runs, waits for room or time, or is tried again"
  )
  func drains() {
    var scene = SchedulerScene(until: .drained)
    scene.look()
    #expect(!scene.scheduler.knowsWork)
    scene.drop("10-a.json")
    scene.look()
    #expect(scene.scheduler.knowsWork)
    scene.endRun(of: "10-a.json")
    scene.drop("20-b.json") { $0.demand.notBefore = SchedulerScene.time(9) }
    scene.look()
    #expect(scene.scheduler.knowsWork)
    scene.files[0] = [:]
    scene.drop("30-c.json") { $0.demand.labels = ["big"] }
    scene.scan()
    scene.look()
    #expect(!scene.scheduler.knowsWork)
    let hasProspects = scene.scheduler.hasProspects(["30-c.json", "40-d.json.held"], in: 0)
    #expect(!hasProspects)
    #expect(
      scene.scheduler.farewell(from: 0) { 9 }?.words
        == "2 runs stay: 1 held, 1 that this host cannot run")
    scene.scheduler.queues[0].isPaused = true
    #expect(scene.scheduler.farewell(from: 0) { 0 } == nil)
    #expect(scene.scheduler.farewell(from: 0) { 1 }?.words == "1 run stays: the queue is paused")
    scene.scheduler.queues[0].goAway()
    scene.look()
    #expect(scene.scheduler.knowsWork)
  }

  @Test("An agent and spool why ask the same questions") func order() {
    let agents = WaitingCheck.ofQueue + WaitingCheck.ofFile
    // A held file has another name, there is an agent, and it asks once whether it can start anything. The
    // reading of the file itself answers whether it is a job.
    #expect(
      Set(agents) == Set(WaitingCheck.allCases).subtracting([.parked, .agents, .trouble, .file]))
    #expect(Set(agents).count == agents.count)
  }
}
