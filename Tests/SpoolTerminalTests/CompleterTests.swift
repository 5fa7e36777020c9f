import Testing

@testable import SpoolTerminal

@Suite("What may stand where the cursor is")
struct CompleterTests {
  private func answer(_ words: [String]) -> Completer.Answer {
    Completer(root: sample).complete(words)
  }

  @Test(arguments: [
    (["la"], ["launch"]),
    (["_"], []),
    (["queue", ""], ["create", "list"]),
    (["queue", "create", "l"], []),
    (["help", "q"], ["queue"]),
    (["help", "queue", ""], ["create", "list"]),
    (["help", "nonsense", ""], []),
    (["launch", "--fo"], ["--follow"]),
    (["launch", "--follow", "--fo"], []),
    (["launch", "--env", "A=1", "--en"], ["--env"]),
    (["launch", "-"], ["--queue", "--follow", "--wait", "--env", "--name", "--root", "--help"]),
    (["launch", "-f"], []),
    (["launch", "-q"], ["-q"]),
    (["launch", "-fq"], ["-fq"]),
    (["--ver"], ["--version"]),
    (["list", "--ver"], []),
    (["list", "--tr"], []),
    (["list", "--sort", ""], ["name", "created", "state"]),
    (["list", "--sort", "c"], ["created"]),
    (["list", "--sort=c"], ["--sort=created"]),
    (["list", "--limit=", ""], []),
    (["list", "--root", "x", "--al"], ["--all"]),
    (["launch", "make", "--fo"], []),
    (["launch", "--", "--fo"], []),
    (["list", "--", "--al"], []),
  ])
  func candidates(_ words: [String], _ expected: [String]) {
    #expect(answer(words).candidates.map(\.text) == expected)
  }

  @Test(arguments: [
    (["launch", "-q", ""], Completion.queue, "", ""),
    (["launch", "-qni"], .queue, "-q", "ni"),
    (["launch", "-fqni"], .queue, "-fq", "ni"),
    (["launch", "--queue=ni"], .queue, "--queue=", "ni"),
    (["launch", "--queue", "ni"], .queue, "", "ni"),
    (["launch", "--follow=ni"], .none, "", "--follow=ni"),
    (["launch", "--root", "/t"], .directory, "", "/t"),
    (["launch", ""], .program, "", ""),
    (["launch", "--", ""], .program, "", ""),
    (["launch", "-f", "make", ""], .none, "", ""),
    (["list", "a", "b", "c"], .run, "", "c"),
    (["list", "--", "-a"], .run, "", "-a"),
    ([], .none, "", ""),
  ])
  func values(_ words: [String], _ values: Completion, _ prefix: String, _ typed: String) {
    let answer = answer(words)
    #expect(answer.values == values)
    #expect(answer.prefix == prefix)
    #expect(answer.typed == typed)
  }

  @Test func whatWasGivenIsKnown() {
    let answer = answer(["list", "--root=/x", "-q", "night", "a", "--al"])
    #expect(answer.given == ["root": "/x", "queue": "night"])
    #expect(answer.operands == ["a"])
  }
}

@Suite("A line of bash, as far as the cursor")
struct CompletionLineTests {
  private static let breaks = " \t\n\"'><=;|&(:"

  @Test(arguments: [
    ("spool", ["spool"], 0),
    ("spool ", ["spool", ""], 0),
    ("spool  list\t-q ni", ["spool", "list", "-q", "ni"], 0),
    ("spool launch -j train:v", ["spool", "launch", "-j", "train:v"], 6),
    ("spool launch --job=lab/train:", ["spool", "launch", "--job=lab/train:"], 16),
    ("spool launch --job=", ["spool", "launch", "--job="], 6),
    ("spool launch --job", ["spool", "launch", "--job"], 0),
    ("spool launch 'a b:c' d", ["spool", "launch", "a b:c", "d"], 0),
    ("spool logs 'tra", ["spool", "logs", "tra"], 0),
    ("spool logs a\\ b\"c d\"\\", ["spool", "logs", "a bc d"], 0),
    ("cd /tmp && spool li", ["spool", "li"], 0),
    ("x=$(spool li", ["spool", "li"], 0),
    ("spool list ''", ["spool", "list", ""], 0),
  ])
  func words(_ line: String, _ words: [String], _ kept: Int) {
    let cut = CompletionLine(line, breaks: Self.breaks)
    #expect(cut.words == words)
    #expect(cut.kept == kept)
  }

  @Test func withoutBreaksTheWholeWordIsReplaced() {
    #expect(CompletionLine("spool launch -j train:v", breaks: " ").kept == 0)
  }
}
