extension Queue {
  /// The answer of a runner to a request.
  public enum RequestResult: Sendable, Equatable {
    /// It was done, with a remark of the runner, if it has one.
    case done(remark: String?)
    /// Nothing had to be done: the run was suspended already, or was not suspended.
    case unchanged
  }

  /// The default number of seconds for which a runner is waited for.
  @usableFromInline package static let answerTime = 15.0

  /// Sends a signal to the process group of a run's command, wherever it is executed, and waits for the runner's
  /// word that it was sent.
  ///
  /// - Parameters:
  ///   - run: The run's whole name.
  ///   - signal: The name, for example `USR1`. KILL, TERM, STOP and CONT are refused: ``kill(_:_:)``,
  ///     ``suspend(_:reason:timeout:)`` and ``resume(_:timeout:)`` are for them.
  ///   - timeout: How many seconds the runner has to take the request. A request that it has not taken by then is
  ///     withdrawn, and the signal is not sent.
  /// - Throws: ``SpoolError``; of kind `no` if the signal was not sent, or if it is not known whether it was.
  @discardableResult
  public func signal(
    _ run: String, _ signal: String, timeout: Double = answerTime
  ) throws(SpoolError) -> RequestResult {
    try ask([(run, nil)], try Self.verb(signal), within: timeout)[0].get()
  }

  /// Stops a run's command, with all processes that it has started, until ``resume(_:timeout:)``. The run keeps its
  /// slots and gpus, and its time limit stands still.
  ///
  /// - Parameters:
  ///   - run: The run's whole name.
  ///   - reason: Why; it is shown with the run.
  ///   - timeout: As for ``signal(_:_:timeout:)``.
  /// - Throws: ``SpoolError``; of kind `no` if the run is not suspended now, or if it is not known whether it is.
  @discardableResult
  public func suspend(
    _ run: String, reason: String? = nil, timeout: Double = answerTime
  ) throws(SpoolError) -> RequestResult {
    try ask([(run, nil)], .suspend, reason: reason, within: timeout)[0].get()
  }

  /// Lets a suspended run go on.
  ///
  /// - Parameters:
  ///   - run: The run's whole name.
  ///   - timeout: As for ``signal(_:_:timeout:)``.
  /// - Throws: ``SpoolError``; of kind `no` if the run does not go on, or if it is not known whether it does.
  @discardableResult
  public func resume(
    _ run: String, timeout: Double = answerTime
  ) throws(SpoolError) -> RequestResult {
    try ask([(run, nil)], .resume, within: timeout)[0].get()
  }

  /// The action that a signal's name asks for.
  ///
  /// - Throws: ``SpoolError`` of kind `badInput` if there is no such signal, or if another command is for it.
  package static func verb(_ signal: String) throws(SpoolError) -> RunRequest.Verb {
    guard let number = SignalName.number(signal) else {
      throw SpoolError(.badInput, "\(signal): there is no such signal")
    }
    if let objection = RunRequest.Verb.objection(to: number) {
      throw SpoolError(.badInput, "\(SignalName.text(number)) \(objection)")
    }
    return .signal(number)
  }

  /// Asks the runners of several runs at the same time, and waits for their answers.
  ///
  /// - Parameters:
  ///   - runs: Each run with the place where it was seen; nil if it was not looked for yet.
  ///   - seconds: How long the runners have to take the requests.
  /// - Returns: The result for each run, in the same order.
  package func ask(
    _ runs: [(run: String, place: Place?)], _ verb: RunRequest.Verb, reason: String? = nil,
    within seconds: Double
  ) -> [Result<RequestResult, SpoolError>] {
    let author = RequestAuthor(reason: reason).bytes
    var asked: [Result<SentRequest, SpoolError>] = runs.map { run, place in
      Result { () throws(SpoolError) in try ask(run, at: place, verb, author) }
    }
    let deadline = Instant.now + .seconds(seconds)
    var pause = TimeSpan.milliseconds(5)
    while look(&asked, deadline) {
      pause.pause()
      pause = Swift.min(pause * 2, .milliseconds(100))
    }
    return asked.map { asked in
      Result { () throws(SpoolError) in
        switch try asked.get().standing {
        case .answered(let result): return result
        case .waits, .isTaken: throw SpoolError(.system, "a request without an answer")
        }
      }
    }
  }

  /// Puts one request into the run's folder.
  private func ask(
    _ run: String, at seen: Place?, _ verb: RunRequest.Verb, _ author: [UInt8]
  ) throws(SpoolError) -> SentRequest {
    let place = if let seen { seen } else { try locate(run) }
    let name: QueueFileName
    switch place {
    case nil: throw SpoolError(.notFound, "\(reference): there is no run \(run)")
    case .starting(let found): name = found
    case .running(let found):
      name = found
      if let attempt = try findAttempt(of: name) {
        if attempt.hasEnded { throw verb.refusal(of: run, .done, self) }
        // Records of 0.1.0 have no proof that their runner lives.
        if attempt.start.holder.life == nil {
          throw SpoolError(
            .no,
            "\(run): its runner is one of spool 0.1.0, which can only be asked to end it:"
              + " \(command("kill", run))")
        }
      }
    case .queued?, .done?: throw verb.refusal(of: run, place, self)
    }
    guard let claim = name.claim else { throw verb.refusal(of: run, place, self) }
    let request = RunRequest(verb, to: claim)
    let aside = Aside("request", in: runPath(run))
    try naming("write", aside.path) { () throws(Errno) in
      try aside.writeWhatFits(author, permissions: shape.files)
    }
    try publishRequest(request, aside.name, run: run)
    aside.release()
    return SentRequest(run: run, request: request)
  }

