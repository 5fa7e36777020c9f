// The requests that a runner finds in the folder of its run, and the files that it leaves there.

extension Queue {
  /// The requests to the runner of a claim that one listing of the run's folder has.
  package struct FoundRequests: Sendable {
    /// The request to stop the run.
    package var kill: KillRequest?
    /// The other requests, in the order of their names; at most ``Queue/requestsPerLook``.
    package var others: [RunRequest] = []

    package init() {}
  }

  /// A runner that is flooded with requests looks after its command in between.
  package static var requestsPerLook: Int { 32 }

  /// Looks for requests. Files with other names, or for other claims, are left alone.
  package func requests(
    of run: String, to claim: ClaimName
  ) throws(SpoolError) -> FoundRequests {
    var found = FoundRequests()
    guard let names = try runDirectory(run).certainNames() else { return found }
    if names.contains(Self.killFile) { found.kill = try readKillRequest(of: run) }
    let others = names.filter { RunRequest.isName($0) }
    if others.isEmpty { return found }
    let requests = others.sorted().lazy.compactMap { RunRequest($0) }.filter { $0.claim == claim }
    found.others = Array(requests.prefix(Self.requestsPerLook))
    return found
  }

  /// Reads the author of a request that this process has taken. If the file does not tell, it is its owner.
  package func author(of request: RunRequest, _ run: String) -> RequestAuthor {
    readAuthor(runPath(run, request.takenFile)) ?? RequestAuthor([], owner: "someone")
  }

  /// Answers a request that this process has taken.
  package func answer(
    _ request: RunRequest, _ answer: RequestAnswer, run: String
  ) throws(SpoolError) {
    let aside = Aside("answer", in: runPath(run))
    try naming("write", aside.path) { () throws(Errno) in
      // An empty answer says that it was done. So a refusal is whole, or there is no answer.
      if answer.result == .refused {
        try aside.write(answer.json.bytes(), permissions: shape.files)
      } else {
        try aside.writeWhatFits(answer.json.bytes(), permissions: shape.files)
      }
    }
    try publishAnswer(request, aside.name, run: run)
    aside.release()
    // A directory of that name stays: the answer counts.
    try? removeIfThere(runPath(run, request.takenFile))
  }

  /// `suspended` in `runs/RUN/N/`: the user who has suspended the attempt, and the time.
  package static var suspendedFile: String { "suspended" }

  /// Reads the user who has suspended an attempt. Returns nil if it is not suspended. Call it only after a listing that
  /// had the name.
  func readSuspension(_ run: String, _ number: Int) -> RequestAuthor? {
    readAuthor(runPath(run, "\(number)/" + Self.suspendedFile))
  }

  private func readAuthor(_ path: String) -> RequestAuthor? {
    guard let file = try? System.open(path, .reading), let information = try? file.information(),
      information.isRegular, let bytes = try? file.readAll(limit: 65_536)
    else { return nil }
    return RequestAuthor(bytes, owner: Account(user: information.owner).name)
  }
}

extension Attempt {
  /// Writes into the attempt's folder which user has suspended it, for `list`, `why` and `show`. A failure to write it
  /// is ignored, because it changes nothing about the run.
  package func noteSuspension(_ author: RequestAuthor) {
    let aside = Aside("suspended", in: folder)
    do {
      try aside.writeWhatFits(author.bytes, permissions: queue.shape.files)
      try queue.publishFile(aside.path, as: folder + "/" + Queue.suspendedFile)
      aside.release()
    } catch {}
  }

  /// Removes the note: the command goes on, or is ended.
  package func clearSuspension() {
    try? queue.removeIfThere(folder + "/" + Queue.suspendedFile)
  }
}

extension Aside {
  /// Makes the file and writes all of it, or nothing where the disk is full: perhaps because of this very run, and
  /// the file's name says enough.
  func writeWhatFits(_ bytes: [UInt8], permissions: FileMode, sync: Bool = false) throws(Errno) {
    let file = try System.create(path, permissions: permissions)
    do throws(Errno) {
      try file.write(bytes)
    } catch {
      guard error.isFull else { throw error }
    }
    if sync { try file.sync() }
  }
}
