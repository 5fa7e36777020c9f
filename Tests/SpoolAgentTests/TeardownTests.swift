import SpoolQueue
import SpoolTesting
import Testing

@testable import SpoolAgent

/// Stopping as data: no process is started, and no clock is read.
@Suite("How processes are stopped") struct TeardownTests {
  /// The moment so many seconds after the start of the machine.
  private static func at(_ seconds: Int) -> Instant { .boot + .milliseconds(seconds * 1000) }

  private static let nanosecond = TimeSpan(nanoseconds: 1)

  /// A look that something was sent at.
  private struct Sent: Equatable, CustomStringConvertible {
    let signal: Int32
    /// Milliseconds after the beginning.
    let at: Int

    init(_ signal: Int32, _ at: Int) {
      self.signal = signal
      self.at = at
    }

    var description: String { "\(SignalName.text(signal)) at \(at) ms" }
  }

  /// Plays a teardown on a clock that jumps from one moment at which it asks to be asked to the next.
  ///
  /// - Parameter isChanged: Whether a look at so many milliseconds finds other processes than the last.
  private func play(
    _ teardown: Teardown, from start: Instant = .boot, looks: Int,
    isChanged: (Int) -> Bool = { _ in false }
  ) -> [Sent] {
    var teardown = teardown
    var sent: [Sent] = []
    var now = start
    // Steps without a signal take a turn each.
    for _ in 0..<100 where sent.count < looks {
      now = Swift.max(now, teardown.next)
      guard let signal = teardown.due(at: now) else { continue }
      let moment = (now - start).milliseconds
      sent.append(Sent(signal, moment))
      teardown.looked(at: now, isChanged: isChanged(moment))
    }
    return sent
  }

  @Test("A command is asked once, and gets KILL after its grace, at pauses that double up to 10 s")
  func asking() {
    let sent = play(.asking(SignalNumber.term, grace: .seconds(10), at: .boot), looks: 15)
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
    var teardown = Teardown.asking(SignalNumber.warning, grace: .seconds(10), at: Self.at(5))
    #expect(teardown.due(at: Self.at(5)) == SignalNumber.warning)
    teardown.looked(at: Self.at(5), isChanged: true)
    teardown.lookAgain()
    #expect(teardown.next == Self.at(15))
    for moment in 5..<15 { #expect(teardown.due(at: Self.at(moment)) == nil) }
    #expect(!teardown.isKilling)
    #expect(teardown.due(at: Self.at(15)) == SignalNumber.kill)
    #expect(teardown.isKilling)
  }

  @Test("Without a step KILL is the first that is due")
  func atOnce() {
    var teardown = Teardown(at: .boot)
    #expect(teardown.due(at: .boot) == SignalNumber.kill)
    #expect(teardown.untilKill(at: .boot) == .zero)
  }

  @Test(
    "A command is asked also without any grace, and late: KILL follows at the same moment",
    arguments: [(TimeSpan.zero, at(7)), (.milliseconds(500), at(9))])
  func graceOfNothing(_ grace: TimeSpan, _ now: Instant) {
    var teardown = Teardown.asking(SignalNumber.warning, grace: grace, at: Self.at(7))
    #expect(teardown.due(at: now) == SignalNumber.warning)
    teardown.looked(at: now, isChanged: false)
    #expect(teardown.next <= now)
    #expect(teardown.due(at: now) == SignalNumber.kill)
    #expect(teardown.untilKill(at: now) == .zero)
  }

  @Test("A grace beyond all clocks is no end, and no overflow")
  func endless() {
    var teardown = Teardown.asking(
      SignalNumber.term, grace: .seconds(.greatestFiniteMagnitude), at: Self.at(1))
    #expect(teardown.due(at: Self.at(1)) == SignalNumber.term)
    teardown.looked(at: Self.at(1), isChanged: false)
    #expect(teardown.next == Self.at(1_000_000_001))
    #expect(teardown.due(at: Self.at(999_999_999)) == nil)
    var second = Teardown(
      [.init(signal: SignalNumber.term, duration: .endless)], at: Self.at(9_000_000_000))
    #expect(second.due(at: Self.at(9_100_000_000)) == SignalNumber.term)
    #expect(!second.isKilling)
  }

  @Test(
    "What a command left ends by itself, is asked at pauses up to 200 ms, and gets KILL after 5 s")
  func leftovers() {
    let sent = play(
      .leftovers(respite: .milliseconds(100), after: nil, at: Self.at(3)), from: Self.at(3),
      looks: 40)
    #expect(sent.prefix(7).map(\.at) == [100, 110, 130, 170, 250, 410, 610])
    #expect(sent.prefix { $0.signal == SignalNumber.term }.last == Sent(SignalNumber.term, 5010))
    #expect(sent.first { $0.signal == SignalNumber.kill } == Sent(SignalNumber.kill, 5100))
    #expect(sent.last { $0.signal == SignalNumber.term }?.at == 5010)
  }

  @Test("While processes come and go it is a matter of being quick")
  func changes() {
    let sent = play(.leftovers(respite: .zero, after: nil, at: .boot), looks: 8) { $0 < 30 }
    #expect(sent.map(\.at) == [0, 10, 20, 30, 50, 90, 170, 330])
    let killed = play(Teardown(at: .boot), looks: 8) { $0 == 70 }
    #expect(killed.map(\.at) == [0, 10, 30, 70, 80, 100, 140, 220])
  }

  @Test("The end of a child makes a look due at once where there are several, and not in a respite")
  func lookingAgain() {
    var teardown = Teardown.leftovers(respite: .seconds(1), after: nil, at: .boot)
    #expect(teardown.due(at: .boot) == nil)
    teardown.lookAgain()
    #expect(teardown.next == Self.at(1))
    #expect(teardown.due(at: Self.at(1)) == SignalNumber.term)
    teardown.looked(at: Self.at(1), isChanged: false)
    #expect(teardown.due(at: Self.at(1) + Self.nanosecond) == nil)
    teardown.lookAgain()
    #expect(teardown.due(at: Self.at(1) + Self.nanosecond) == SignalNumber.term)
  }

  /// What had stopped a command that has ended, and when what it left gets its signals.
  struct After: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let stopping: Teardown
    /// When the command ended, in seconds.
    let ended: Int
    let term: Int?
    let kill: Int
  }

