import SpoolQueue
import Testing

@testable import SpoolAgent

@Suite("Processes that do not end") struct RefusalTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let living: [Int32]
    var refused: Set<Int32> = []
    var killedFor: TimeSpan?
    /// The process, whether its signal was refused, and how many others there are; nil for no refusal.
    let found: (pid: Int32, isRefused: Bool, others: Int)?
  }

  private static let almost = TimeSpan(nanoseconds: 999_999_999)

  private static let cases = [
    Case(testDescription: "none is left", living: [], killedFor: .seconds(9), found: nil),
    Case(testDescription: "asked, and not killed yet", living: [7, 8], found: nil),
    Case(testDescription: "just before a second", living: [7, 8], killedFor: almost, found: nil),
    Case(
      testDescription: "a second after KILL", living: [8, 7], killedFor: .seconds(1),
      found: (7, false, 1)),
    Case(testDescription: "refused at once", living: [7, 8], refused: [8], found: (8, true, 0)),
    Case(
      testDescription: "two refused at once", living: [9, 7, 8], refused: [9, 8], killedFor: almost,
      found: (8, true, 1)),
    Case(
      testDescription: "a refusal is named before a process that outlives KILL", living: [7, 8, 9],
      refused: [9], killedFor: .seconds(2), found: (9, true, 2)),
    Case(
      testDescription: "refused, and gone meanwhile", living: [7], refused: [8], killedFor: almost,
      found: nil),
  ]

  @Test("The decision that a process does not end", arguments: cases)
  func decision(_ one: Case) {
    let refusal = Refusal(one.living, refused: one.refused, killedFor: one.killedFor)
    #expect(refusal?.pid == one.found?.pid)
    #expect(refusal?.isRefused == one.found?.isRefused)
    #expect(refusal?.others == one.found?.others)
  }

  @Test("The words for it") func words() {
    let facts = ProcessFacts(pid: 7, name: "sleep", state: "S", owner: "ann")
    #expect(
      facts.words(.notPermitted)
        == "process 7 (sleep), which belongs to ann, cannot be signalled: \(Errno.notPermitted)")
    #expect(facts.words(nil) == "process 7 (sleep) does not end although it got KILL (state S)")
    let waiting = ProcessFacts(pid: 7, name: "cp", state: "D", owner: nil)
    #expect(
      waiting.words(nil) == "process 7 (cp) waits in the kernel and takes no signal (state D)")
    #expect(waiting.words(.notPermitted).hasPrefix("process 7 (cp) cannot be signalled: "))
  }
}
