extension Queue {
  /// What a file in `queued/` turned out to be.
  package enum Inspection: Sendable {
    /// Another process took it, or its owner removed it.
    case gone
    /// Never a job, because it is a directory, a link or a pipe; the text says which.
    case notAFile(String)
    /// Not run, for a reason that its owner can mend.
    case untrusted(String)
    /// Does not parse, and may still be on its way: `cp` is not atomic.
    case incomplete(FileInformation, JobFileError)
    /// Needs a newer spool, and waits for it.
    case tooNew(String)
    /// Will never run. It is claimed all the same, to end as crashed with the reason.
    case invalid(FileInformation, JobFileError)
    case ready(FileInformation, Job)
  }

  /// Reads a waiting file, without following a link or waiting for a pipe.
  package func inspect(_ file: String, _ trust: Trust) throws(SpoolError) -> Inspection {
    let opened: OpenedFile
    do throws(Errno) {
      let found = try System.open(path(.queued, file), .reading)
      let information = try found.information()
      guard information.isRegular else {
        return .notAFile(information.isDirectory ? "a directory" : "a special file")
      }
      // This check comes before the reading: a file that will not run costs only a look.
      if let objection = trust.objection(to: information) { return .untrusted(objection) }
      opened = OpenedFile(
        bytes: try found.readAll(limit: Job.sizeLimit, expecting: information.size),
        information: information)
    } catch {
      switch error {
      case .notFound: return .gone
      case .symbolicLink: return .notAFile("a symbolic link")
      case .accessDenied: return .untrusted("it cannot be read (chmod)")
      case .isDirectory: return .notAFile("a directory")
      case .noDevice: return .notAFile("a socket or a device")
      default: throw SpoolError("read", path(.queued, file), error)
      }
    }
    do throws(JobFileError) {
      return .ready(opened.information, try Job(parsing: opened.bytes))
    } catch {
      if error.isTooNew { return .tooNew(error.message) }
      // A text that ends too early is not the only sign: a file that is being copied over a network may have holes.
      let isText = (try? JSON(parsing: opened.bytes, dialect: .relaxed)) != nil
      return isText
        ? .invalid(opened.information, error) : .incomplete(opened.information, error)
    }
  }

  /// The bytes of a job file, at most one more than are allowed, and the file system's information about the file.
  package struct OpenedFile: Sendable {
    package let bytes: [UInt8]
    package let information: FileInformation
  }

  /// Opens a file, looks at it and reads it, if it is a regular file.
  package func read(_ path: String) throws(Errno) -> OpenedFile {
    let file = try System.open(path, .reading)
    let information = try file.information()
    guard information.isRegular else { return OpenedFile(bytes: [], information: information) }
    return OpenedFile(
      bytes: try file.readAll(limit: Job.sizeLimit, expecting: information.size),
      information: information)
  }

  /// Takes a waiting file for `claim`. Returns nil if another claim was first.
  ///
  /// A file without both prefixes was dropped. It gets the name of a run of its own and its submission time by the
  /// file server's clock, and keeps both. `mkdir` decides who has the name. A crash between the two steps leaves an
  /// empty folder, which recovery sweeps, and the file, which will be named `hello-2`.
  ///
  /// - Parameters:
  ///   - job: The content of the file, if the caller has just read it.
  ///   - kind: The kind of the queue's file system, if it is known.
  package func claim(
    _ file: String, _ information: FileInformation, for claim: ClaimName, reading job: Job? = nil,
    _ kind: FileSystemKind? = nil
  ) throws(SpoolError) -> QueueFileName? {
    guard let name = QueueFileName(file) else { return nil }
    if name.isFull {
      let target = name.parked(nil).claimed(by: claim)
      return try self.claim(file, as: target) ? target : nil
    }
    let began = Instant.now
    guard let run = try reserve(forDropped: file, name.run, job, kind) else { return nil }
    let target = QueueFileName(
      priority: name.effectivePriority, stamp: name.stamp ?? information.modified.stamp, run: run
    ).claimed(by: claim)
    do throws(SpoolError) {
      // This process slept so long that a name of a key may belong to another run by now.
      let isLate = Instant.now - began > Self.uniquePatience
      if !isLate, try self.claim(file, as: target) { return target }
    } catch {
      // The claim is tried again, and would take another name each time.
      _ = try? removeEmpty(runPath(run))
      throw error
    }
    // Another agent has the file, under a name that it reserved itself.
    _ = try removeEmpty(runPath(run))
    return nil
  }

