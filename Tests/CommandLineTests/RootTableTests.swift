import Testing

@testable import spool

@Suite("The real table")
struct RootTableTests {
  @Test("every command, option and operand is described as the help needs it")
  func table() {
    #expect(checkTable(.spool) == [])
  }

  @Test("every command that does something has an example")
  func examples() {
    func visit(_ command: Command, _ path: String) {
      if command.run != nil {
        #expect(!command.examples.isEmpty, "\(path)")
      }
      for subcommand in command.subcommands { visit(subcommand, path + " " + subcommand.name) }
    }
    visit(.spool, "spool")
  }
}
