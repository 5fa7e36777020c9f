// The logs of values that a run writes: the files of W&B's client, and metrics.jsonl.

/// The part of a file that is read: all of it if it is small, otherwise its beginning and its end.
///
/// The beginning has the configuration, the end the last values of the summary.
package struct LogSpan: Sendable {
  /// The largest size of a file that is read whole, in bytes.
  let whole: Int
  let head: Int
  let tail: Int

  /// For a list of runs that go on, which is drawn again and again.
  package static let glance = LogSpan(whole: 256 << 10, head: 64 << 10, tail: 128 << 10)
  /// For the record of a run, which waits for it.
  package static let record = LogSpan(whole: 4 << 20, head: 512 << 10, tail: 2 << 20)
  /// For the whole history, once.
  package static let history = LogSpan(whole: 64 << 20, head: 16 << 20, tail: 16 << 20)

  /// For one picture of many runs.
  package static let drawing = LogSpan(whole: 4 << 20, head: 1 << 20, tail: 1 << 20)

  /// The part of each of several files.
  fileprivate func divided(by count: Int) -> LogSpan {
    let count = Swift.max(count, 1)
    return LogSpan(whole: whole / count, head: head / count, tail: tail / count)
  }
}

extension Queue {
  /// `metrics.jsonl`: an object on each line, values that a run logged together.
  package static var metricsFile: String { "metrics.jsonl" }
  /// `wandb`: where W&B's client puts a folder for each call of `init`.
  package static var wandbFolder: String { "wandb" }

  /// The number of folders that are read, the newest.
  private static var wandbFolderLimit: Int { 16 }

  /// Whether a run has logged anything, from a listing of its folder.
  package static func hasLogged(_ names: [String]) -> Bool {
    names.contains { $0 == metricsFile || $0 == wandbFolder }
  }

  /// The logged values of the run that belong into a record. Values that cannot be read are left out.
  ///
  /// - Parameter names: A listing of the run's folder.
  package func readLogged(of run: String, _ names: [String], _ span: LogSpan) -> LoggedValues {
    var values = LoggedValues()
    forEachWandbRecord(of: run, names, span) { values.add($0) }
    forEachMetricLine(of: run, names, span) { values.add($0) }
    return values
  }

  /// The courses of the values that the run logged.
  ///
  /// - Parameters:
  ///   - keys: The only keys that are of interest, with dots between nested ones; nil for all.
  ///   - pointLimit: The number of points of each that are kept, at even distances.
  ///   - span: The part of each file that is read.
  package func readHistory(
    of run: String, of keys: [String]? = nil, keeping pointLimit: Int, _ span: LogSpan = .history
  ) -> MetricHistory {
    var history = MetricHistory(of: keys, keeping: pointLimit)
    guard let names = (try? runDirectory(run).names()).flatMap({ $0 }) else { return history }
    forEachWandbRecord(of: run, names, span) { history.add($0) }
    forEachMetricLine(of: run, names, span) { history.add($0) }
    return history
  }

  private func forEachMetricLine(
    of run: String, _ names: [String], _ span: LogSpan, _ body: (MetricLine) -> Void
  ) {
    guard names.contains(Self.metricsFile) else { return }
    var lines = MetricLines(fromStart: true)
    span.read(runPath(run, Self.metricsFile)) { bytes, isElsewhere in
      if isElsewhere { lines = MetricLines(fromStart: false) }
      lines.feed(bytes, body)
    }
  }

  private func forEachWandbRecord(
    of run: String, _ names: [String], _ span: LogSpan, _ body: (WandbRecord) -> Void
  ) {
    guard names.contains(Self.wandbFolder) else { return }
    let files = wandbFiles(of: run)
    let span = span.divided(by: files.count)
    for file in files {
      var log = WandbLog(fromStart: true)
      span.read(file) { bytes, isElsewhere in
        if isElsewhere { log = WandbLog(fromStart: false) }
        log.feed(bytes) { record in
          if let record = WandbRecord(record) { body(record) }
        }
      }
    }
  }