  /// Reserves a name for a dropped file. Returns nil if another claimer has taken the file, or if the file is left
  /// for later.
  ///
  /// If the file has a `unique` key and another run has that key, the file gets the name that it would have without
  /// the key: its run ends as crashed, with ``uniqueObjection(to:named:)`` as the reason. If the key's name is only
  /// reserved, and has been for longer than a claim takes, it is open whether there will be a run: the file waits.
  private func reserve(
    forDropped file: String, _ base: String, _ job: Job?, _ kind: FileSystemKind?
  ) throws(SpoolError) -> String? {
    let read: String?? = if let job { .some(job.unique) } else { try uniqueKey(ofDropped: file) }
    guard let known = read else { return nil }
    guard let key = known else { return try reserve(base, forDropped: file, kind) }
    for _ in 0..<10 {
      switch try reserve(unique: key) {
      case .reserved(let run): return run
      case .taken:
        // The file may not get a name that the key may give: `hello-2` is a name of the key `hello`.
        let isOfKey = base == key || Self.isName(base, ofKey: key)
        return try reserve(
          isOfKey ? RunName.cleaned(base + "-refused") : base, forDropped: file, kind)
      case .reservedByAnother: TimeSpan.milliseconds(2).pause()
      }
    }
    return nil
  }

  /// Reserves a name for a dropped file without a key.
  ///
  /// An empty folder of that name may belong to another claimer, which made it a moment ago and is about to take
  /// the file. To go on with `hello-2` at once would win some of these races, and give the run a needless number:
  /// runs that wait for `hello` would not find it. So the file is left for later while the folder is young; on an
  /// overloaded machine a claimer may be held up for long. The folder may also be launch's, or have been left by a
  /// crash: then the number is right.
  private func reserve(
    _ base: String, forDropped file: String, _ known: FileSystemKind?
  ) throws(SpoolError) -> String? {
    if try reserveUnrecorded(base) { return base }
    // Answered looks are counted, not time: a server that hangs must not use the patience up.
    let isNetwork = if let known { known == .network } else { try fileSystem == .network }
    var pause = TimeSpan.milliseconds(isNetwork ? 20 : 1)
    for _ in 0..<(isNetwork ? 25 : 5) {
      do throws(Errno) {
        _ = try System.information(path(.queued, file))
      } catch {
        if error == .notFound { return nil }
      }
      // If the folder cannot be listed, for example because it is a file, it is not a claimer's.
      guard (try? runDirectory(base).names())?.isEmpty == true else { break }
      // On NFS a look at the file by its name may find it for seconds after it was taken.
      let isClaimed = try list(.starting).contains { QueueFileName($0)?.base == base }
      if isClaimed { break }
      pause.pause()
      if !isNetwork { pause = pause * 2 }
    }
    if try isBeingClaimed(base) { return nil }
    return try reserveNext(RunName.numbered(base, 2), from: base)
  }

  /// How long an empty folder may belong to a claimer that is about to take a dropped file, in seconds.
  private static let claimPatience = 5.0

  /// Whether a name was reserved a moment ago, and the queue has no run of that name.
  private func isBeingClaimed(_ run: String) throws(SpoolError) -> Bool {
    guard (try? runDirectory(run).names())?.isEmpty == true,
      let folder = try? System.information(runPath(run)), let now = serverTime(),
      abs(now.seconds(since: folder.modified)) < Self.claimPatience
    else { return false }
    // If there is a run, it has its name already.
    return try !sightings.has { $0.name.isFull && $0.name.base == run }
  }

  /// Reserves the first free name of `first`, `base-2`, `base-3`….
  package func reserveNext(
    _ first: String, from base: String
  ) throws(SpoolError) -> String {
    if try reserveUnrecorded(first) { return first }
    if let run = try reserveNumbered(base, from: 2) { return run }
    return try reserveRandomly(base)
  }

  /// Reserves `base-N` with the first free number from `first` on, if that is near. Otherwise the steps double
  /// until a number is free, and then the distance to a lower number is halved again and again: ten thousand taken
  /// names cost some thirty calls.
  ///
  /// - Returns: Nil if a step leads past the highest number.
  package func reserveNumbered(
    _ base: String, from first: Int
  ) throws(SpoolError) -> String? {
    var taken = first - 1
    var step = 1
    while true {
      guard taken <= NameNumber.limit - step else { return nil }
      if try reserveUnrecorded(RunName.numbered(base, taken + step)) { break }
      taken += step
      if taken >= first + 15 { step *= 2 }
    }
    var free = taken + step
    do throws(SpoolError) {
      while free - taken > 1 {
        let middle = (taken + free) / 2
        guard try reserveUnrecorded(RunName.numbered(base, middle)) else {
          taken = middle
          continue
        }
        let higher = free
        free = middle
        _ = try removeEmpty(runPath(RunName.numbered(base, higher)))
      }
    } catch {
      _ = try? removeEmpty(runPath(RunName.numbered(base, free)))
      throw error
    }
    return RunName.numbered(base, free)
  }

  /// Reserves a name that has no record either: `runs/RUN` may have been removed to make room, and the record kept.
  package func reserveUnrecorded(_ run: String) throws(SpoolError) -> Bool {
    guard try reserve(run) else { return false }
    let record = path(.done, run + QueueFileName.ending)
    let found = try namingIfThere("look at", record, doing: System.information(record))
    if found == nil { return true }
    _ = try removeEmpty(runPath(run))
    return false
  }

  private func reserveRandomly(_ base: String) throws(SpoolError) -> String {
    for _ in 0..<1000 {
      let run = RunName.random(base)
      if try reserve(run) { return run }
    }
    throw SpoolError(.no, "\(reference): no free name for a run \(base)")
  }
}
