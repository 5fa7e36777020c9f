import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

@Suite("What is counted after a claim, since others may claim at the same moment")
struct ClaimVerdictTests {
  private func name(_ run: String, _ number: Int) -> QueueFileName {
    QueueFileName(priority: 50, stamp: "20261122T131501.482913Z", run: run).claimed(
      by: ClaimName(agent: "box-aaaa", number: number))
  }

  private func verdicts(_ claims: [(String, Int)], running: Int, limit: Int) -> [ClaimVerdict] {
    let names = claims.enumerated().map { (name: name($1.0, $0), size: $1.1) }
    return names.indices.map { number in
      ClaimVerdict(
        ClaimName(agent: "box-aaaa", number: number), starting: names, running: running,
        limit: limit)
    }
  }

  @Test("Within the limit all are kept") func kept() {
    #expect(
      verdicts([("a", 1), ("b", 1), ("c", 2)], running: 0, limit: 4) == [.kept, .kept, .kept])
    #expect(verdicts([("a", 1)], running: 2, limit: 3) == [.kept])
  }

  @Test("Over the limit the last by name go back, and none of the others is kept by that count")
  func crowded() {
    let claims = [("b", 1), ("a", 1), ("c", 2)]
    #expect(verdicts(claims, running: 0, limit: 3) == [.crowded, .crowded, .returned])
    // Two too many: the last one takes two.
    #expect(verdicts(claims, running: 1, limit: 3) == [.crowded, .crowded, .returned])
    #expect(verdicts(claims, running: 2, limit: 3) == [.returned, .crowded, .returned])
    #expect(verdicts(claims, running: 3, limit: 3) == [.returned, .returned, .returned])
  }

  @Test("A claim that is not among those that were listed is not kept either") func unlisted() {
    #expect(
      ClaimVerdict(
        ClaimName(agent: "box-aaaa", number: 9), starting: [(name("a", 1), 1)], running: 1, limit: 1
      )
        == .crowded)
  }

  @Test("The last may run already: then the one before it goes back") func moved() {
    // c is in running/ by then.
    #expect(verdicts([("a", 1)], running: 1, limit: 1) == [.returned])
  }

  @Test("Of several limits the strictest counts")
  func several() {
    let all: [ClaimVerdict] = [.kept, .crowded, .returned]
    for left in all {
      for right in all {
        let together = left.and(right)
        #expect(together == right.and(left))
        #expect((together == .kept) == (left == .kept && right == .kept))
        #expect((together == .returned) == (left == .returned || right == .returned))
      }
    }
  }
}
