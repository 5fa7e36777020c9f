// What the file system did of all that a queue asks of it.
extension Diagnosis {
  /// What failed, each by itself; of the rest one line a subject.
  static func steps(_ facts: DoctorFacts) -> [Line] {
    var lines: [Line] = []
    let bad = facts.steps.filter { $0.outcome != .works }
    for (step, _) in facts.steps {
      let subject = step.subject
      if lines.contains(where: { $0.subject == subject }) { continue }
      if bad.contains(where: { $0.step.subject == subject }) { continue }
      lines.append(Line(.ok, subject, step.works))
    }
    for (step, outcome) in bad {
      switch outcome {
      case .works: break
      case .fails(let error):
        lines.append(
          Line(
            .fault, step.subject, "cannot \(step.action): \(error)",
            mend: mend(of: step, error, facts)))
      case .wrong(let seen):
        lines.append(
          Line(.fault, step.subject, seen, mend: "put queues on another file system"))
      }
    }
    return lines
  }

  private static func mend(
    of step: DoctorFacts.Step, _ error: Errno, _ facts: DoctorFacts
  ) -> String {
    let path = shellQuoted(facts.path)
    switch error {
    case .noSpace:
      return "free space on the file system, or in the quota of \(facts.user.name)"
    case .readOnly: return "mount it for writing, or use another directory"
    case .notPermitted, .accessDenied:
      if step == .link { return "put queues on a file system with hard links" }
      guard let owner = facts.directories.first?.owner, owner != facts.user else {
        return "chmod u+rwx \(path)"
      }
      return "ask its owner, \(owner.name), or use your own directory"
    case _ where step == .link: return "put queues on a file system with hard links"
    case .inputOutput: return "look into the log of the kernel (dmesg): the disk may be failing"
    default: return "put queues on another file system"
    }
  }
}

extension DoctorFacts.Step {
  fileprivate var subject: String {
    switch self {
    case .enter, .makeDirectory, .createFile, .write, .remove: "writing"
    case .sync: "fsync"
    case .permissions: "modes"
    case .excludeFile, .excludeDirectory, .excludeLink: "exclusion"
    case .rename, .renameOnce: "rename"
    case .link: "hard links"
    case .touch: "heartbeat"
    }
  }

  /// What its subject is when all of it works.
  fileprivate var works: String {
    switch self {
    case .enter, .makeDirectory, .createFile, .write, .remove:
      "directories and files can be listed, made, read and removed"
    case .sync: "files and directories are put on disk"
    case .permissions: "a file has the permissions that it was given"
    case .excludeFile, .excludeDirectory, .excludeLink:
      "a name that is taken is refused, to files, directories and links"
    case .rename, .renameOnce: "a file can be moved to a new name, and once only"
    case .link: "a file can have two names"
    case .touch: "a file's time can be set to the server's now"
    }
  }

  /// What was tried.
  fileprivate var action: String {
    switch self {
    case .enter: "list the directory"
    case .makeDirectory: "make a directory"
    case .createFile: "make a file"
    case .write: "write a file"
    case .sync: "put a file on disk"
    case .permissions: "set the permissions of a file"
    case .excludeFile: "make a file exclusively"
    case .excludeDirectory: "make a directory exclusively"
    case .rename, .renameOnce: "rename a file"
    case .link, .excludeLink: "make a hard link"
    case .touch: "set the time of a file"
    case .remove: "remove a file"
    }
  }
}
