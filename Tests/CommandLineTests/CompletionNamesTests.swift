import Testing

@testable import spool

@Suite("Names for completions")
struct CompletionNamesTests {
  @Test func ofManyTheFirstAndTheLastAreAmongThoseShown() {
    let names = (0..<3000).map { "train-\($0)" }
    let shown = CompletionNames.shortened(names)
    #expect(shown.count == CompletionNames.limit)
    #expect(shown.first == names.min())
    #expect(shown.last == names.max())
    #expect(CompletionNames.shortened(["b", "a", "b"]) == ["a", "b"])
  }
}
