import Synchronization

/// Users and groups that are not in the files of this host: `getent` asks LDAP, SSSD and other services.
///
/// `getent` belongs to the host's own C library, so that its plug-ins need not fit this program. Answers are kept
/// for five minutes. That a name does not exist is kept for one minute: the service may have been away.
package enum NameService {
  /// The first line of an answer, split at its colons. Returns nil if no entry has that name or number, or there
  /// is no `getent`.
  static func line(_ database: String, _ key: String) -> [String]? {
    answer(database, key).map { line in
      // By bytes: a comment may begin with an accent, which would join the colon before it.
      line.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        .map { String(Substring($0)) }
    }
  }

  /// The numbers of the groups that a user is a member of.
  static func groups(of user: String) -> [UInt32] {
    // "ann  1100 20000"; the name may contain blanks.
    guard let answer = answer("initgroups", user), answer.utf8.starts(with: (user + " ").utf8)
    else { return [] }
    return answer.utf8.dropFirst(user.utf8.count).split(separator: UInt8(ascii: " "))
      .compactMap { UInt32(Substring($0)) }
  }

  /// The end of a message about an unknown user or group: it may exist, if `getent` is too slow. Empty if `getent`
  /// answers, or is not there.
  package static var excuse: String {
    let isLate = memory.withLock { $0.isLate && $0.silentUntil > .now }
    return isLate
      ? ", or getent, which may know it, has not answered within \(Int(patience)) seconds: try again later"
      : ""
  }

  private struct Memory {
    var answers: [String: (line: String?, until: Instant)] = [:]
    /// The time until which no question is asked.
    var silentUntil = Instant.first
    /// Whether the reason is an answer that took too long.
    var isLate = false
  }

  private static let memory = Mutex(Memory())
  /// One question at a time, so that a question that comes several times at once is asked once.
  private static let asking = Mutex(())
  /// The most seconds that `getent` may take.
  private static let patience = 5.0
  /// For how long an answer is kept, for how long that there is none, and for how long no question is asked after
  /// `getent` did not answer.
  private static let keeping = (
    found: TimeSpan.seconds(300), missing: TimeSpan.seconds(60), silence: TimeSpan.seconds(60)
  )

  private static func answer(_ database: String, _ key: String) -> String? {
    // `getent` would take other texts for an option, or its answer would not be one line.
    guard let first = key.utf8.first, first != UInt8(ascii: "-"), key.utf8.count <= 256,
      !key.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: ":") || $0 == 0x7F })
    else { return nil }
    let name = database + " " + key
    if let known = known(name) { return known.line }
    return asking.withLock { _ in
      if let known = known(name) { return known.line }
      let said = ProgramOutput.of(["getent", database, key], within: patience)
      var line: String?
      if case .output(let bytes) = said {
        line = bytes.split(separator: UInt8(ascii: "\n")).first
          .map { String(raw: $0) }
      }
      let now = Instant.now
      memory.withLock { memory in
        switch said {
        // Otherwise each name would wait for a service that is away.
        case .late, .missing:
          memory.silentUntil = now + keeping.silence
          memory.isLate = said == .late
        case .output, .failed:
          // Files of strangers may name very many. Then all are asked for again.
          if memory.answers.count >= 10_000 { memory.answers.removeAll() }
          let kept = line == nil ? keeping.missing : keeping.found
          memory.answers[name] = (line, now + kept)
        }
      }
      return line
    }
  }

  /// The known answer, or no answer if no question is asked now. Returns nil if `getent` is to be asked.
  private static func known(_ name: String) -> (line: String?, until: Instant)? {
    let now = Instant.now
    return memory.withLock { memory in
      if let known = memory.answers[name], known.until > now { return known }
      return memory.silentUntil > now ? (nil, memory.silentUntil) : nil
    }
  }
}
