/// Decides whose job files an agent runs.
///
/// Anyone who can write into `queued/` runs commands as the agent's user. So a file counts only if everyone who
/// could have written it is trusted.
package struct Trust: Sendable {
  private let me: UInt32
  private let users: Set<UInt32>
  private let groups: Set<UInt32>
  /// Names that had no number: their service may have been away, and is asked again.
  private let unknownUsers: [String]
  private let unknownGroups: [String]
  private let isPrivate: Bool

  /// Decides for an agent of this user, by the queue's settings and permissions.
  package init(_ queue: Queue, _ settings: QueueSettings) {
    self.init(queue, settings, as: Account.current.user, isPrivate: queue.shape.isPrivate)
  }

  /// Decides about the files of named jobs, for an agent of `user`.
  ///
  /// Their files lie outside the queue: that no other user can enter the queue proves nothing about them.
  package init(jobsOf queue: Queue, _ settings: QueueSettings, as user: UInt32? = nil) {
    self.init(queue, settings, as: user ?? Account.current.user, isPrivate: false)
  }

  /// Decides for an agent of `user`, by the queue's settings and permissions.
  package init(_ queue: Queue, _ settings: QueueSettings, as user: UInt32) {
    self.init(queue, settings, as: user, isPrivate: queue.shape.isPrivate)
  }

  private init(_ queue: Queue, _ settings: QueueSettings, as user: UInt32, isPrivate: Bool) {
    me = user
    (users, unknownUsers) = Self.numbers(of: settings.allowUsers) { Account.user(named: $0) }
    (groups, unknownGroups) = Self.numbers(of: settings.allowGroups) { Account.group(named: $0) }
    self.isPrivate = isPrivate
  }

  /// The numbers of names, and the names that have none.
  private static func numbers(
    of names: [String], _ number: (String) -> UInt32?
  ) -> (known: Set<UInt32>, unknown: [String]) {
    var known: Set<UInt32> = []
    var unknown: [String] = []
    for name in names {
      if let number = number(name) { known.insert(number) } else { unknown.append(name) }
    }
    return (known, unknown)
  }

  /// Why the file is not run. Returns nil if it is trusted.
  package func objection(to file: FileInformation) -> String? {
    if let objection = objection(toOwner: file.owner) { return objection }
    // In a directory that no other user can enter, the file's own permissions do not matter.
    if isPrivate, file.links == 1 { return nil }
    if file.links > 1 {
      return "it has \(file.links) names (hard links), so its owner may not have put it here"
    }
    return objection(toWritersOf: file)
  }

  /// Why a record that spool wrote is not trusted, or nil if it is. It has several names while its run's folder exists.
  package func objection(toRecord file: FileInformation) -> String? {
    if let objection = objection(toOwner: file.owner) { return objection }
    return isPrivate ? nil : objection(toWritersOf: file)
  }

  /// Why no file of that user is run. Returns nil if that user is trusted.
  package func objection(toOwner owner: UInt32) -> String? {
    if owner == me || owner == 0 { return nil }
    let name = Account.of(owner).name
    if me == 0 { return "its owner is \(name), and an agent of root runs only root's files" }
    if users.contains(owner) || unknownUsers.contains(where: { Account.user(named: $0) == owner }) {
      return nil
    }
    if allowedGroups.contains(where: { Account.isMember(owner, of: $0) }) { return nil }
    return "its owner \(name) is not the agent's user and is not named in allow_users or"
      + " allow_groups of queue.json"
  }

  private var allowedGroups: Set<UInt32> {
    unknownGroups.isEmpty
      ? groups : groups.union(unknownGroups.compactMap { Account.group(named: $0) })
  }

  private func objection(toWritersOf file: FileInformation) -> String? {
    if file.permissions & 0o002 != 0 {
      return "everybody can write it (chmod o-w)"
    }
    if me == 0, file.permissions & 0o020 != 0, file.group != 0 {
      return "its group can write it, and an agent of root runs only what nobody else can write"
        + " (chmod g-w)"
    }
    if file.permissions & 0o020 != 0, !allowedGroups.contains(file.group) {
      return "its group can write it and is not named in allow_groups of queue.json (chmod g-w)"
    }
    return nil
  }

  /// Throws the reason why a version of a named job is not run, if there is one.
  package func check(_ version: JobVersion) throws(SpoolError) {
    guard let objection = objection(to: version.file) else { return }
    throw SpoolError(.refused, "job \(version.reference): \(version.path): \(objection)")
  }
}
