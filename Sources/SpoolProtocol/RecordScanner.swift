/// Finds a few values in the text of a run's record, without parsing the rest.
package struct RecordScanner: Sendable {
  /// The keys of a record, in the order in which it has them: the scan ends after the last wanted key.
  package enum Key: Int, CaseIterable, Sendable {
    case state, job, author, owner, command, args, runConfig, tags
    case createdAt, startedAt, endedAt, duration, exitCode
    case signal, reason, host, attempt, sweep, project

    // Every word is written out: printing a case takes longer than reading the whole record.
    fileprivate var name: String {
      switch self {
      case .state: "state"
      case .job: "job"
      case .author: "author"
      case .owner: "owner"
      case .command: "command"
      case .args: "args"
      case .tags: "tags"
      case .runConfig: "run_config"
      case .createdAt: "created_at"
      case .startedAt: "started_at"
      case .endedAt: "ended_at"
      case .duration: "duration_s"
      case .exitCode: "exit_code"
      case .signal: "signal"
      case .reason: "reason"
      case .host: "host"
      case .attempt: "attempt"
      case .sweep: "sweep"
      case .project: "project"
      }
    }
  }

  private let scanner: JSONScanner
  /// The scanner's position for each key; -1 for a key that is not wanted.
  private let positions: [Int]

  package init(_ keys: [Key]) {
    scanner = JSONScanner(keys: keys.map(\.name))
    positions = Key.allCases.map { keys.firstIndex(of: $0) ?? -1 }
  }

  /// Finds the values. Returns nil if the text is not an object as far as it was read.
  ///
  /// - Parameters:
  ///   - bytes: The text of a record. It must be valid for as long as the result is used.
  ///   - ranges: Memory that can be used again for the next record.
  ///   - mayBeCut: Whether the text may end anywhere: then the values found before its end count.
  package func scan(
    _ bytes: UnsafeRawBufferPointer, _ ranges: inout [Range<Int>?], mayBeCut: Bool = false
  ) -> ScannedRecord? {
    guard scanner.scan(bytes, into: &ranges) || mayBeCut else { return nil }
    return ScannedRecord(bytes: bytes, ranges: ranges, positions: positions)
  }
}

/// The values that were found in a record. A value is nil if it was not looked for, is missing, or is of another type.
package struct ScannedRecord {
  fileprivate let bytes: UnsafeRawBufferPointer
  fileprivate let ranges: [Range<Int>?]
  fileprivate let positions: [Int]

  private func range(_ key: RecordScanner.Key) -> Range<Int>? {
    let position = positions[key.rawValue]
    return position < 0 ? nil : ranges[position]
  }

  package func text(_ key: RecordScanner.Key) -> String? {
    range(key).flatMap { JSONScanner.string(bytes, $0) }
  }

  package func texts(_ key: RecordScanner.Key) -> [String]? {
    range(key).flatMap { JSONScanner.json(bytes, $0) }?.arrayValue?.compactMap { $0.stringValue }
  }

  package func object(_ key: RecordScanner.Key) -> JSONObject? {
    range(key).flatMap { JSONScanner.json(bytes, $0) }?.objectValue
  }

  package func number(_ key: RecordScanner.Key) -> Double? {
    range(key).flatMap { JSONScanner.double(bytes, $0) }
  }

  package func whole(_ key: RecordScanner.Key) -> Int? { number(key).flatMap { Int(exactly: $0) } }

  package func time(_ key: RecordScanner.Key) -> Timestamp? { text(key).flatMap { Timestamp($0) } }

  package var state: RunState? { text(.state).flatMap { RunState(rawValue: $0) } }
}
