import Testing

@testable import SpoolTerminal

/// What the parser makes of words, on one line: the command and what each of its parameters got, the
/// help that is shown, or the message of the usage error.
func reading(_ words: [String], by root: Command = sample) -> String {
  do throws(UsageError) {
    switch try CommandParser(root: root).parse(words) {
    case .run(_, let arguments): return describe(arguments)
    case .help(let path): return "help of " + path.call
    case .version(let version, _): return version
    }
  } catch {
    return (error.command.dropFirst() + ["!"]).joined(separator: " ") + " " + error.message
  }
}

private func describe(_ arguments: ParsedArguments) -> String {
  var parts = arguments.path.names
  for parameter in arguments.path.command.parameters {
    switch parameter.kind {
    case .flag:
      if arguments.flag(parameter.key) { parts.append("--\(parameter.key)") }
    case .option:
      parts += arguments.options(parameter.key).map { "--\(parameter.key)=\($0)" }
    case .operand:
      let words = arguments.operands(parameter.key)
      if !words.isEmpty { parts.append("\(parameter.key)\(words)") }
    case .rest:
      continue
    }
  }
  if !arguments.rest.isEmpty { parts.append("rest\(arguments.rest)") }
  return parts.joined(separator: " ")
}

@Suite struct CommandParserTests {
  @Test(arguments: [
    // A value may be attached or follow, and may be empty.
    (["list", "--queue=a"], "list --queue=a"),
    (["list", "--queue", "a"], "list --queue=a"),
    (["list", "-q", "a"], "list --queue=a"),
    (["list", "-qa"], "list --queue=a"),
    (["list", "-q=a"], "list --queue=a"),
    (["list", "--queue="], "list --queue="),
    (["list", "--queue", ""], "list --queue="),
    (["list", "--queue==a=b"], "list --queue==a=b"),
    (["list", "--queue", "-"], "list --queue=-"),
    (["list", "--limit", "-5"], "list --limit=-5"),
    (["list", "--queue", "--unknown"], "list --queue=--unknown"),
    (["list", "--queue=--json"], "list --queue=--json"),
    (["list", "--queue=\u{301}a"], "list --queue=\u{301}a"),
    // Short flags can be bundled; the last may take a value.
    (["launch", "-fw"], "launch --follow --wait"),
    (["launch", "-fq", "a"], "launch --queue=a --follow"),
    (["launch", "-fqa"], "launch --queue=a --follow"),
    (["launch", "-qfw"], "launch --queue=fw"),
    // Saying the same thing twice is no contradiction.
    (["launch", "-f", "--follow"], "launch --follow"),
    (["launch", "--env", "A=1", "--env=A=2"], "launch --env=A=1 --env=A=2"),
  ])
  func options(words: [String], expected: String) {
    #expect(reading(words) == expected)
  }

