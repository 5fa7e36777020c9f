import SpoolQueue
import Testing

@Suite("The clients that the documents show")
struct ClientTests {
  /// A client in some language: its file beside the articles, and how it is called.
  private struct Client {
    let file: String
    /// What its code block in the article is marked with.
    let language: String
    let interpreter: String

    static let python = Client(
      file: "client.py", language: "python", interpreter: "/usr/bin/python3")
    static let shell = Client(file: "client.sh", language: "shell", interpreter: "/bin/sh")

    /// `Sources/SpoolQueue/SpoolQueue.docc`.
    static let catalogue =
      #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
      + "/Sources/SpoolQueue/SpoolQueue.docc"

    var path: String { Self.catalogue + "/Resources/" + file }

    static let hasPython =
      (try? System.informationFollowing(python.interpreter))?.isRegular == true
  }

  /// A client at work.
  private struct Call {
    let program: Program
    let output: String

    /// Waits for its end; returns what it printed on standard output.
    func end(expecting status: Int32) throws -> String {
      let end = try program.waitForEnd()
      #expect(end == status, "\(program.output)")
      return try readText(output)
    }

    /// The run's name: the first line on standard error.
    var run: String { String(program.output.prefix { $0 != "\n" }) }
  }

  /// Has a client queue a job and print what becomes of it.
  private func call(
    _ client: Client, _ spool: SpoolUnderTest, named name: String, _ job: JSON
  ) throws -> Call {
    let base = "../" + RunName.random(name)
    let output = spool.path(base + ".output")
    if client.file == Client.shell.file {
      let input = base + ".job"
      try spool.write(input, job.text + "\n")
      return Call(
        program: try spool.start(
          client.interpreter, [client.path, spool.queue, name], output: output,
          input: spool.path(input)), output: output)
    }
    let command = job["command"]?.arrayValue?.compactMap(\.stringValue) ?? []
    return Call(
      program: try spool.start(
        client.interpreter, [client.path, spool.queue, name] + command, output: output),
      output: output)
  }

  private func job(_ script: String) -> JSON {
    ["command": ["sh", "-c", .string(script)]]
  }

  /// The first code block of the article in a language.
  private func block(_ language: String) throws -> String {
    let lines = try readText(Client.catalogue + "/Clients.md").split(
      separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex(of: "```\(language)"))
    let end = try #require(lines[start...].firstIndex(of: "```"))
    return lines[(start + 1)..<end].map { $0 + "\n" }.joined()
  }

  private func wholeWay(_ client: Client) throws {
    #expect(try block(client.language) == readText(client.path), "Clients.md shows another")
    try withSpool { spool in
      let agent = try spool.agent(slots: 2)

      // Two at once, under one name: each gets a run of its own.
      let first = try call(client, spool, named: "same", job("echo one"))
      let second = try call(client, spool, named: "same", job("echo one"))
      #expect(try first.end(expecting: 0) == second.end(expecting: 0))
      #expect(first.run != second.run)
      #expect(Set([first.run, second.run]) == Set(try spool.names("runs")))
      for run in [first.run, second.run] {
        #expect(try spool.record(run).state == .finished)
        #expect(try spool.log(run) == "one\n")
      }
      if client.file == Client.python.file {
        // Nobody gets more of it than of the queue.
        let file = spool.path("runs/\(first.run)/1/job.json")
        #expect(try System.information(file).permissions == 0o600)
      }

      // One that fails.
      let failing = try call(client, spool, named: "failing", job("echo so far; exit 3"))
      #expect(try failing.end(expecting: 1) == "so far\n")
      #expect(failing.program.output.contains("\(failing.run) failed"))
      #expect(try spool.record(failing.run).exitCode == 3)

      // One that cannot start has no log.
      let absent = try call(client, spool, named: "absent", ["command": ["no-such-program"]])
      #expect(try absent.end(expecting: 1) == "")
      #expect(absent.program.output.contains("\(absent.run) crashed"))

      #expect(try agent.terminate() == 0)
    }
  }

  @Test(
    "the one in Python is what the article shows, and works",
    .enabled(if: Client.hasPython, "there is no /usr/bin/python3"))
  func python() throws { try wholeWay(.python) }

  @Test("the one for the shell is what the article shows, and works")
  func shell() throws { try wholeWay(.shell) }

  @Test("a record that quotes others does not mislead the one for the shell")
  func quotes() throws {
    try withSpool { spool in
      let script =
        #"echo '{"a":1,"attempt":7,"state":"finished"}' >$SPOOL_RUN_DIR/summary.json; "#
        + "echo really; exit 4"
      let job: JSON = [
        "command": ["sh", "-c", .string(script)],
        "tags": ["\"state\":\"finished\"", "a,\"state\":\"finished\""],
        "run_config": ["state": "finished", "deep": ["attempt": 7, "state": "finished"]],
      ]
      let agent = try spool.agent()
      let call = try call(.shell, spool, named: "quoting", job)
      #expect(try call.end(expecting: 1) == "really\n")
      #expect(call.program.output.contains("\(call.run) failed"))
      #expect(try agent.terminate() == 0)
    }
  }

  @Test("a queue that is not there is an error of the clients, and nothing is queued")
  func noQueue() throws {
    try withSpool { spool in
      for client in [Client.shell] + (Client.hasPython ? [.python] : []) {
        let output = spool.path("../output")
        let program = try spool.start(
          client.interpreter, [client.path, spool.queue + "/nowhere", "lost", "true"],
          output: output)
        #expect(try program.waitForEnd() != 0)
        #expect(program.output.contains("No such file"), "\(program.output)")
      }
      #expect(try spool.names("queued") == [])
      #expect(try spool.names("runs") == [])
    }
  }
}
