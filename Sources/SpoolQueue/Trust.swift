/// Whose job files an agent runs.
///
/// Whoever can write into `queued/` runs commands as the agent's user, so a file counts only when
/// everyone who could have written it is trusted.
package struct Trust: Sendable {
  private let me: UInt32
  private let users: Set<UInt32>
  private let groups: Set<UInt32>
  private let isPrivate: Bool

  /// What the queue's settings and permissions say to an agent of this user.
  package init(_ queue: Queue, _ settings: QueueSettings) {
    self.init(queue, settings, as: Account.current.user, isPrivate: queue.shape.isPrivate)
  }

  /// The same for the files of named jobs, as an agent of `user` will look at them.
  ///
  /// They lie outside the queue: that nobody else can enter it proves nothing of them.
  package init(jobsOf queue: Queue, _ settings: QueueSettings, as user: UInt32? = nil) {
    self.init(queue, settings, as: user ?? Account.current.user, isPrivate: false)
  }

  /// The same to an agent of another user.
  package init(_ queue: Queue, _ settings: QueueSettings, as user: UInt32) {
    self.init(queue, settings, as: user, isPrivate: queue.shape.isPrivate)
  }

  private init(_ queue: Queue, _ settings: QueueSettings, as user: UInt32, isPrivate: Bool) {
    me = user
    users = Set(settings.allowUsers.compactMap { Account.user(named: $0) })
    groups = Set(settings.allowGroups.compactMap { Account.group(named: $0) })
    self.isPrivate = isPrivate
  }

  /// Why the file is not run; nil: it is trusted.
  package func objection(to file: FileInformation) -> String? {
    let owner = Account(user: file.owner).name
    if file.owner != me, file.owner != 0 {
      if me == 0 {
        return "its owner is \(owner), and an agent of root runs only root's files"
      }
      if !users.contains(file.owner), !groups.contains(where: { isMember(file, of: $0) }) {
        return "its owner \(owner) is not the agent's user and is not named in allow_users or"
          + " allow_groups of queue.json"
      }
    }
    // Below a directory that nobody else can enter, the file's own bits say nothing.
    if isPrivate, file.links == 1 { return nil }
    if file.links > 1 {
      return "it has \(file.links) names (hard links), so its owner may not have put it here"
    }
    if file.permissions & 0o002 != 0 {
      return "everybody can write it (chmod o-w)"
    }
    if file.permissions & 0o020 != 0, !groups.contains(file.group) {
      return "its group can write it and is not named in allow_groups of queue.json (chmod g-w)"
    }
    return nil
  }

  /// Throws why a version of a named job is not run; nothing where it is trusted.
  package func check(_ version: JobVersion) throws(SpoolError) {
    guard let objection = objection(to: version.file) else { return }
    throw SpoolError(.refused, "job \(version.reference): \(version.path): \(objection)")
  }

  private func isMember(_ file: FileInformation, of group: UInt32) -> Bool {
    Account.isMember(file.owner, of: group)
  }
}
