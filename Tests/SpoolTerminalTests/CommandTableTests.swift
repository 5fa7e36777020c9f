import SpoolTesting
import Testing

@testable import SpoolTerminal

@Suite struct CommandTableTests {
  /// What is wrong with a command of these properties below a faultless root.
  private func faults(
    name: String = "go", group: String? = nil, abstract: String = "Go there.",
    examples: [Example] = [], parameters: [Parameter] = [], subcommands: [Command] = [],
    suggestedFor: [String] = [], isHidden: Bool = false, runs: Bool = true
  ) -> [String] {
    let action: Command.Action = { _ in 0 }
    let command = Command(
      name: name, group: group, abstract: abstract, examples: examples, parameters: parameters,
      subcommands: subcommands, suggestedFor: suggestedFor, isHidden: isHidden,
      run: runs ? action : nil)
    let other = Command(name: "stay", abstract: "Stay here.", suggestedFor: ["wait"]) { _ in 0 }
    return checkTable(
      Command(
        name: "lab", abstract: "Walk about.",
        subcommands: [command, other], version: "1"))
  }

  @Test func aGoodTable() {
    #expect(checkTable(sample) == [])
    #expect(faults() == [])
    #expect(faults(name: "_go", isHidden: true) == [])
  }

  @Test func commands() {
    let noName = "its name is not made of lower-case letters, digits and dashes"
    #expect(faults(name: "Go") == ["lab Go: \(noName)"])
    #expect(faults(name: "") == ["lab : \(noName)"])
    #expect(faults(name: "-go") == ["lab -go: \(noName)"])
    #expect(faults(name: "_go") == ["lab _go: \(noName)"])
    #expect(faults(name: "stay") == ["lab: the command 'stay' is declared twice"])
    #expect(faults(group: "") == ["lab go: its group has no title"])
    #expect(faults(runs: false) == ["lab go: it does nothing"])
    #expect(faults(suggestedFor: ["stay"]) == ["lab: 'stay' is suggested for, but is a command"])
    #expect(faults(suggestedFor: ["wait"]) == ["lab: 'wait' is suggested for twice"])
    let below = Command(name: "on", abstract: "Go on.") { _ in 0 }
    #expect(
      faults(parameters: [.operand("way", "Where to.")], subcommands: [below], runs: false)
        == ["lab go: it has operands, but nothing that reads them"])
  }

  @Test(arguments: ["", "Go there", "go there.", " Go.", "Go\nthere.", "."])
  func abstracts(text: String) {
    #expect(faults(abstract: text) == ["lab go: its abstract is no sentence"])
    #expect(
      faults(parameters: [.flag("fast", text)])
        == ["lab go: the abstract of flag --fast is no sentence"])
    #expect(
      faults(examples: [Example("lab go", text)])
        == ["lab go: the explanation of 'lab go' is no sentence"])
  }

  @Test(
    arguments: [
      ([.flag("fast", "Go."), .option("fast", "N", "Go.")], "--fast is declared twice"),
      (
        [.flag("fast", short: "f", "Go."), .flag("far", short: "f", "Go.")], "-f is declared twice"
      ),
      ([.flag("help", "Go.")], "flag --help takes the place of the help"),
      ([.flag("hurry", short: "h", "Go.")], "flag --hurry takes the place of the help"),
      (
        [.flag("Fast", "Go.")],
        "the name of flag --Fast is not made of lower-case letters, digits and dashes"
      ),
      (
        [.flag("f", "Go.")],
        "the name of flag --f is not made of lower-case letters, digits and dashes"
      ),
      (
        [.flag("fast", short: "-", "Go.")],
        "the short name of flag --fast is no letter and no digit"
      ),
      ([.option("way", "", "Go.")], "option --way has no placeholder"),
      ([.operand("way", shownAs: "", "Go.")], "operand  has no placeholder"),
      ([.option("way", "W", choices: ["a", ""], "Go.")], "option --way has an empty choice"),
      (
        [.option("way", "W", choices: ["a", "b", "a", "a"], "Go.")],
        "option --way has the choice 'a' twice"
      ),
      (
        [.option("way", "W", isRequired: true, isHidden: true, "Go.")],
        "option --way is required, but hidden"
      ),
      ([.operand("a", "Go."), .operand("a", "Go.")], "operand 'a' is declared twice"),
      (
        [.rest("a", "Go."), .operand("b", "Go.")],
        "operand B stands after the rest, which leaves no words"
      ),
      (
        [
          .operand("a", arity: .many, "Go."), .rest("b", needsDashes: true, "Go."),
          .operand("c", "Go."),
        ],
        "operand C stands after the rest, which leaves no words"
      ),
      (
        [.operand("a", arity: .manyRequired, "Go."), .operand("b", "Go.")],
        "operand B stands after operand A, which leaves no words"
      ),
      (
        [.operand("a", arity: .many, "Go."), .rest("b", "Go.")],
        "operand B stands after operand A, which leaves no words"
      ),
      (
        [.operand("a", arity: .optional, "Go."), .operand("b", "Go.")],
        "operand B stands after operand A, which may be left out"
      ),
      (
        [.operand("a", arity: .optional, "Go."), .rest("b", "Go.")],
        "operand B stands after operand A, which may be left out"
      ),
    ] as [([Parameter], String)])
  func parameters(parameters: [Parameter], expected: String) {
    #expect(faults(parameters: parameters) == ["lab go: \(expected)"])
  }

  @Test func theVersionBelongsToTheRoot() {
    let table = Command(
      name: "lab", abstract: "Walk about.", parameters: [.flag("version", "Go.")], version: "1"
    ) { _ in 0 }
    #expect(checkTable(table) == ["lab: flag --version takes the place of the version"])
    #expect(faults(parameters: [.flag("version", "Go.")]) == [])
  }

  @Test(arguments: [
    ("lab go --fast", nil),
    ("lab go | sort > list", nil),
    ("cd /tmp && sudo lab go", nil),
    ("*/5 * * * * lab go --fast", nil),
    ("lab stay; lab go", nil),
    ("lab go --help", nil),
    ("lab help go", "the example 'lab help go' does not parse: unknown command 'help'"),
    (
      "lab go --fats",
      "the example 'lab go --fats' does not parse: unknown option --fats (did you mean --fast?)"
    ),
    ("lab go 'a b'", "the example 'lab go 'a b'' does not parse: unexpected operand 'a b'"),
    ("lab stay", "the example 'lab stay' does not show it"),
    ("echo hello", "the example 'echo hello' does not show it"),
    ("", "the example '' does not show it"),
  ])
  func examples(text: String, expected: String?) {
    let found = faults(
      examples: [Example(text, "Goes there.")], parameters: [.flag("fast", "Go.")])
    #expect(found == (expected.map { ["lab go: \($0)"] } ?? []))
  }

  @Test func theRootIsChecked() {
    let table = Command(name: "lab", abstract: "Walk about")
    #expect(checkTable(table) == ["lab: its abstract is no sentence", "lab: it does nothing"])
  }
}

@Suite struct ShellWordsTests {
  @Test(arguments: [
    ("", []),
    ("  lab  go\t-f ", [["lab", "go", "-f"]]),
    ("lab 'a b'\"c d\"e\\ f ''", [["lab", "a bc de f", ""]]),
    (#"lab "a\"b\c" '\'"#, [["lab", #"a"b\c"#, #"\"#]]),
    ("a | b && c; d\ne & f", [["a"], ["b"], ["c"], ["d"], ["e"], ["f"]]),
    ("a >log 2>&1 < in b", [["a", "b"]]),
    ("a b2>log", [["a", "b2"]]),
    ("a $(b -c | d) e", [["a", "$(b -c | d)", "e"]]),
    ("a $HOME \"$(x)\"", [["a", "$HOME", "$(x)"]]),
    ("a b#c # d e\nf", [["a", "b#c"], ["f"]]),
    ("a \\\n  b", [["a", "b"]]),
    ("(a)", [["a"]]),
  ])
  func splitting(line: String, expected: [[String]]) {
    #expect(shellCommands(line) == expected)
  }
}
