import SpoolQueue
import Testing

@Suite struct RetryPolicyTests {
  private static func policy(_ keys: String) throws -> RetryPolicy {
    RetryPolicy(
      try Job(parsing: Array(#"{"command": ["true"]\#(keys)}"#.utf8)))
  }

  private static func outcome(
    _ state: RunState, _ status: Int? = nil, signal: String? = nil, isHopeless: Bool = false
  ) -> Outcome {
    Outcome(
      state: state, exitCode: status, signal: signal, endedAt: .now, isHopeless: isHopeless)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let keys: String
    let outcome: Outcome
    let earlier: Int
    var isKillRequested = false
    let next: Outcome.Next
    let testDescription: String

    init(
      _ description: String, _ keys: String, _ outcome: Outcome, earlier: Int = 0,
      isKillRequested: Bool = false, _ next: Outcome.Next
    ) {
      testDescription = description
      self.keys = keys
      self.outcome = outcome
      self.earlier = earlier
      self.isKillRequested = isKillRequested
      self.next = next
    }
  }

  static let cases = [
    Case("nobody asked", "", outcome(.failed, 1), .done),
    Case("not even with a delay", #", "retry_delay": 1"#, outcome(.failed, 1), .done),
    Case("none", #", "retries": 0"#, outcome(.failed, 1), .done),
    Case("failed", #", "retries": 1"#, outcome(.failed, 1), .queued),
    Case("by a signal", #", "retries": 1"#, outcome(.failed, signal: "SEGV"), .queued),
    Case("its runner died", #", "retries": 1"#, outcome(.crashed), .queued),
    Case("told to stop", #", "retries": 1"#, outcome(.crashed, signal: "TERM"), .queued),
    Case("used up", #", "retries": 1"#, outcome(.failed, 1), earlier: 1, .done),
    Case("more than used up", #", "retries": 1"#, outcome(.failed, 1), earlier: 7, .done),
    Case("one is left", #", "retries": 2"#, outcome(.crashed), earlier: 1, .queued),
    Case("finished", #", "retries": 1"#, outcome(.finished, 0), .done),
    Case("killed", #", "retries": 1"#, outcome(.killed, signal: "TERM"), .done),
    Case(
      "asked to stop", #", "retries": 1"#, outcome(.failed, 1), isKillRequested: true, .done),
    Case("hopeless", #", "retries": 1"#, outcome(.crashed, isHopeless: true), .done),
    Case("a named status", #", "retries": 1, "retry_on": [3, 75]"#, outcome(.failed, 75), .queued),
    Case("another status", #", "retries": 1, "retry_on": [3, 75]"#, outcome(.failed, 1), .done),
    Case(
      "a signal is no status", #", "retries": 1, "retry_on": [15, 143]"#,
      outcome(.failed, signal: "TERM"), .done),
    Case(
      "a dead runner has no status", #", "retries": 1, "retry_on": [1]"#, outcome(.crashed), .done),
    Case(
      "told to stop, with a named status", #", "retries": 1, "retry_on": [75]"#,
      outcome(.crashed, 75), .queued),
    Case(
      "past its limit with status 0", #", "retries": 1, "retry_on": [0]"#, outcome(.failed, 0),
      .queued),
    Case(
      "0 is named, and it finished", #", "retries": 1, "retry_on": [0]"#, outcome(.finished, 0),
      .done),
    Case("no status is named", #", "retries": 1, "retry_on": []"#, outcome(.failed, 9), .queued),
    Case(
      "named, and killed", #", "retries": 1, "retry_on": [1]"#, outcome(.killed, 1), .done),
    Case(
      "without an end", #", "retries": 9223372036854775807"#, outcome(.failed, 1),
      earlier: 1_000_000, .queued),
  ]

  @Test("Where a run goes after an attempt", arguments: cases) func next(_ given: Case) throws {
    let next = try Self.policy(given.keys).next(
      after: given.outcome, earlier: given.earlier, isKillRequested: given.isKillRequested)
    #expect(next == given.next)
  }

  @Test("A file that does not parse is not tried again") func unread() {
    let next = RetryPolicy(nil).next(
      after: Self.outcome(.crashed), earlier: 0, isKillRequested: false)
    #expect(next == .done)
  }

  // The delay that all of them have, without the jitter.
  @Test(
    "The delay doubles up to an hour, unless it is longer itself",
    arguments: [
      ("", 1, 30), ("", 2, 60), ("", 3, 120), ("", 7, 1920), ("", 8, 3600), ("", 9, 3600),
      ("", .max, 3600),
      (#", "retry_delay": 0"#, 1, 0), (#", "retry_delay": 0"#, 40, 0),
      (#", "retry_delay": "100ms""#, 1, 0.1), (#", "retry_delay": "100ms""#, 4, 0.8),
      (#", "retry_delay": "2h""#, 1, 7200), (#", "retry_delay": "2h""#, 5, 7200),
    ] as [(String, Int, Double)])
  func delay(_ keys: String, _ attempt: Int, _ expected: Double) throws {
    let policy = try Self.policy(#", "retries": 9"# + keys)
    for run in ["train-9x7c", "a", "lr-k2p4-0001"] {
      let wait = policy.wait(after: attempt, of: run)
      #expect(wait >= expected * 0.8 && wait <= expected * 1.2)
    }
  }

  // Other hosts and other versions must come to the same: these numbers may not change. They were
  // computed from the description in JobFile.md, by another program.
  @Test(
    "The jitter is the same everywhere",
    arguments: [
      ("train-9x7c", 1, 0.9569191579618153), ("train-9x7c", 2, 0.8369532336193909),
      ("train-9x7d", 1, 0.8719179519854181), ("lr-k2p4-0001", 1, 1.091145734739961),
    ])
  func jitter(_ run: String, _ attempt: Int, _ expected: Double) throws {
    let policy = try Self.policy(#", "retries": 1, "retry_delay": 1"#)
    let wait = policy.wait(after: attempt, of: run)
    #expect(abs(wait / Double(1 << (attempt - 1)) - expected) < 1e-12)
  }

  @Test("The jitter spreads the runs of a sweep") func spread() throws {
    let policy = try Self.policy(#", "retries": 1, "retry_delay": 1"#)
    let waits = (1...1000).map { policy.wait(after: 1, of: "lr-k2p4-\($0)") }
    for tenth in 0..<10 {
      let low = 0.8 + 0.04 * Double(tenth)
      let share = waits.count { $0 >= low && $0 < low + 0.04 }
      #expect(share > 60 && share < 140)
    }
  }

  @Test("However many retries a file asks for, it can be shown") func endless() throws {
    let job = try Job(
      parsing: Array(#"{"command": ["true"], "retries": 9223372036854775807}"#.utf8))
    #expect(RetryPolicy(job).retries == .max)
  }
}
