import Testing

@testable import SpoolTerminal

@Suite struct UsageErrorTests {
  @Test(arguments: [
    (["list", "--jsno"], "list ! unknown option --jsno (did you mean --json?)"),
    (["list", "--quue=a"], "list ! unknown option --quue (did you mean --queue?)"),
    (["list", "--auth"], "list ! unknown option --auth (did you mean --author?)"),
    (["list", "--hlep"], "list ! unknown option --hlep (did you mean --help?)"),
    (["list", "--trac"], "list ! unknown option --trac"),
    (["list", "--xyz"], "list ! unknown option --xyz"),
    (["list", "-x"], "list ! unknown option -x"),
    (["list", "-jx"], "list ! unknown option -x"),
    (["list", "-all"], "list ! unknown option -a (did you mean --all?)"),
    (["list", "-5"], "list ! unknown option -5"),
    (["list", "--=a"], "list ! unknown option --"),
    (["--json", "list"], "! unknown option --json (the options of a command go after its name)"),
    (["-q", "a", "list"], "! unknown option -q (the options of a command go after its name)"),
    (["sweep", "--dry-run", "list"], "sweep ! flag --dry-run goes after 'list', if that takes it"),
  ])
  func unknownOptions(words: [String], expected: String) {
    #expect(reading(words) == expected)
  }

  @Test(arguments: [
    (["lsit"], "! unknown command 'lsit' (did you mean list?)"),
    (["lis"], "! unknown command 'lis' (did you mean list?)"),
    (["que"], "! unknown command 'que' (did you mean queue?)"),
    (["run"], "! unknown command 'run' (did you mean launch?)"),
    (["submit", "make"], "! unknown command 'submit' (did you mean launch?)"),
    (["crate"], "! unknown command 'crate'"),
    (["create"], "! unknown command 'create' (did you mean queue create?)"),
    (["_runne"], "! unknown command '_runne'"),
    (["x"], "! unknown command 'x'"),
    ([""], "! unknown command ''"),
    (["queue", "crate"], "queue ! unknown command 'crate' (did you mean create?)"),
    (["queue"], "queue ! missing command: one of create, list"),
    (["queue", "--", "list"], "queue ! unexpected operand 'list'"),
    (
      ["--"],
      "! missing command: one of launch, list, show, move, queue, sweep, job, help"
    ),
  ])
  func unknownCommands(words: [String], expected: String) {
    #expect(reading(words) == expected)
  }

  @Test(arguments: [
    (["list", "--queue"], "list ! option --queue needs a value, QUEUE"),
    (["list", "-jq"], "list ! option -q needs a value, QUEUE"),
    (["list", "--queue", "--", "a"], "list ! option --queue needs a value, QUEUE"),
    (
      ["list", "--queue", "--json"],
      "list ! option --queue needs a value, QUEUE"
        + " (--json is an option; '--queue=--json' would take it)"
    ),
    (
      ["list", "-q", "-j"],
      "list ! option -q needs a value, QUEUE (-j is an option; '--queue=-j' would take it)"
    ),
    (["list", "--queue", "a", "-q", "a"], "list ! option -q may be given only once"),
    (["list", "--json=yes"], "list ! flag --json takes no value"),
    (["list", "--json="], "list ! flag --json takes no value"),
    (["list", "-j=yes"], "list ! flag -j takes no value"),
    (["list", "--help=yes"], "list ! flag --help takes no value"),
    (
      ["list", "--sort", "nmae"],
      "list ! option --sort: 'nmae' is none of name, created, state (did you mean name?)"
    ),
    (["list", "--sort="], "list ! option --sort: '' is none of name, created, state"),
    (["show", "a", "all"], "show ! operand PART: 'all' is none of log, record"),
    (["show"], "show ! missing operand RUN"),
    (["show", "a", "log", "b"], "show ! unexpected operand 'b' after PART"),
    (["move", "--priority", "10"], "move ! missing operand RUN"),
    (["move", "a"], "move ! missing option --priority PP"),
    (["queue", "list", "a"], "queue list ! unexpected operand 'a'"),
    (["show", "a", "\u{1b}[2J\n"], #"show ! operand PART: '\x1b[2J\n' is none of log, record"#),
  ])
  func values(words: [String], expected: String) {
    #expect(reading(words) == expected)
  }

  @Test(arguments: [
    (
      ["launch", "--quue", "a"],
      """
      lab: launch: unknown option --quue (did you mean --queue?)
      Usage: lab launch [--queue QUEUE] [--follow] [--wait] [--env K=V]... [--name NAME] \
      [--root DIR] [--] [COMMAND ...]
      See 'lab help launch'.
      """
    ),
    (
      ["queue", "create"],
      """
      lab: queue create: missing operand NAME
      Usage: lab queue create [--json] NAME
      See 'lab help queue create'.
      """
    ),
    (
      ["nothing"],
      """
      lab: unknown command 'nothing'
      Usage: lab SUBCOMMAND
      See 'lab help'.
      """
    ),
  ])
  func wholeText(words: [String], expected: String) {
    let error = #expect(throws: UsageError.self) { try CommandParser(root: sample).parse(words) }
    #expect(error?.description == expected)
  }
}

@Suite struct ParsedArgumentsTests {
  private struct NoDuration: Error, CustomStringConvertible {
    let description = "no duration"
  }

