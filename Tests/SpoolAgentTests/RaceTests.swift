import Testing

@testable import SpoolAgent
@testable import SpoolProtocol

@Suite("How an agent fares that claims the same runs as others") struct RaceTests {
  @Test("It stands back longer each time that it was too late for every run, and not after a win")
  func standingBack() {
    var race = Race()
    var now = Instant.now
    for milliseconds in [1, 2, 4, 8, 16, 20, 20] {
      race.begin(hasRivals: true)
      #expect(!race.isLost)
      race.lose()
      #expect(race.isLost)
      race.end(at: now)
      #expect(race.isLosing && race.goesOn(after: now) == now + .milliseconds(milliseconds))
      now = now + .milliseconds(milliseconds)
      #expect(!race.isStandingBack(at: now))
    }
    // A round without runs changes nothing.
    race.begin(hasRivals: true)
    race.end(at: now)
    #expect(race.isLosing && !race.isStandingBack(at: now))
    race.begin(hasRivals: true)
    race.win()
    race.lose()
    #expect(!race.isLost)
    race.end(at: now)
    #expect(!race.isLosing)
  }

  @Test("Without others nothing is lost by a file that is gone") func alone() {
    var race = Race()
    race.begin(hasRivals: false)
    race.lose()
    #expect(!race.isLost)
    race.end(at: .now)
    #expect(!race.isLosing)
  }
}