  private static let afters = [
    After(
      testDescription: "a long grace: 5 s are left of it at most",
      stopping: .asking(SignalNumber.term, grace: .seconds(60), at: .boot), ended: 2, term: 2,
      kill: 7),
    After(
      testDescription: "the end of a grace: what is left of it",
      stopping: .asking(SignalNumber.term, grace: .seconds(10), at: .boot), ended: 8, term: 8,
      kill: 10),
    After(
      testDescription: "a grace that is over: KILL at once",
      stopping: .asking(SignalNumber.term, grace: .seconds(10), at: .boot), ended: 11, term: nil,
      kill: 11),
    After(testDescription: "KILL", stopping: Teardown(at: .boot), ended: 3, term: nil, kill: 3),
  ]

  @Test(
    "What a stopped command left has no respite, and no more time than that had", arguments: afters)
  func leftoversOfStopped(_ after: After) {
    let ended = Self.at(after.ended)
    let sent = play(
      .leftovers(respite: .seconds(60), after: after.stopping, at: ended), from: ended, looks: 60)
    #expect(sent.first { $0.signal == SignalNumber.term }?.at == after.term.map { _ in 0 })
    #expect(
      sent.first { $0.signal == SignalNumber.kill }?.at == (after.kill - after.ended) * 1000)
    #expect(sent.last?.signal == SignalNumber.kill)
  }

  @Test("Hurried, KILL is due at once, and the pauses of one that kills already stay")
  func hurry() {
    var teardown = Teardown.leftovers(respite: .seconds(60), after: nil, at: .boot)
    #expect(teardown.due(at: .boot) == nil)
    teardown.hurry(at: Self.at(1))
    #expect(teardown.due(at: Self.at(1)) == SignalNumber.kill)
    teardown.looked(at: Self.at(1), isChanged: false)
    teardown.hurry(at: Self.at(1) + Self.nanosecond)
    #expect(teardown.due(at: Self.at(1) + Self.nanosecond) == nil)
    #expect(teardown.next == Self.at(1) + .milliseconds(10))
  }

  @Test("Whatever its steps, it comes to KILL and stays there")
  func alwaysKills() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      let steps = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
        Teardown.Step(
          signal: Bool.random(using: &generator) ? SignalNumber.term : nil,
          duration: TimeSpan(nanoseconds: .random(in: 0...2_000_000_000, using: &generator)),
          pauses: Bool.random(using: &generator) ? .milliseconds(100) ... .milliseconds(400) : nil)
      }
      let whole = steps.reduce(TimeSpan.zero) { $0 + $1.duration }
      let sent = play(Teardown(steps, at: .boot), looks: 100)
      let kills = sent.drop { $0.signal != SignalNumber.kill }
      #expect(kills.first?.at == whole.milliseconds, "\(steps)")
      #expect(kills.allSatisfy { $0.signal == SignalNumber.kill }, "\(steps)")
      #expect(sent.map(\.at) == sent.map(\.at).sorted(), "\(steps)")
    }
  }
}
