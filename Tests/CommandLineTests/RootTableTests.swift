import SpoolTerminal
import SpoolTesting
import Testing

@testable import spool

@Suite("The real table")
struct RootTableTests {
  @Test("every command, option and operand is described as the help needs it")
  func table() {
    #expect(checkTable(.spool) == [])
  }

  @Test("a command is called by its word, and described alone as in the whole table")
  func alone() {
    #expect(MainCommand.allCases.map(\.rawValue) == Command.spool.subcommands.map(\.name))
    for word in Command.spool.subcommands.map(\.name) {
      let alone = Command.spool(for: [word, "--help"])
      #expect(alone.subcommands.contains { $0.name == word }, "\(word)")
      #expect(alone.abstract == Command.spool.abstract)
    }
    for words in [[], ["lanch"], ["--help"], ["help", "list"], ["man"]] {
      #expect(Command.spool(for: words).subcommands.count == MainCommand.allCases.count)
    }
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

  @Test("every command of the real table is found, and its options; nothing hidden is")
  func completions() {
    func visit(_ path: CommandPath) {
      let completer = Completer(root: .spool)
      for option in path.options {
        let found = completer.complete(path.names + ["--" + option.long]).candidates
        #expect(found.contains { $0.text == "--" + option.long } == !option.isHidden)
      }
      for subcommand in path.command.subcommands {
        let found = completer.complete(path.names + [subcommand.name]).candidates
        #expect(found.contains { $0.text == subcommand.name } == !subcommand.isHidden)
        visit(path.appending(subcommand))
      }
    }
    visit(CommandPath(root: .spool))
  }
}