  /// The logs in `offline-run-DATE_TIME-ID/` and `run-DATE_TIME-ID/`, the oldest first. If some of them have the run's
  /// name, these alone: a script may call `init` for other runs beside its own.
  private func wandbFiles(of run: String) -> [String] {
    let place = runPath(run, Self.wandbFolder)
    var folders: [(time: String, name: String)] = []
    for name in (try? System.list(place)) ?? [] {
      for prefix in ["offline-run-", "run-"] where name.hasPrefix(prefix) {
        folders.append((String(name.dropFirst(prefix.count)), name))
      }
    }
    folders.sort { ($0.time, $0.name) < ($1.time, $1.name) }
    let own = "-" + run
    let ownFolders = folders.filter { $0.time.hasSuffix(own) }
    return (ownFolders.isEmpty ? folders : ownFolders).suffix(Self.wandbFolderLimit).flatMap {
      folder in
      let path = place + "/" + folder.name
      return ((try? System.list(path)) ?? []).filter {
        $0.hasPrefix("run-") && $0.hasSuffix(".wandb")
      }.sorted().prefix(4).map { path + "/" + $0 }
    }
  }
}

extension LogSpan {
  /// The number of bytes that are read at once.
  private static let piece = 256 << 10

  /// Reads a file that may grow, or be anything else than a file.
  ///
  /// - Parameter body: Gets the bytes in their order, and whether some were left out before these: then they begin at
  ///   a multiple of the size of a block.
  fileprivate func read(_ path: String, _ body: (_ bytes: [UInt8], _ isElsewhere: Bool) -> Void) {
    guard let file = try? System.open(path, .reading), let facts = try? file.information(),
      facts.isRegular
    else { return }
    if facts.size <= whole {
      Self.read(file, atMost: Swift.max(whole, Self.piece), isElsewhere: false, body)
      return
    }
    let start = (facts.size - tail) / WandbLog.blockSize * WandbLog.blockSize
    if start <= head {
      // The two parts meet.
      Self.read(file, atMost: start + tail + WandbLog.blockSize, isElsewhere: false, body)
      return
    }
    Self.read(file, atMost: head, isElsewhere: false, body)
    guard (try? file.seek(to: start)) != nil else { return }
    Self.read(file, atMost: tail + WandbLog.blockSize, isElsewhere: true, body)
  }

  private static func read(
    _ file: borrowing Descriptor, atMost limit: Int, isElsewhere: Bool,
    _ body: (_ bytes: [UInt8], _ isElsewhere: Bool) -> Void
  ) {
    var rest = limit
    var isElsewhere = isElsewhere
    while rest > 0, let bytes = try? file.read(atMost: Swift.min(rest, piece)), !bytes.isEmpty {
      body(bytes, isElsewhere)
      isElsewhere = false
      rest -= bytes.count
    }
  }
}

extension Queue {
  /// Adds a line to the `metrics.jsonl` of a run, by one write at the end of the file: several processes of a run may
  /// do so at once.
  ///
  /// - Parameter folder: `$SPOOL_RUN_DIR`.
  /// - Throws: ``SpoolError`` if the file cannot be written, or the line is longer than a reader takes.
  package static func log(
    _ values: JSONObject, step: Int?, inFolder folder: String
  ) throws(SpoolError) {
    var line = MetricLine.bytes(values, step: step)
    guard line.count <= MetricLine.sizeLimit else {
      throw SpoolError(
        .badInput,
        "the values have \(line.count) bytes, and a line of \(metricsFile) at most"
          + " \(MetricLine.sizeLimit)")
    }
    let path = folder + "/" + metricsFile
    try naming("write", path) { () throws(Errno) in
      let file = try System.open(path, .appending)
      let facts = try file.information()
      guard facts.isRegular else { throw .invalidArgument }
      if facts.size > 0 {
        // A writer that was killed, or met a full disk, may have left a part of a line.
        try file.seek(to: facts.size - 1)
        if try file.read(atMost: 1) != [UInt8(ascii: "\n")] {
          line.insert(UInt8(ascii: "\n"), at: 0)
        }
      }
      try file.write(line)
    }
  }
}
