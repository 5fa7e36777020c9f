// The files that a run and its attempts leave in runs/RUN/.

extension Queue {
  /// `progress`: the progress of a run, which the run itself writes.
  package static var progressFile: String { "progress" }
  /// `summary.json`: the numbers that a run leaves.
  package static var summaryFile: String { "summary.json" }

  /// The number of bytes of a progress line that are shown.
  private static var progressLimit: Int { 200 }
  private static var summaryLimit: Int { 65_536 }

  /// Adds the results that the run itself wrote, where they are not known.
  ///
  /// - Parameters:
  ///   - names: A listing of the run's folder: a run without results costs no look-up.
  ///   - span: The part of the run's logs that is read.
  package func addResults(to run: inout Run, _ names: [String], _ span: LogSpan) {
    if run.progress == nil, names.contains(Self.progressFile) {
      run.progress = readProgress(of: run.run)
    }
    guard run.summary == nil else { return }
    let written = names.contains(Self.summaryFile) ? readSummary(of: run.run) : nil
    guard Self.hasLogged(names) else {
      run.summary = written
      return
    }
    let logged = readLogged(of: run.run, names, span)
    let summary = (written?.objectValue ?? JSONObject()).merging(over: logged.summary)
    if written != nil || !summary.isEmpty { run.summary = .object(summary) }
    run.logged = logged.recorded
  }

  /// The first line of the progress that the run wrote; nil if there is none that can be read.
  package func readProgress(of run: String) -> String? {
    guard let bytes = readResult(run, Self.progressFile, limit: Self.progressLimit) else {
      return nil
    }
    return Self.firstLine(of: bytes, limit: Self.progressLimit)
  }

  /// The first line of a text, at most `limit` bytes of it. Returns nil if it is empty.
  static func firstLine(of bytes: [UInt8], limit: Int) -> String? {
    let line = bytes.prefix(limit).prefix { $0 != UInt8(ascii: "\n") }
    // The text is not cut within a character.
    let whole = bytes.count > line.count ? line.endingWithCharacter : line
    return whole.isEmpty ? nil : String(raw: whole)
  }

  /// The object in the run's `summary.json`; nil if there is none that can be read.
  package func readSummary(of run: String) -> JSON? {
    guard let bytes = readResult(run, Self.summaryFile, limit: Self.summaryLimit),
      bytes.count <= Self.summaryLimit,
      let value = try? JSON(parsing: bytes, dialect: .relaxed), value.objectValue != nil,
      // A record is an object around it, and is read with the same limit.
      !value.isNested(deeperThan: JSON.nestingLimit - 4)
    else { return nil }
    return value
  }

  // A run may write anything. The result is shown if it makes sense, and is never an error.
  private func readResult(_ run: String, _ file: String, limit: Int) -> [UInt8]? {
    guard let file = try? System.open(runPath(run, file), .reading),
      let information = try? file.information(), information.isRegular
    else { return nil }
    return try? file.readAll(limit: limit)
  }

  /// The bytes of a file that may be a record. Returns no bytes if the file is too large for a record.
  func readIfRecord(_ path: String) throws(Errno) -> [UInt8] {
    do throws(Errno) {
      return try readWhole(path).bytes
    } catch {
      if [.tooLarge, .symbolicLink, .noDevice].contains(error) { return [] }
      throw error
    }
  }
}

extension ArraySlice<UInt8> {
  /// The bytes without those of an incomplete last character.
  fileprivate var endingWithCharacter: ArraySlice<UInt8> {
    guard let start = lastIndex(where: { $0 & 0xC0 != 0x80 }) else { return self }
    let length =
      switch self[start] {
      case 0xF0...: 4
      case 0xE0...: 3
      case 0xC0...: 2
      default: 1
      }
    return endIndex - start < length ? self[..<start] : self
  }
}