  @Test(arguments: [
    // Options and operands mix, and `--` ends the options.
    (["list"], "list"),
    (["list", "a", "--json", "b"], #"list run["a", "b"] --json"#),
    (["list", "--", "--json", "-q"], #"list run["--json", "-q"]"#),
    (["list", "a", "--", "--", "b"], #"list run["a", "--", "b"]"#),
    (["list", "-"], #"list run["-"]"#),
    (["list", ""], #"list run[""]"#),
    (["show", "a"], #"show run["a"]"#),
    (["show", "a", "log", "--json"], #"show run["a"] part["log"] --json"#),
    (["move", "a", "b", "--priority", "10"], #"move run["a", "b"] --priority=10"#),
    // A command line is passed on from its first word.
    (["launch"], "launch"),
    (["launch", "--"], "launch"),
    (["launch", "make", "-j4", "--help"], #"launch rest["make", "-j4", "--help"]"#),
    (["launch", "-f", "make", "--", "-f"], #"launch --follow rest["make", "--", "-f"]"#),
    (["launch", "-f", "--", "--odd", "--"], #"launch --follow rest["--odd", "--"]"#),
    (["launch", "-q", "a", "list"], #"launch --queue=a rest["list"]"#),
    // Operands before it come first, but never out of what follows `--`.
    (["job", "train"], #"job name["train"]"#),
    (["job", "train", "--from", "a"], #"job name["train"] --from=a"#),
    (["job", "train", "make", "--from"], #"job name["train"] rest["make", "--from"]"#),
    (["job", "train", "--", "make"], #"job name["train"] rest["make"]"#),
    (["job", "--", "make"], "job ! missing operand NAME"),
  ])
  func words(words: [String], expected: String) {
    #expect(reading(words) == expected)
  }

  @Test(arguments: [
    (["queue", "create", "a"], #"queue create name["a"]"#),
    (["queue", "list", "--json"], "queue list --json"),
    (["_runner"], "_runner"),
    // A command with operands and subcommands: an exact name is a subcommand.
    (["sweep", "list"], "sweep list"),
    (["sweep", "grid.json", "--dry-run"], #"sweep file["grid.json"] --dry-run"#),
    (["sweep", "lis"], #"sweep file["lis"]"#),
    (["sweep", "--", "list"], #"sweep file["list"]"#),
    (["sweep", "grid.json", "list"], "sweep ! unexpected operand 'list' after SWEEP.json"),
    // An option goes behind its command.
    (["list", "--root=/a"], "list --root=/a"),
    (["list", "--trace"], "list --trace"),
    (["list", "--root", "/a", "--root", "/b"], "list ! option --root may be given only once"),
  ])
  func subcommands(words: [String], expected: String) {
    #expect(reading(words) == expected)
  }

  @Test(arguments: [
    ([], "help of lab"),
    (["-h"], "help of lab"),
    (["--help", "list"], "help of lab"),
    (["list", "a", "--help"], "help of lab list"),
    (["launch", "-fh"], "help of lab launch"),
    (["queue", "-h"], "help of lab queue"),
    (["queue", "create", "--json", "-h"], "help of lab queue create"),
    // Whatever else is wrong.
    (["list", "--bogus", "--help"], "help of lab list"),
    (["list", "--queue", "--help"], "help of lab list"),
    (["launch", "--bogus", "-h"], "help of lab launch"),
    // Behind the end of the options it is a word like any other.
    (["list", "--bogus", "--", "-h"], "list ! unknown option --bogus"),
    (["launch", "--bogus", "make", "-h"], "launch ! unknown option --bogus"),
    (["lanch", "-h"], "! unknown command 'lanch' (did you mean launch?)"),
    (["--version"], "lab 1.0"),
    (["--version", "--bogus"], "lab 1.0"),
    (["list", "--version"], "list ! unknown option --version"),
    (["help"], "help"),
    (["help", "queue", "create"], #"help command["queue", "create"]"#),
  ])
  func help(words: [String], expected: String) {
    #expect(reading(words) == expected)
  }

  @Test(
    arguments: [
      ([], [], []), (["a", "b"], ["a", "b"], []), (["a", "--", "b", "-c"], ["a"], ["b", "-c"]),
      (["--", "b"], [], ["b"]), (["a", "--", "--", "b"], ["a"], ["--", "b"]), (["--"], [], []),
    ] as [([String], [String], [String])])
  func aCommandLineThatBeginsWithDashesAlone(
    words: [String], operands: [String], rest: [String]
  ) throws {
    let command = Command(
      name: "again", abstract: "Go.",
      parameters: [
        .operand("run", arity: .many, "Go."), .rest("words", needsDashes: true, "Go."),
      ]
    ) { _ in 0 }
    guard case .run(_, let arguments) = try CommandParser(root: command).parse(words) else {
      Issue.record("it is not to be run")
      return
    }
    #expect(arguments.operands("run") == operands)
    #expect(arguments.rest == rest)
    #expect(
      Completer(root: command).complete(words + [""]).values
        == (words.contains("--") ? (rest.isEmpty ? .program : .none) : .none))
  }

  @Test func noThreeWordsTrap() {
    let vocabulary = [
      "", "-", "--", "---", "-=", "--=", "-h", "-q", "-jq", "-fé", "--queue", "--queue=", "--json",
      "--env", "--x", "list", "sweep", "queue", "launch", "job", "a",
    ]
    var readings: Set<String> = []
    for first in vocabulary {
      for second in vocabulary {
        for third in vocabulary { readings.insert(reading([first, second, third])) }
      }
    }
    #expect(readings.count > 100)
  }
}
