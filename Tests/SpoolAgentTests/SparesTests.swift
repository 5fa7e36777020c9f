import SpoolQueue
import Testing

@testable import SpoolAgent

@Suite("How many runners wait for runs") struct SparesTests {
  private func at(_ seconds: Double) -> Instant { .first + .seconds(1e6) + .seconds(seconds) }

  private func plan(
    waiting: Int, busy: Int = 0, taken: Double = 0, freed: Double = 0, at seconds: Double
  ) -> Spares.Plan {
    var spares = Spares()
    spares.wasTaken(at: at(taken), isLast: true)
    spares.wasFreed(at: at(freed))
    return spares.plan(waiting: waiting, busy: busy, at: at(seconds))
  }

  @Test("Nothing was run yet: one is made, and stays without a look at the time") func first() {
    #expect(Spares().plan(waiting: 0, busy: 0, at: at(0)) == Spares.Plan(surplus: -1))
    #expect(Spares().plan(waiting: 1, busy: 0, at: at(0)) == Spares.Plan())
    #expect(plan(waiting: 1, at: 100) == Spares.Plan())
  }

  @Test("The runner of a run that goes on is replaced after a second") func replaced() {
    #expect(plan(waiting: 0, busy: 1, at: 0.2) == Spares.Plan(next: at(1)))
    #expect(plan(waiting: 0, busy: 1, at: 1) == Spares.Plan(surplus: -1))
    #expect(plan(waiting: 0, busy: 0, at: 0.2) == Spares.Plan(surplus: -1))
    #expect(plan(waiting: 1, busy: 3, at: 0.2) == Spares.Plan())
    // Runs that come meanwhile, and are each given a new one, put it off no longer.
    var spares = Spares()
    spares.wasTaken(at: at(0), isLast: true)
    spares.wasTaken(at: at(0.9), isLast: false)
    #expect(spares.plan(waiting: 0, busy: 2, at: at(1)) == Spares.Plan(surplus: -1))
  }

  @Test("A second one stays for half a minute after the last run, and no third one") func surplus()
  {
    #expect(plan(waiting: 2, freed: 5, at: 10) == Spares.Plan(next: at(35)))
    #expect(plan(waiting: 2, taken: 7, freed: 5, at: 10) == Spares.Plan(next: at(37)))
    #expect(plan(waiting: 2, freed: 5, at: 35) == Spares.Plan(surplus: 1))
    #expect(plan(waiting: 5, freed: 5, at: 10) == Spares.Plan(surplus: 3, next: at(35)))
    #expect(plan(waiting: 5, freed: 5, at: 35) == Spares.Plan(surplus: 4))
  }
}
