import SpoolSystem
import Testing

@testable import SpoolTerminal

@Suite struct OutputTests {
  /// Answers calls of write(2) by a script, and remembers what they took.
  private final class Script {
    var answers: [Terminal.Written]
    var taken: [UInt8] = []
    var calls = 0
    var waits = 0

    init(_ answers: [Terminal.Written]) {
      self.answers = answers
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> Terminal.Written {
      calls += 1
      let answer = answers.isEmpty ? .bytes(bytes.count) : answers.removeFirst()
      if case .bytes(let count) = answer { taken += bytes.prefix(count) }
      return answer
    }

    func run(_ text: String) throws(OutputError) {
      try Output.writeAll(Array(text.utf8)[...], call: write, wait: { waits += 1 })
    }
  }

  @Test func oneCallTakesAll() throws {
    let script = Script([])
    try script.run("a line\n")
    #expect(script.calls == 1)
    #expect(script.taken == Array("a line\n".utf8))
  }

  @Test func nothingIsNotWritten() throws {
    let script = Script([])
    try script.run("")
    #expect(script.calls == 0)
  }

  @Test func shortWritesAndSignals() throws {
    let script = Script([.bytes(2), .failed(.interrupted), .bytes(1)])
    try script.run("a line\n")
    #expect(script.calls == 4)
    #expect(script.taken == Array("a line\n".utf8))
  }

  @Test func aFullDescriptorIsWaitedFor() throws {
    let script = Script([.bytes(2), .failed(.wouldBlock)])
    try script.run("a line\n")
    #expect(script.waits == 1)
    #expect(script.taken == Array("a line\n".utf8))
  }

  @Test func errors() {
    #expect(throws: OutputError.readerLeft) { try Script([.failed(.brokenPipe)]).run("x") }
    #expect(throws: OutputError.failed(.noSpace)) {
      try Script([.bytes(1), .failed(.noSpace)]).run("xy")
    }
    let text = OutputError.failed(.noSpace).description
    #expect(text.hasPrefix("cannot write the output: "))
  }

  @Test func aDescriptorThatIsNotOpen() {
    let closed = Output(descriptor: -1)
    #expect(throws: OutputError.self) { try closed.line("x") }
    #expect(!Terminal.isTerminal(-1))
    #expect(Terminal.width(of: -1) == nil)
    #expect(Terminal.proseWidth(of: -1) > 0)
    #expect(!Terminal.usesColour(-1))
    #expect(throws: OutputError.self) {
      var buffer = LineBuffer(closed)
      try buffer.line("x")
      try buffer.flush()
    }
  }
}

@Suite struct TerminalTests {
  @Test(
    arguments: [
      (true, nil, 120, 120), (true, "60", 120, 60), (true, "", 120, 120), (true, "wide", 120, 120),
      (true, "0", 120, 120), (true, "-1", nil, nil), (true, "60", nil, 60),
      (false, "60", 120, nil), (false, nil, nil, nil),
    ] as [(Bool, String?, Int?, Int?)])
  func width(isTerminal: Bool, columns: String?, reported: Int?, expected: Int?) {
    let width = Terminal.width(isTerminal: isTerminal, columns: columns, reported: reported)
    #expect(width == expected)
  }

  @Test(
    arguments: [
      (true, nil, "xterm", true), (true, "", "xterm", true), (true, "1", "xterm", false),
      (true, nil, "dumb", false), (true, nil, nil, false), (false, nil, "xterm", false),
    ] as [(Bool, String?, String?, Bool)])
  func colour(isTerminal: Bool, noColour: String?, term: String?, expected: Bool) {
    let uses = Terminal.usesColour(isTerminal: isTerminal, noColour: noColour, term: term)
    #expect(uses == expected)
  }

  @Test func styles() {
    #expect(Style.green.apply(to: "x", colour: true) == "\u{1b}[32mx\u{1b}[0m")
    #expect(Style.green.apply(to: "x", colour: false) == "x")
    #expect(Style.plain.apply(to: "x", colour: true) == "x")
  }
}
