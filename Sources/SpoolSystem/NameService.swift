import Synchronization

/// People and groups that are not in the files of this host: what `getent` knows of LDAP, SSSD and the
/// other sources of names.
///
/// It is the program of the host's own C library, so that its plug-ins need not fit this program. Answers
/// are kept for five minutes, those that say no for one: the service of the names may have been away.
package enum NameService {
  /// The first line of an answer, split at its colons; nil: nobody has that name or number, or there is
  /// no `getent`.
  static func line(_ database: String, _ key: String) -> [String]? {
    answer(database, key).map { line in
      line.split(separator: ":", omittingEmptySubsequences: false).map { String($0) }
    }
  }

  /// The numbers of the groups that a user is a member of.
  static func groups(of user: String) -> [UInt32] {
    // "ann  1100 20000"; a name may have blanks itself.
    guard let answer = answer("initgroups", user), answer.hasPrefix(user + " ") else { return [] }
    return answer.dropFirst(user.count).split(separator: " ").compactMap { UInt32($0) }
  }

  /// Why somebody whom nothing here knows may be known all the same, for the end of a message: empty when
  /// `getent` answers, or is not there.
  package static var excuse: String {
    let isLate = memory.withLock { $0.isLate && $0.silentUntil > .now }
    return isLate
      ? ", or getent, which may know it, has not answered within \(Int(patience)) seconds: try again later"
      : ""
  }

  private struct Memory {
    var answers: [String: (line: String?, until: Instant)] = [:]
    /// Until when nobody is asked.
    var silentUntil = Instant.first
    /// Whether that is because an answer took too long.
    var isLate = false
  }

  private static let memory = Mutex(Memory())
  /// One question at a time: what many ask for at once is asked once.
  private static let asking = Mutex(())
  /// Seconds that `getent` may take.
  private static let patience = 5.0
  /// For how long an answer is kept, one that says no, and for how long nobody is asked after none came.
  private static let keeping = (
    found: TimeSpan.seconds(300), missing: TimeSpan.seconds(60), silence: TimeSpan.seconds(60)
  )

  private static func answer(_ database: String, _ key: String) -> String? {
    // What no name is would be taken for an option, or for more than one line.
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
        // Else a directory that is away would cost each name its time.
        case .late, .missing:
          memory.silentUntil = now + keeping.silence
          memory.isLate = said == .late
        case .output, .failed:
          // Of very many, which files of strangers may have, all are asked for again.
          if memory.answers.count >= 10_000 { memory.answers.removeAll() }
          let kept = line == nil ? keeping.missing : keeping.found
          memory.answers[name] = (line, now + kept)
        }
      }
      return line
    }
  }

  /// What is known of a name, or that nobody is to be asked; nil: somebody is.
  private static func known(_ name: String) -> (line: String?, until: Instant)? {
    let now = Instant.now
    return memory.withLock { memory in
      if let known = memory.answers[name], known.until > now { return known }
      return memory.silentUntil > now ? (nil, memory.silentUntil) : nil
    }
  }
}