  private func arguments(_ words: String...) throws -> ParsedArguments {
    guard case .run(_, let arguments) = try CommandParser(root: sample).parse(words) else {
      throw NoDuration()
    }
    return arguments
  }

  @Test func whatWasNotGiven() throws {
    let list = try arguments("list")
    #expect(list.option("queue") == nil)
    #expect(list.operand("run") == nil)
    #expect(list.declares("json") && list.declares("run") && list.declares("root"))
    #expect(!list.declares("follow"))
    #expect(try list.int("limit") == nil)
    #expect(try list.value("since") { _ in throw NoDuration() } == nil)
  }

  @Test func aNameThatIsNotDeclaredTraps() async {
    await #expect(processExitsWith: .failure) {
      guard case .run(_, let list) = try CommandParser(root: sample).parse(["list"]) else { return }
      _ = list.flag("follow")
    }
  }

  @Test func theFirstOperandAndTheLastOption() throws {
    let list = try arguments("list", "a", "b", "--state", "failed", "--state", "crashed")
    #expect(list.operand("run") == "a")
    #expect(list.option("state") == "crashed")
    #expect(list.options("state") == ["failed", "crashed"])
  }

  @Test func numbersInARange() throws {
    #expect(try arguments("list", "--limit", "7").int("limit", range: 1...7) == 7)
    #expect(try arguments("list", "--limit", "-7").int("limit") == -7)
  }

  @Test(arguments: [
    ("0", 1...500, "option --limit: '0' is not a whole number from 1 to 500"),
    ("0", 1...Int.max, "option --limit: '0' is not a whole number of at least 1"),
    ("9", Int.min...8, "option --limit: '9' is not a whole number of at most 8"),
    ("ten", Int.min...Int.max, "option --limit: 'ten' is not a whole number"),
    ("", Int.min...Int.max, "option --limit: '' is not a whole number"),
    ("1.5", 0...9, "option --limit: '1.5' is not a whole number from 0 to 9"),
    (
      "9999999999999999999", 0...9,
      "option --limit: '9999999999999999999' is not a whole number from 0 to 9"
    ),
  ])
  func numbersOutOfRange(text: String, range: ClosedRange<Int>, expected: String) throws {
    let list = try arguments("list", "--limit", text)
    let error = #expect(throws: UsageError.self) { try list.int("limit", range: range) }
    #expect(error?.message == expected)
    #expect(error?.command == ["lab", "list"])
  }

  @Test func valuesReadByTheCaller() throws {
    let list = try arguments("list", "--since", "soon", "--state", "a", "--state", "b")
    #expect(try list.value("since", expected: "a word", read: { $0.count }) == 4)
    #expect(try list.values("state") { $0 + "!" } == ["a!", "b!"])
    let unread = #expect(throws: UsageError.self) {
      try list.value("since", expected: "a time such as 2h", read: { Int($0) })
    }
    #expect(unread?.message == "option --since: 'soon' is not a time such as 2h")
    let refused = #expect(throws: UsageError.self) {
      try list.value("since") { _ in throw NoDuration() }
    }
    #expect(refused?.message == "option --since: no duration")
  }
}
