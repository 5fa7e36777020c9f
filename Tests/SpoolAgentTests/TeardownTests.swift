import Testing

@testable import SpoolAgent

/// Stopping as data: no process is started, and no clock is read.
@Suite("How processes are stopped") struct TeardownTests {
  private static let second: Int64 = 1_000_000_000

  /// A look that something was sent at.
  private struct Sent: Equatable, CustomStringConvertible {
    let signal: Int32
    /// Milliseconds after the beginning.
    let at: Int64

    init(_ signal: Int32, _ at: Int64) {
      self.signal = signal
      self.at = at
    }

    var description: String { "\(SignalName.text(signal)) at \(at) ms" }
  }

  /// Plays a teardown on a clock that jumps from one moment at which it asks to be asked to the next.
  ///
  /// - Parameter isChanged: Whether a look at so many milliseconds finds other processes than the last.
  private func play(
    _ teardown: Teardown, from start: Int64 = 0, looks: Int,
    isChanged: (Int64) -> Bool = { _ in false }
  ) -> [Sent] {
    var teardown = teardown
    var sent: [Sent] = []
    var now = start
    // Steps without a signal take a turn each.
    for _ in 0..<100 where sent.count < looks {
      now = Swift.max(now, teardown.next)
      guard let signal = teardown.due(at: now) else { continue }
      let moment = (now - start) / 1_000_000
      sent.append(Sent(signal, moment))
      teardown.looked(at: now, isChanged: isChanged(moment))
    }
    return sent
  }

