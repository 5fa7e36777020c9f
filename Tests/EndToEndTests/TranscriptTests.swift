import SpoolQueue
import SpoolTesting
import Testing

import func SpoolTesting.withTemporaryDirectory

@Suite("The terminals that the documents show, played again")
struct TranscriptTests {
  private static let repository =
    #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
  private static let hasPython =
    (try? System.informationFollowing("/usr/bin/python3"))?.isRegular == true

  @Test("README: one minute, and what it can do")
  func readme() throws {
    try play("README.md", below: ["One minute", "What it can do"]) { stage in
      for file in ["evaluate", "backup.sh"] { try stage.write(file, "#!/bin/sh\n") }
    }
  }

  @Test("getting started")
  func gettingStarted() throws { try play(catalogued("GettingStarted")) }

  @Test("cron")
  func cron() throws {
    try play(catalogued("Cron")) { stage in
      try System.makeDirectory(stage.home + "/bin", permissions: 0o700)
      try stage.write("bin/nightly", "#!/bin/sh\nsleep 60\n")
    }
  }

  @Test(
    "from W&B Launch", .enabled(if: Self.hasPython, "there is no /usr/bin/python3"))
  func wandb() throws { try play(catalogued("FromWandbLaunch")) }

  @Test(
    "a client in another language", .enabled(if: Self.hasPython, "there is no /usr/bin/python3"))
  func clients() throws {
    try play(catalogued("Clients")) { stage in
      for file in ["client.py", "client.sh"] {
        let resources = "/Sources/SpoolQueue/SpoolQueue.docc/Resources/"
        try stage.write(file, readText(Self.repository + resources + file))
      }
      try stage.run("spool init")
      try stage.startAgent("spool agent")
    }
  }

  @Test("job files: what a run logs")
  func logged() throws { try play(catalogued("JobFile"), below: ["What a run logs"]) }

  private func catalogued(_ article: String) -> String {
    "Sources/SpoolQueue/SpoolQueue.docc/\(article).md"
  }

  /// Types each line of a document, in the order in which they stand there, and compares what comes.
  private func play(
    _ document: String, below headings: [String]? = nil,
    preparing prepare: (Stage) throws -> Void = { _ in }
  ) throws {
    let article = try readText(Self.repository + "/" + document)
    let transcript = Transcript(article, below: headings)
    #expect(transcript.steps.count > 1)
    try withTemporaryDirectory { directory in
      let stage = try Stage(directory, example: Self.repository + "/spool-example")
      try prepare(stage)
      for step in transcript.steps {
        if let file = step.shownFile, !file.hasPrefix("$") {
          // What the document shows of a file is the file.
          try stage.write(file, step.lines.map { $0 + "\n" }.joined())
        } else {
          try stage.play(step)
        }
      }
      try stage.end()
    }
  }
}

/// A home directory in which documents are played.
private final class Stage {
  let home: String
  private var agents: [Program] = []
  private var logs = 0
  /// What runs are called here, by their names in the document.
  private var names: [String: String] = [:]

  init(_ home: String, example: String) throws {
    self.home = home
    try run("cp -R '\(example)' example && chmod -R go= example")
  }

  func write(_ name: String, _ text: String) throws {
    let file = try System.create(home + "/" + name, permissions: 0o700)
    try file.write(Array(text.utf8))
  }

  /// Types a line; returns what it printed, standard error too.
  @discardableResult
  func run(_ line: String) throws -> String {
    let program = try start(line)
    _ = try program.waitForEnd()
    return program.output
  }

  func startAgent(_ line: String) throws {
    let agent = try start("exec " + line)
    agents.append(agent)
    try agent.waitFor("serving")
  }

  /// Types a line, and compares what it prints with what the document shows.
  func play(_ step: Transcript.Step) throws {
    var command = step.command
    for (name, here) in names { command = command.replacing(name, with: here) }
    let expected = Normalized(step.lines)
    if step.stays {
      try startAgent(command)
      // Runs that are started at once may be told of in any order.
      let agent = agents[agents.count - 1]
      try eventually("\(expected.lines) in:\n\(agent.output)") {
        Set(expected.lines).isSubset(of: Normalized(shown(agent.output)).lines)
      }
      return
    }
    var lines = shown(try run(command))
    if step.onlyLooks {
      // What was typed before may still be on its way.
      let deadline = Instant.now + .seconds(30)
      while !Normalized(lines).fits(expected), .now < deadline {
        lines = shown(try run(command))
      }
    }
    #expect(
      Normalized(lines).fits(expected),
      "\(command) prints\n\(lines.joined(separator: "\n"))\nand not\n\(step.lines.joined(separator: "\n"))"
    )
    for (shown, line) in zip(step.lines, lines) where step.lines.count == lines.count {
      for (name, here) in zip(Normalized.names(in: shown), Normalized.names(in: line)) {
        names[name] = here
      }
    }
  }

  func end() throws {
    for agent in agents { #expect(try agent.terminate() == 0) }
    try run("spool kill --all --reason 'the document is over'")
    try run("spool agent --drain --quiet")
  }

  /// The lines of an output, with the document's user, home and host.
  private func shown(_ output: String) -> [String] {
    var lines = output.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      // The documents make their copy of the example with mktemp.
      String(line).replacing(home + "/example/", with: "/tmp/tmp.0000000000/")
        .replacing(home, with: "/home/you")
        .replacing(" \(Account.current.name) ", with: " you ")
        .replacing(" on \(Host.current.name)", with: " on vm")
        .replacing(": \(Host.current.name) ", with: ": vm ")
    }
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  private func start(_ line: String) throws -> Program {
    logs += 1
    let programs = BuiltProgram.path.split(separator: "/").dropLast().joined(separator: "/")
    let environment = [
      "PATH": "/\(programs):/usr/local/bin:/usr/bin:/bin", "HOME": home, "LANG": "C.UTF-8",
      "SPOOL_ENTITY": "you", "demo": home + "/example",
    ]
    return try Program(
      ["-c", "cd && \(line)"], environment: environment, log: home + "/.log\(logs)",
      executable: "/bin/sh")
  }
}
