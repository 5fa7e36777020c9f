/// `runs/RUN/N/unstarted.json`: a start that failed before its command began.
///
/// Written by the agent of the claim, which alone saw the failure. A mark that counts is never changed. Of
/// consecutive marks that do not count, the last mark stands for all.
package struct UnstartedMark: Sendable, Equatable {
  package var claim: ClaimName
  package var host: String
  /// The inode of the job file, as in a start record: a mark belongs to that file alone.
  package var inode: UInt64
  /// Whether the run's own file may be the cause: the run's runner died, and another runner did not.
  package var counts: Bool
  /// The cause in words: `its runner died (signal ILL)`, `No space left on device`.
  package var cause: String
  /// The number of failed starts that it stands for.
  package var times: Int

  /// After this many marks that count the run ends as crashed.
  package static let limit = 3
  /// The largest size of a cause, in bytes: a process may print much before it dies.
  package static let causeLimit = 1000

  package init(
    claim: ClaimName, host: String, inode: UInt64, counts: Bool, cause: String, times: Int = 1
  ) {
    self.claim = claim
    self.host = host
    self.inode = inode
    self.counts = counts
    self.cause = Self.beginning(of: cause)
    self.times = times
  }

  private static func beginning(of text: String) -> String {
    if text.utf8.count <= causeLimit { return text }
    var kept = String.UnicodeScalarView()
    var count = 0
    for scalar in text.unicodeScalars {
      count += UTF8.width(scalar)
      if count > causeLimit { break }
      kept.append(scalar)
    }
    return String(kept)
  }

  package var json: JSON {
    .object(
      JSONObject([
        ("claim", .string(claim.text)), ("host", .string(host)), ("inode", .number("\(inode)")),
        ("counts", .bool(counts)), ("cause", .string(cause)), ("times", .number(times)),
      ]))
  }

  package init?(_ bytes: [UInt8]) {
    guard let object = (try? JSON(parsing: bytes, dialect: .strict))?.objectValue,
      let claim = object["claim"]?.stringValue.flatMap({ ClaimName($0) }),
      let host = object["host"]?.stringValue,
      case .number(let literal)? = object["inode"], let inode = UInt64(literal),
      let counts = object["counts"]?.boolValue
    else { return nil }
    self.init(
      claim: claim, host: host, inode: inode, counts: counts,
      cause: object["cause"]?.stringValue ?? "",
      times: Swift.min(Swift.max(object["times"]?.intValue ?? 1, 1), 1_000_000))
  }
}

/// The failed starts of a file that an agent itself has seen. They count if no mark could be written, or
/// if the run removed the marks.
package struct SeenStarts: Sendable, Equatable {
  /// The inode of the job file.
  package var inode: UInt64
  /// The number of failed starts.
  package var times: Int
  /// The number of failed starts that count.
  package var counted: Int

  package init(inode: UInt64, times: Int, counted: Int) {
    self.inode = inode
    self.times = times
    self.counted = counted
  }
}

/// The failed starts of a waiting run, from all its marks.
package struct UnstartedStarts: Sendable, Equatable {
  /// The number of failed starts.
  package var times = 0
  /// The number of failed starts that count.
  package var counted = 0
  package var last: UnstartedMark
  /// The time of the last mark, by the file server's clock.
  package var at: Timestamp

  /// Creates a value with `last` as the last mark; no start is counted yet.
  package init(last: UnstartedMark, at: Timestamp) {
    self.last = last
    self.at = at
  }

  /// Seconds that the run waits after this many failed starts: 2, 16, 128, then 300.
  package static func pause(after times: Int) -> Double {
    switch times {
    case ...1: 2
    case 2: 16
    case 3: 128
    default: 300
    }
  }

  /// The time of the next try, by the file server's clock.
  package var until: Timestamp {
    at.adding(seconds: Self.pause(after: times))
  }

  /// The failed starts in words, as the rest of a sentence that begins with the run's name.
  ///
  /// - Parameter now: The present time by the file server's clock.
  package func words(at now: Timestamp) -> String {
    let count = times == 1 ? "once" : times == 2 ? "twice" : "\(times) times"
    let age = DurationText.text(Swift.max(0, now.seconds(since: at).rounded()))
    return
      (last.counts
      ? "its runner died \(count) before its command began" : "its start failed \(count)")
      + " (\(last.cause), on \(last.host), \(age) ago)"
  }
}
