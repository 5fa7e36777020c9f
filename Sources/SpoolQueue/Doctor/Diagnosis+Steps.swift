// How the file system did the steps that a queue needs.
extension Diagnosis {
  /// A line for each step that failed, and one line for each subject whose steps all work.
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
        let text = "cannot \(step.action): \(error)"
        lines.append(Line(.fault, step.subject, text, mend: mend(of: step, error, facts)))
      case .wrong(let seen):
        lines.append(Line(.fault, step.subject, seen, mend: "put queues on another file system"))
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
  fileprivate var subject: String { words.subject.rawValue }

  fileprivate var action: String { words.action }

  /// The words for the step's subject, if all of its steps work.
  fileprivate var works: String { words.subject.works }

  private enum Subject: String {
    case writing
    case sync = "fsync"
    case permissions = "modes"
    case exclusion, rename
    case link = "hard links"
    case heartbeat

    var works: String {
      switch self {
      case .writing: "directories and files can be listed, made, read and removed"
      case .sync: "files and directories are put on disk"
      case .permissions: "a file has the permissions that it was given"
      case .exclusion: "a name that is taken is refused, to files, directories and links"
      case .rename: "a file can be moved to a new name, and once only"
      case .link: "a file can have two names"
      case .heartbeat: "a file's time can be set to the server's now"
      }
    }
  }

  private var words: (subject: Subject, action: String) {
    switch self {
    case .enter: (.writing, "list the directory")
    case .makeDirectory: (.writing, "make a directory")
    case .createFile: (.writing, "make a file")
    case .write: (.writing, "write a file")
    case .remove: (.writing, "remove a file")
    case .sync: (.sync, "put a file on disk")
    case .permissions: (.permissions, "set the permissions of a file")
    case .excludeFile: (.exclusion, "make a file exclusively")
    case .excludeDirectory: (.exclusion, "make a directory exclusively")
    case .excludeLink: (.exclusion, "make a hard link")
    case .rename, .renameOnce: (.rename, "rename a file")
    case .link: (.link, "make a hard link")
    case .touch: (.heartbeat, "set the time of a file")
    }
  }
}