  @Test("A command is asked once, and gets KILL after its grace, at pauses that double up to 10 s")
  func asking() {
    let sent = play(.asking(SignalNumber.term, grace: 10, at: 0), looks: 15)
    #expect(
      sent.map(\.description) == [
        "TERM at 0 ms", "KILL at 10000 ms", "KILL at 10010 ms", "KILL at 10030 ms",
        "KILL at 10070 ms", "KILL at 10150 ms", "KILL at 10310 ms", "KILL at 10630 ms",
        "KILL at 11270 ms", "KILL at 12550 ms", "KILL at 15110 ms", "KILL at 20230 ms",
        "KILL at 30230 ms", "KILL at 40230 ms", "KILL at 50230 ms",
      ])
  }

  @Test("Between the signal that asks and KILL nothing is due, however often it is asked")
  func once() {
    var teardown = Teardown.asking(SignalNumber.warning, grace: 10, at: 5 * Self.second)
    #expect(teardown.due(at: 5 * Self.second) == SignalNumber.warning)
    teardown.looked(at: 5 * Self.second, isChanged: true)
    teardown.lookAgain()
    #expect(teardown.next == 15 * Self.second)
    for moment in 5..<15 { #expect(teardown.due(at: Int64(moment) * Self.second) == nil) }
    #expect(!teardown.isKilling)
    #expect(teardown.due(at: 15 * Self.second) == SignalNumber.kill)
    #expect(teardown.isKilling)
  }

  @Test("Without a step KILL is the first that is due")
  func atOnce() {
    var teardown = Teardown(at: 7)
    #expect(teardown.due(at: 7) == SignalNumber.kill)
    #expect(teardown.untilKill(at: 7) == 0)
  }

  @Test(
    "A command is asked also without any grace, and late: KILL follows at the same moment",
    arguments: [(0, 7), (0.5, 9_000_000_000)])
  func graceOfNothing(_ grace: Double, _ now: Int64) {
    var teardown = Teardown.asking(SignalNumber.warning, grace: grace, at: 7)
    #expect(teardown.due(at: now) == SignalNumber.warning)
    teardown.looked(at: now, isChanged: false)
    #expect(teardown.next <= now)
    #expect(teardown.due(at: now) == SignalNumber.kill)
    #expect(teardown.untilKill(at: now) == 0)
  }

  @Test("A grace beyond all clocks is no end, and no overflow")
  func endless() {
    var teardown = Teardown.asking(SignalNumber.term, grace: .greatestFiniteMagnitude, at: 1)
    #expect(teardown.due(at: 1) == SignalNumber.term)
    teardown.looked(at: 1, isChanged: false)
    #expect(teardown.next == 1 + 1_000_000_000 * Self.second)
    #expect(teardown.due(at: 999_999_999 * Self.second) == nil)
    var second = Teardown(
      [.init(signal: SignalNumber.term, duration: .max)], at: 9_000_000_000 * Self.second)
    #expect(second.due(at: 9_100_000_000 * Self.second) == SignalNumber.term)
    #expect(!second.isKilling)
  }

  @Test(
    "What a command left ends by itself, is asked at pauses up to 200 ms, and gets KILL after 5 s")
  func leftovers() {
    let sent = play(
      .leftovers(respite: 0.1, after: nil, at: 3 * Self.second), from: 3 * Self.second, looks: 40)
    #expect(sent.prefix(7).map(\.at) == [100, 110, 130, 170, 250, 410, 610])
    #expect(sent.prefix { $0.signal == SignalNumber.term }.last == Sent(SignalNumber.term, 5010))
    #expect(sent.first { $0.signal == SignalNumber.kill } == Sent(SignalNumber.kill, 5100))
    #expect(sent.last { $0.signal == SignalNumber.term }?.at == 5010)
  }

  @Test("While processes come and go it is a matter of being quick")
  func changes() {
    let sent = play(.leftovers(respite: 0, after: nil, at: 0), looks: 8) { $0 < 30 }
    #expect(sent.map(\.at) == [0, 10, 20, 30, 50, 90, 170, 330])
    let killed = play(Teardown(at: 0), looks: 8) { $0 == 70 }
    #expect(killed.map(\.at) == [0, 10, 30, 70, 80, 100, 140, 220])
  }

  @Test("The end of a child makes a look due at once where there are several, and not in a respite")
  func lookingAgain() {
    var teardown = Teardown.leftovers(respite: 1, after: nil, at: 0)
    #expect(teardown.due(at: 0) == nil)
    teardown.lookAgain()
    #expect(teardown.next == Self.second)
    #expect(teardown.due(at: Self.second) == SignalNumber.term)
    teardown.looked(at: Self.second, isChanged: false)
    #expect(teardown.due(at: Self.second + 1) == nil)
    teardown.lookAgain()
    #expect(teardown.due(at: Self.second + 1) == SignalNumber.term)
  }

  /// What had stopped a command that has ended, and when what it left gets its signals.
  struct After: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let stopping: Teardown
    /// When the command ended, in seconds.
    let ended: Int64
    let term: Int64?
    let kill: Int64
  }

  private static let afters = [
    After(
      testDescription: "a long grace: 5 s are left of it at most",
      stopping: .asking(SignalNumber.term, grace: 60, at: 0), ended: 2, term: 2, kill: 7),
    After(
      testDescription: "the end of a grace: what is left of it",
      stopping: .asking(SignalNumber.term, grace: 10, at: 0), ended: 8, term: 8, kill: 10),
    After(
      testDescription: "a grace that is over: KILL at once",
      stopping: .asking(SignalNumber.term, grace: 10, at: 0), ended: 11, term: nil, kill: 11),
    After(testDescription: "KILL", stopping: Teardown(at: 0), ended: 3, term: nil, kill: 3),
  ]

  @Test(
    "What a stopped command left has no respite, and no more time than that had", arguments: afters)
  func leftoversOfStopped(_ after: After) {
    let ended = after.ended * Self.second
    let sent = play(
      .leftovers(respite: 60, after: after.stopping, at: ended), from: ended, looks: 60)
    #expect(sent.first { $0.signal == SignalNumber.term }?.at == after.term.map { _ in 0 })
    #expect(
      sent.first { $0.signal == SignalNumber.kill }?.at == (after.kill - after.ended) * 1000)
    #expect(sent.last?.signal == SignalNumber.kill)
  }

  @Test("Hurried, KILL is due at once, and the pauses of one that kills already stay")
  func hurry() {
    var teardown = Teardown.leftovers(respite: 60, after: nil, at: 0)
    #expect(teardown.due(at: 0) == nil)
    teardown.hurry(at: Self.second)
    #expect(teardown.due(at: Self.second) == SignalNumber.kill)
    teardown.looked(at: Self.second, isChanged: false)
    teardown.hurry(at: Self.second + 1)
    #expect(teardown.due(at: Self.second + 1) == nil)
    #expect(teardown.next == Self.second + 10_000_000)
  }

  @Test("Whatever its steps, it comes to KILL and stays there")
  func alwaysKills() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      let steps = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
        Teardown.Step(
          signal: Bool.random(using: &generator) ? SignalNumber.term : nil,
          duration: Int64.random(in: 0...2_000_000_000, using: &generator),
          pauses: Bool.random(using: &generator) ? 100_000_000...400_000_000 : nil)
      }
      let whole = steps.reduce(0) { $0 + $1.duration }
      let sent = play(Teardown(steps, at: 0), looks: 100)
      let kills = sent.drop { $0.signal != SignalNumber.kill }
      #expect(kills.first?.at == whole / 1_000_000, "\(steps)")
      #expect(kills.allSatisfy { $0.signal == SignalNumber.kill }, "\(steps)")
      #expect(sent.map(\.at) == sent.map(\.at).sorted(), "\(steps)")
    }
  }
}