  /// Looks once at the state of the requests. Returns whether some still wait.
  private func look(_ asked: inout [Result<SentRequest, SpoolError>], _ deadline: Instant) -> Bool {
    // Before the runs' folders: a runner answers before its run leaves these two.
    let claims = Result { () throws(SpoolError) in
      let (starting, running) = try sightings.claimed()
      return Set((starting + running).compactMap(\.claim))
    }
    var waits = false
    for index in asked.indices {
      guard case .success(var one) = asked[index], !one.isAnswered else { continue }
      asked[index] = Result { () throws(SpoolError) in
        do throws(SpoolError) {
          try look(&one, isOver: !claims.get().contains(one.request.claim), deadline)
        } catch {
          // A listing may fail once; the runner has the request all the same.
          if error.errno == nil { throw error }
          if Instant.now < deadline { return one }
          try? removeIfThere(runPath(one.run, one.request.file))
          throw one.request.unknown(one.run, error.message)
        }
        return one
      }
      if case .success(let one) = asked[index], !one.isAnswered { waits = true }
    }
    return waits
  }

  private func look(
    _ one: inout SentRequest, isOver: Bool, _ deadline: Instant
  ) throws(SpoolError) {
    let (run, request) = (one.run, one.request)
    let isLate = Instant.now >= deadline
    let names = try runDirectory(run).certainNames() ?? []
    if names.contains(request.answerFile) {
      one.standing = .answered(try result(of: request, run))
      return
    }
    if names.contains(request.takenFile) {
      let since = one.takenSince ?? .now
      one.standing = .isTaken(since)
      // It takes a moment; the time of a runner that has just taken it may be up all the same.
      if !isOver, !isLate || Instant.now - since < .seconds(5) { return }
      try? removeIfThere(runPath(run, request.takenFile))
      throw request.unknown(
        run,
        "its runner took the request"
          + (isOver ? " and has ended without an answer" : ", and has not answered"))
    }
    guard names.contains(request.file) else {
      // The run has perhaps removed or replaced its folder, and its runner's answer with it.
      throw request.unknown(run, "the request has gone from \(runPath(run))")
    }
    if !isOver, !isLate { return }
    try removeIfThere(runPath(run, request.file))
    // The runner may have been quicker: then the next look finds the name that it gave to the request.
    guard let left = try runDirectory(run).certainNames() else {
      throw request.unknown(run, "\(runPath(run)) has gone")
    }
    if left.contains(where: request.isKept) { return }
    if !isOver {
      throw SpoolError(
        .no,
        "\(run): its runner on \(request.claim.host) did not take the request in time, and it was"
          + " withdrawn: \(request.verb.nothingHappened)")
    }
    let place = try locate(run)
    if place?.isClaimed != true { throw request.verb.refusal(of: run, place, self) }
    throw SpoolError(
      .no,
      "\(run): its attempt has just ended, and it is tried again:"
        + " \(request.verb.nothingHappened)")
  }

  /// Reads the answer, and removes it.
  private func result(of request: RunRequest, _ run: String) throws(SpoolError) -> RequestResult {
    let path = runPath(run, request.answerFile)
    let bytes = try naming("read", path) { () throws(Errno) in
      let file = try System.open(path, .reading)
      return try file.information().isRegular ? file.readAll(limit: 65_536) : []
    }
    try? removeIfThere(path)
    let answer = RequestAnswer(bytes)
    switch answer.result {
    case .done: return .done(remark: answer.words)
    case .unchanged: return .unchanged
    case .refused: throw SpoolError(.no, "\(run): \(answer.words ?? "its runner refused")")
    }
  }
}

/// A request that was put into a run's folder, as far as it has come.
private struct SentRequest {
  enum Standing {
    case waits
    case isTaken(Instant)
    case answered(Queue.RequestResult)
  }

  let run: String
  let request: RunRequest
  var standing = Standing.waits

  var isAnswered: Bool {
    if case .answered = standing { true } else { false }
  }

  var takenSince: Instant? {
    if case .isTaken(let since) = standing { since } else { nil }
  }
}

extension Queue.Place {
  fileprivate var isClaimed: Bool {
    switch self {
    case .starting, .running: true
    case .queued, .done: false
    }
  }
}

extension RunRequest {
  /// Whether a file is this request after its runner has taken it.
  fileprivate func isKept(_ file: String) -> Bool { file == takenFile || file == answerFile }

  fileprivate func unknown(_ run: String, _ reason: String) -> SpoolError {
    SpoolError(.no, "\(run): \(reason): it is not known whether \(verb.happened)")
  }
}

extension RunRequest.Verb {
  fileprivate var happened: String {
    switch self {
    case .signal(let number): "\(SignalName.text(number)) was sent"
    case .suspend: "it is suspended"
    case .resume: "it goes on"
    }
  }

  fileprivate var nothingHappened: String {
    switch self {
    case .signal(let number): "\(SignalName.text(number)) was not sent"
    case .suspend: "it is not suspended"
    case .resume: "it does not go on"
    }
  }

  private var participle: String {
    switch self {
    case .signal: "signalled"
    case .suspend: "suspended"
    case .resume: "resumed"
    }
  }

  /// Why a run that is not executed cannot be asked.
  fileprivate func refusal(of run: String, _ place: Queue.Place?, _ queue: Queue) -> SpoolError {
    guard let place else {
      return SpoolError(.notFound, "\(queue.reference): there is no run \(run)")
    }
    var remedy = ""
    if case .queued(let name) = place {
      switch self {
      case .suspend where name.parked == nil:
        remedy = "; \(queue.command("hold", run)) keeps it waiting"
      case .resume where name.parked != nil:
        remedy = "; \(queue.command("release", run)) lets agents start it"
      default: break
      }
    }
    return SpoolError(
      .no, "\(run): \(Queue.words(place)); only a running run can be \(participle)\(remedy)")
  }
}
