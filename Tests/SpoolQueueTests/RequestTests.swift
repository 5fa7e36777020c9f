import SpoolQueue
import SpoolTesting
import Testing

@Suite("Requests to the runner of a run that goes on") struct RequestTests {
  private static let claim = ClaimName(agent: "gpu1-4kq2", number: 7)

  @Test(
    "A request's name has all that its runner needs",
    arguments: [RunRequest.Verb.suspend, .resume, .signal(10), .signal(34)])
  func names(verb: RunRequest.Verb) throws {
    let request = RunRequest(verb, to: Self.claim)
    #expect(RunRequest(request.file) == request)
    #expect(request.id != RunRequest(verb, to: Self.claim).id)
    #expect(RunRequest.isName(request.file))
    #expect(!RunRequest.isName(request.takenFile) && !RunRequest.isName(request.answerFile))
  }

  @Test(
    "A file with another name is not spool's",
    arguments: [
      "request@", "request@gpu1-4kq2.7@suspend", "request@gpu1-4kq2.7@suspend@abc",
      "request@gpu1-4kq2.7@suspend@abcdefgh@x", "request@gpu1-4kq2.7@@abcdefgh",
      "request@gpu1-4kq2.7@KILL@abcdefgh", "request@gpu1-4kq2.7@9@abcdefgh",
      "request@gpu1-4kq2.7@usr1@abcdefgh", "request@gpu1-4kq2.7@SIGUSR1@abcdefgh",
      "request@gpu1-4kq2.7@999999999999@abcdefgh", "request@gpu1-4kq2.7@-1@abcdefgh",
      "request@gpu1-4kq2.07@suspend@abcdefgh", "request@gpu1-4kq2.7@suspend@abcdefg/",
      "request@../../x.1@suspend@abcdefgh", "request@gpu1-4kq2.7@suspend@äbcdefg", "kill",
      "request@gpu1-4kq2.99999999999999999999@suspend@abcdefgh",
    ])
  func otherNames(file: String) { #expect(RunRequest(file) == nil) }

  @Test(
    "A signal that another command is for is refused, and the command is named",
    arguments: [
      ("KILL", "spool kill"), ("SIGTERM", "spool kill"), ("9", "spool kill"),
      ("stop", "spool suspend"), ("TSTP", "spool suspend"), ("CONT", "spool resume"),
      ("33", "C library"), ("NOSUCH", "no such signal"), ("0", "no such signal"),
      ("65", "no such signal"), ("", "no such signal"),
    ])
  func refused(signal: String, words: String) {
    let error = #expect(throws: SpoolError.self) { try Queue.verb(signal) }
    #expect(error?.kind == .badInput && error?.message.contains(words) == true)
  }

  @Test("What no runner takes is withdrawn, and nothing was done") func withdrawn() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let attempt = try queue.startRun(by: agent)
      let error = #expect(throws: SpoolError.self) {
        try queue.signal(attempt.run, "USR1", timeout: 0.02)
      }
      #expect(error?.kind == .no && error?.message.contains("USR1 was not sent") == true)
      #expect(try queue.names(inRun: attempt.run) == ["1"])
      withExtendedLifetime(agent) {}
    }
  }

  /// Plays the runner: takes the first request, and does what `body` says with it.
  private func serve(
    _ attempt: Attempt, _ body: (RunRequest) throws -> Void
  ) throws {
    let queue = attempt.queue
    var request: RunRequest?
    try eventually("a request") {
      request = try queue.requests(of: attempt.run, to: attempt.start.claim).others.first
      return request != nil
    }
    let found = try #require(request)
    #expect(try queue.takeRequest(found, run: attempt.run))
    try body(found)
  }

  /// Asks on one thread, while `body` plays the runner on another.
  private func ask(
    _ attempt: Attempt, _ verb: RunRequest.Verb, reason: String? = nil,
    _ body: @Sendable (RunRequest) throws -> Void
  ) throws -> Result<Queue.RequestResult, SpoolError> {
    let results = Parallel.mapWaiting(2) { thread -> Result<Queue.RequestResult, SpoolError>? in
      if thread == 0 {
        return attempt.queue.ask([(attempt.run, nil)], verb, reason: reason, within: 300)[0]
      }
      do { try serve(attempt, body) } catch { Issue.record(error) }
      return nil
    }
    return try #require(results[0])
  }

  @Test("The sender is told what the runner says, and nothing is left of the request")
  func answered() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let attempt = try queue.startRun(by: agent)
      let result = try ask(attempt, .suspend, reason: "dinner") { request in
        #expect(request.verb == .suspend)
        let author = queue.author(of: request, attempt.run)
        #expect(author.user == Account.current.name && author.reason == "dinner")
        try queue.answer(request, RequestAnswer(.done, "a remark"), run: attempt.run)
      }
      #expect(try result.get() == .done(remark: "a remark"))
      let again = try ask(attempt, .suspend) { request in
        try queue.answer(request, RequestAnswer(.unchanged), run: attempt.run)
      }
      #expect(try again.get() == .unchanged)
      let refusal = try ask(attempt, .signal(10)) { request in
        try queue.answer(request, RequestAnswer(.refused, "is being ended"), run: attempt.run)
      }
      #expect(refusal.errorMessage == "\(attempt.run): is being ended")
      #expect(try queue.names(inRun: attempt.run) == ["1"])
      withExtendedLifetime(agent) {}
    }
  }

  @Test("An answer without a text, as on a full disk, says that it was done") func empty() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let attempt = try queue.startRun(by: agent)
      let result = try ask(attempt, .resume) { request in
        try writeFile(queue.runPath(attempt.run, request.answerFile), "")
      }
      #expect(try result.get() == .done(remark: nil))
      withExtendedLifetime(agent) {}
    }
  }

  @Test("Of a request that was taken when the run ended it is not known whether it was done")
  func unknown() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let attempt = try queue.startRun(by: agent)
      let result = try ask(attempt, .signal(10)) { _ in
        let isFinished = try attempt.finish(.finished(), sync: .none)
        #expect(isFinished)
      }
      #expect(result.errorMessage?.contains("it is not known whether USR1 was sent") == true)
      withExtendedLifetime(agent) {}
    }
  }

  @Test("What is not executed is not asked, and the message says what to do") func places() throws {
    try withQueue { queue in
      let waiting = try queue.launch(named: "w")
      let held = try queue.launch(named: "h", held: true)
      let done = try queue.launch(named: "d")
      _ = try queue.kill(done, KillRequest())
      func message(_ body: () throws -> Void) -> String? {
        #expect(throws: SpoolError.self, performing: body)?.message
      }
      #expect(
        message { try queue.suspend(waiting) }
          == "\(waiting): waits; only a running run can be suspended;"
          + " \(queue.command("hold", waiting)) keeps it waiting")
      #expect(
        message { try queue.resume(held) }
          == "\(held): waits; only a running run can be resumed;"
          + " \(queue.command("release", held)) lets agents start it")
      #expect(
        message { try queue.signal(done, "HUP") }
          == "\(done): is over; only a running run can be signalled")
      #expect(message { try queue.suspend("nosuch") }?.contains("there is no run nosuch") == true)
    }
  }

  @Test("A runner of 0.1.0 is not asked: it would not look") func oldRunner() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let attempt = try queue.startRun(by: agent)
      let path = queue.runPath(attempt.run, "1/start.json")
      var start = try #require(
        JSON(parsing: Array(try readFile(path).utf8), dialect: .strict).objectValue)
      start["life"] = nil
      // In place: the runner keeps this very file open.
      try System.openForWriting(path).write(
        start.bytes() + [UInt8](repeating: 0x20, count: 200))
      let error = #expect(throws: SpoolError.self) { try queue.suspend(attempt.run) }
      #expect(error?.message.contains("0.1.0") == true)
      #expect(try queue.names(inRun: attempt.run) == ["1"])
      withExtendedLifetime(agent) {}
    }
  }

  @Test("A runner takes its own requests, some at a time, and leaves all other files alone")
  func others() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let attempt = try queue.startRun(by: agent)
      let folder = queue.runPath(attempt.run)
      try writeFile(folder + "/" + RunRequest(.suspend, to: Self.claim).file, "")
      try writeFile(folder + "/request@x", "")
      for _ in 0..<(Queue.requestsPerLook + 8) {
        try writeFile(
          folder + "/" + RunRequest(.signal(10), to: attempt.start.claim).file, "not JSON")
      }
      let count = try queue.names(inRun: attempt.run).count
      var served = 0
      while case let found = try queue.requests(of: attempt.run, to: attempt.start.claim),
        !found.others.isEmpty
      {
        #expect(found.kill == nil && found.others.count <= Queue.requestsPerLook)
        for request in found.others {
          #expect(try queue.takeRequest(request, run: attempt.run))
          served += 1
        }
      }
      #expect(served == Queue.requestsPerLook + 8)
      #expect(try queue.names(inRun: attempt.run).count == count)
      withExtendedLifetime(agent) {}
    }
  }

  @Test("A suspension is told with the run, and only where a file tells it") func shown() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let attempt = try queue.startRun(by: agent)
      #expect(try !queue.run(named: attempt.run).suspended)
      var author = RequestAuthor(reason: "dinner")
      author.user = "ana"
      attempt.noteSuspension(author)
      let run = try queue.run(named: attempt.run)
      #expect(run.suspended && run.state == .running && run.json["suspended"] == true)
      #expect(run.reason?.hasPrefix("suspended by ana on \(author.host): dinner, since ") == true)
      let why = try queue.explanation(of: attempt.run)
      #expect(why.cause == .suspended && why.remedy.contains("resume"))
      attempt.clearSuspension()
      #expect(try !queue.run(named: attempt.run).suspended)
      #expect(try queue.run(named: attempt.run).json["suspended"] == nil)
      withExtendedLifetime(agent) {}
    }
  }
}

extension Result where Failure == SpoolError {
  fileprivate var errorMessage: String? {
    if case .failure(let error) = self { error.message } else { nil }
  }
}
