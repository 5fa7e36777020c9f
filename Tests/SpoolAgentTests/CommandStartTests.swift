import SpoolQueue
import SpoolTesting
import Testing

@testable import SpoolAgent

@Suite("A child that lives in its parent's memory until it executes its program")
struct CommandStartTests {
  /// A child behind its gate.
  private final class Gated {
    let pid: Int32
    private let room = StartRoom()
    private let gate: Descriptor
    private let report: Descriptor

    init(_ words: [String], variables: [String] = ["PATH=/usr/bin:/bin"]) throws {
      let gate = try DescriptorPair.pipe()
      let report = try DescriptorPair.pipe()
      let null = try System.openFollowing("/dev/null")
      pid = try CommandStart.start(
        words[0], search: "/nowhere:/usr/bin:/bin", argv: words, environment: variables,
        directory: "/", input: null.number, output: null.number, error: null.number,
        gate: gate.first.number, gateWriter: gate.second.number, report: report.second.number,
        mask: 0o022, diesWithParent: true, in: room)
      self.gate = gate.second
      self.report = report.first
    }

    func open() throws { try gate.write([1]) }

    /// What it reports; none once its program executes.
    func failure() throws -> CommandStart.Failure? {
      CommandStart.Failure(try report.read(atMost: 64))
    }

    /// Gives the memory back, which it must not need any more.
    func giveBack() { room.giveBack() }
  }

  @Test("Many at a time get their own words and variables, and may be let go in any order")
  func many() throws {
    let words = (1...20).map { number in
      ["sh", "-c", #"[ "$1" = "$OWN" ] && exit "$1""#, "sh", "\(number)"]
    }
    let children = try words.map { try Gated($0, variables: ["OWN=" + $0[4]]) }
    // What this process does meanwhile is nothing to them.
    #expect((1...1000).map { "\($0)" }.joined().utf8.count == 2893)
    for child in children.reversed() { try child.open() }
    for (index, child) in children.enumerated() {
      #expect(try child.failure() == nil)
      child.giveBack()
      #expect(Child.reap(child.pid)?.code == index + 1)
    }
  }

  @Test("One that cannot be executed says why, and this process's errno stays its own")
  func failure() throws {
    let child = try Gated(["no-such-program"])
    #expect(throws: Errno.notFound) { try System.information("/nowhere/at/all") }
    try child.open()
    let failure = try #require(try child.failure())
    #expect(
      failure.words("command", program: "x", directory: "/", path: "").hasPrefix(
        "command not found"))
    #expect(Child.reap(child.pid)?.code == 127)
  }

  @Test("One whose gate is closed, or that is killed behind it, executes nothing") func closed()
    throws
  {
    try withTemporaryDirectory { directory in
      let words = ["touch", directory + "/made"]
      var child: Gated? = try Gated(words)
      let pid = try #require(child?.pid)
      Child.signal(SignalNumber.kill, pid)
      #expect(Child.reap(pid)?.signal == "KILL")
      child = nil
      let second = try Gated(words)
      Child.signal(SignalNumber.term, second.pid)
      #expect(Child.reap(second.pid)?.signal == "TERM")
      #expect(try System.list(directory).isEmpty)
    }
  }
}
