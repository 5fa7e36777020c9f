import SpoolQueue
import SpoolTerminal
import Testing

@testable import spool

@Suite struct WordingTests {
  @Test(arguments: [
    "plain", "/srv/spool/lab/gpu", "", " ", "two words", "it's", "''", "$HOME `date` \\", "a\"b",
    "new\nline", "*?[x]", "~/q", "é", "-q", "#", ";&|<>(){}!",
  ])
  func aQuotedWordIsOneWordOfAShell(word: String) {
    #expect(shellWords(shellQuoted(word)) == [word])
    #expect(shellCommands(shellQuoted(word)) == [[word]])
  }

  @Test func onlyWhatNeedsItIsQuoted() {
    #expect(shellQuoted("--set=a.b/c:1,2+3@4%5_") == "--set=a.b/c:1,2+3@4%5_")
    #expect(shellQuoted("~") == "'~'")
    #expect(shellQuoted("") == "''")
  }

  @Test func oneIsNotMany() {
    #expect([0, 1, 2].map { counted($0, "run") } == ["0 runs", "1 run", "2 runs"])
    #expect([1, 2].map { counted($0, "run is", "runs are") } == ["1 run is", "2 runs are"])
  }
}
