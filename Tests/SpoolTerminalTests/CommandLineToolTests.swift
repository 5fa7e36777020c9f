import SpoolSystem
import Testing

@testable import SpoolTerminal

@Suite struct CommandLineToolTests {
  private struct Refused: Error {}

  /// The exit status of a command line whose only command does this.
  private func status(_ action: @escaping Command.Action) -> Int32 {
    let root = Command(
      name: "lab", abstract: "Walk about.",
      subcommands: [Command(name: "go", abstract: "Go there.", run: action)])
    return root.main(["go"]) { error, arguments in
      error is Refused && arguments.path.names == ["go"] ? ExitStatus.refused : 99
    }
  }

  @Test func theCommandDecides() {
    #expect(status { _ in ExitStatus.done } == 0)
    #expect(status { _ in ExitStatus.no } == 1)
  }

  @Test func errorsAreReported() {
    #expect(status { _ in throw Refused() } == ExitStatus.refused)
  }

  @Test func aReaderThatLeftIsNoFailure() {
    #expect(status { _ in throw OutputError.readerLeft } == ExitStatus.done)
  }

  @Test func whatIsWrittenGoesToTheRightPlace() async throws {
    let usage = await #expect(
      processExitsWith: .exitCode(2), observing: [\.standardOutputContent, \.standardErrorContent]
    ) {
      Terminal.exit(sample.main(["show"]) { _, _ in 99 })
    }
    let error = try String(decoding: #require(usage?.standardErrorContent), as: UTF8.self)
    #expect(
      error.contains(
        """
        lab: show: missing operand RUN
        Usage: lab show [--json] RUN [PART]
        See 'lab help show'.

        """))
    let output = try String(decoding: #require(usage?.standardOutputContent), as: UTF8.self)
    #expect(!output.contains("Usage"))

    let help = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      Terminal.exit(sample.main(["help", "queue", "create"]) { _, _ in 99 })
    }
    let page = try String(decoding: #require(help?.standardOutputContent), as: UTF8.self)
    #expect(page.contains("OVERVIEW: Make a queue.\n\nUSAGE: lab queue create [--json] NAME\n"))
  }
}
