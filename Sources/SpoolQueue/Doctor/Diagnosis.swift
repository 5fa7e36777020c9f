/// What facts about a directory mean for queues in it, and what to do about it.
///
/// A function of the facts: nothing is looked at here.
package struct Diagnosis: Sendable, Equatable {
  /// How bad something is.
  package enum Level: String, Sendable, Comparable {
    case ok, warning, fault

    package static func < (left: Level, right: Level) -> Bool {
      left != right && (left == .ok || right == .fault)
    }
  }

  /// One thing that was looked at.
  package struct Line: Sendable, Equatable {
    package var level: Level
    /// What was looked at, in two words at most.
    package var subject: String
    /// What was found, as a sentence without a full stop.
    package var text: String
    /// What to do; nil where nothing is to be done.
    package var mend: String?
    /// The queue that it is about; nil: the directory.
    package var queue: String?

    package init(
      _ level: Level, _ subject: String, _ text: String, mend: String? = nil, queue: String? = nil
    ) {
      self.level = level
      self.subject = subject
      self.text = text
      self.mend = mend
      self.queue = queue
    }

    /// `level`, `subject`, `queue`, `text` and `mend`; null where there is none.
    package var json: JSONObject {
      JSONObject([
        ("level", .string(level.rawValue)), ("subject", .string(subject)),
        ("queue", queue.map { .string($0) } ?? .null), ("text", .string(text)),
        ("mend", mend.map { .string($0) } ?? .null),
      ])
    }
  }

  /// Everything that was looked at, in a fixed order.
  package let lines: [Line]

  /// Judges facts.
  package init(_ facts: DoctorFacts) {
    lines =
      Self.mount(facts) + Self.permissions(facts) + Self.steps(facts) + Self.watching(facts)
      + Self.clock(facts) + Self.space(facts) + facts.queues.flatMap { Self.queue($0, facts) }
  }

  /// The worst of it.
  package var level: Level { lines.map(\.level).max() ?? .ok }
}

// MARK: - Where it is mounted

extension Diagnosis {
  private static func mount(_ facts: DoctorFacts) -> [Line] {
    guard let mount = facts.mount else { return [] }
    let place = "\(mount.type) of \(mount.source), mounted on \(mount.point)"
    var lines: [Line] = []
    switch mount.type {
    case "tmpfs", "ramfs":
      lines.append(
        Line(
          .warning, "file system", "\(place): it is memory, and a restart loses every run",
          mend: "put queues on a disk"))
    case "overlay":
      lines.append(
        Line(
          .warning, "file system", "\(place): the layer of a container, which goes with it",
          mend: "put queues on a volume of the container"))
    case _ where mount.type.hasPrefix("fuse") && mount.type != "fuseblk":
      lines.append(
        Line(
          .warning, "file system",
          "\(place): what it keeps after a power cut, and what other hosts see, is its own affair",
          mend: "use NFS, or a local disk, where that matters"))
    default: lines.append(Line(.ok, "file system", place))
    }
    let dangers = mount.options.compactMap { danger($0, mount, isShared: facts.isShared) }
    if dangers.isEmpty, facts.isShared {
      lines.append(Line(.ok, "mount options", mount.options.joined(separator: ",")))
    }
    return lines + dangers
  }

  private static func danger(_ option: String, _ mount: MountEntry, isShared: Bool) -> Line? {
    func line(_ level: Level, _ text: String, _ mend: String) -> Line {
      Line(level, "mount options", "\(option): \(text)", mend: mend)
    }
    switch option {
    case "ro":
      return line(
        .fault, "nothing can be written", "mount -o remount,rw \(shellWord(mount.point))")
    case "noexec":
      return line(
        .warning, "a run cannot execute a program that lies here",
        "mount it with exec, if runs keep programs in their folders")
    case "soft", "softerr":
      return line(
        .fault, "a call that takes too long is given up, and may be done all the same afterwards",
        "mount it with hard")
    case "nocto":
      return line(
        .fault, "heartbeats and requests of other hosts are seen too late",
        "mount it without nocto")
    case "nolock", "local_lock=all", "local_lock=flock", "local_lock=posix":
      guard isShared else { return nil }
      return line(
        .warning,
        "locks hold on this host only; spool takes none, but what runs here may rely on them",
        "mount it with local_lock=none, if runs of several hosts lock files")
    default: return longCache(option).map { line(.warning, $0.text, $0.mend) }
    }
  }

  /// Attributes are remembered for 60 s at most where nothing is said.
  private static func longCache(_ option: String) -> (text: String, mend: String)? {
    let parts = option.split(separator: "=")
    guard parts.count == 2, let seconds = Int(parts[1]), seconds > 60,
      ["actimeo", "acregmin", "acregmax", "acdirmin", "acdirmax"].contains(String(parts[0]))
    else { return nil }
    return (
      "what another host changes may go unseen for \(seconds) seconds",
      "mount it without \(parts[0]), or with 60 at most"
    )
  }
}

// MARK: - Who may write

extension Diagnosis {
  private static func permissions(_ facts: DoctorFacts) -> [Line] {
    guard let own = facts.directories.first else { return [] }
    var lines: [Line] = []
    for directory in facts.directories {
      let isOwn = directory == own
      let path = shellWord(directory.path)
      if directory.permissions & 0o002 != 0, directory.permissions & 0o1000 == 0 {
        lines.append(
          Line(
            .fault, "permissions",
            "\(directory.path): everybody can write it, and put another queue in a queue's place",
            mend: "chmod o-w \(path)"))
      } else if directory.permissions & 0o002 != 0, isOwn {
        lines.append(
          Line(
            .warning, "permissions",
            "\(directory.path): everybody can make things in it, such as another's entity",
            mend: "chmod o-w \(path)"))
      } else if directory.owner.number != facts.user.number, directory.owner.number != 0 {
        lines.append(
          Line(
            .warning, "permissions",
            "\(directory.path): belongs to \(directory.owner.name), who can replace what is in it",
            mend: isOwn ? nil : "keep queues where only you, root or your group decide"))
      }
    }
    if lines.isEmpty {
      lines.append(
        Line(
          .ok, "permissions",
          "\(own.owner.name)'s, \(octal(own.permissions)); nobody else can replace it or what leads to it"
        ))
    }
    return lines
  }

  private static func octal(_ permissions: UInt32) -> String {
    let digits = String(permissions, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }
}

// MARK: - What the file system does

extension Diagnosis {
  /// What failed, each by itself; of the rest one line a subject.
  private static func steps(_ facts: DoctorFacts) -> [Line] {
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
    let path = shellWord(facts.path)
    switch error {
    case .noSpace:
      return "make room on the file system, or of files of \(facts.user.name) where a quota holds"
    case .readOnly: return "mount it for writing, or use another directory"
    case .notPermitted, .accessDenied:
      if step == .link { return "put queues on a file system with hard links" }
      guard let owner = facts.directories.first?.owner, owner != facts.user else {
        return "chmod u+rwx \(path)"
      }
      return "ask \(owner.name), whose it is, or use a directory of your own"
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

// MARK: - Seeing, clocks, space

extension Diagnosis {
  private static func watching(_ facts: DoctorFacts) -> [Line] {
    guard let delay = facts.listingDelay else { return [] }
    let seen = "what is made here is listed after \(duration(delay))"
    if delay < 2 { return [Line(.ok, "seeing", seen)] }
    return [
      Line(
        .warning, "seeing", seen + "; agents see new runs and requests that late",
        mend: "look at the load of the server, and at the attribute cache of the mount")
    ]
  }

  private static func clock(_ facts: DoctorFacts) -> [Line] {
    guard let offset = facts.clockOffset else { return [] }
    let text =
      abs(offset) < 1
      ? "it agrees with this host's"
      : "it is \(duration(abs(offset))) \(offset > 0 ? "ahead of" : "behind") this host's"
    let subject = facts.isShared ? "server's clock" : "clock"
    if abs(offset) < 60 { return [Line(.ok, subject, text)] }
    return [
      Line(
        .warning, subject,
        text + "; claims and leases do not mind, but times that people and make compare are wrong",
        mend: "let both follow the same time server (chronyc tracking)")
    ]
  }

  private static func space(_ facts: DoctorFacts) -> [Line] {
    guard let space = facts.space else { return [] }
    let mend = "make room: spool queue list shows where runs are kept"
    var lines: [Line] = []
    let free = "\(bytes(space.free)) of \(bytes(space.total)) are free"
    switch space.free {
    case ..<(1 << 20):
      lines.append(Line(.fault, "space", free + ": nothing can be queued", mend: mend))
    case ..<(256 << 20): lines.append(Line(.warning, "space", free, mend: mend))
    default: lines.append(Line(.ok, "space", free))
    }
    // 0 of 0 where they are made as they are needed.
    if space.totalFiles > 0 {
      let free = "\(space.freeFiles) of \(space.totalFiles) files can still be made"
      switch space.freeFiles {
      case ..<16: lines.append(Line(.fault, "inodes", free + ": nothing can be queued", mend: mend))
      case ..<10_000: lines.append(Line(.warning, "inodes", free, mend: mend))
      default: lines.append(Line(.ok, "inodes", free))
      }
    }
    return lines
  }

  private static func bytes(_ count: UInt64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    var value = Double(count)
    var unit = 0
    while value >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    let tenths = Int((value * 10).rounded())
    let isWhole = unit == 0 || tenths % 10 == 0
    return (isWhole ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)") + " " + units[unit]
  }

  private static func duration(_ seconds: Double) -> String {
    if seconds < 1 { return "\(Int((seconds * 1000).rounded(.up))) ms" }
    if seconds < 120 { return "\((seconds * 10).rounded() / 10) s" }
    if seconds < 7200 { return "\(Int(seconds / 60)) minutes" }
    return "\(Int(seconds / 3600)) hours"
  }
}

// MARK: - Queues

extension Diagnosis {
  private static func queue(_ queue: DoctorFacts.QueueFacts, _ facts: DoctorFacts) -> [Line] {
    let option = "-q " + shellWord(queue.path)
    var lines: [Line] = []
    func add(_ level: Level, _ subject: String, _ text: String, mend: String? = nil) {
      lines.append(Line(level, subject, text, mend: mend, queue: queue.reference))
    }
    if let error = queue.error {
      add(.fault, "queue", error, mend: "look at its permissions: ls -ld \(shellWord(queue.path))")
    }
    if let error = queue.settingsError {
      add(
        .fault, "queue.json", error,
        mend: "mend the file; until then the settings hold that agents read last")
    }
    lines += setUp(of: queue)
    if queue.error != nil { return lines }
    switch (queue.liveAgents, queue.waiting) {
    case (0, 0): add(.ok, "agents", "none, and nothing waits")
    case (0, let waiting):
      add(
        .warning, "agents", "none, and \(counted(waiting, "run waits", "runs wait"))",
        mend: "spool agent \(option)")
    case (let live, _): add(.ok, "agents", "\(live) alive")
    }
    if queue.deadAgents > 0 {
      add(
        .warning, "agents", "\(counted(queue.deadAgents, "file", "files")) of dead ones",
        mend: "the next agent removes them, or spool recover \(option)")
    }
    if queue.mendable > 0 {
      add(
        .warning, "recovery",
        "\(counted(queue.mendable, "thing", "things")) that crashes left: the next agent mends that",
        mend: "spool recover \(option)")
    }
    if let first = queue.unsound.first {
      let more = queue.unsound.count > 1 ? ", and \(queue.unsound.count - 1) more" : ""
      add(
        .fault, "soundness", first + more,
        mend: "spool recover --check \(option) tells everything")
    }
    if queue.mendable == 0, queue.unsound.isEmpty {
      add(.ok, "recovery", "nothing to mend")
    }
    return lines
  }

  /// Whether its directories are as one of the set-ups has them, with the chmod that makes them so.
  private static func setUp(of queue: DoctorFacts.QueueFacts) -> [Line] {
    guard let own = queue.directories.first else { return [] }
    var lines: [Line] = []
    func add(_ level: Level, _ text: String, _ mend: String) {
      lines.append(Line(level, "set-up", text, mend: mend, queue: queue.reference))
    }
    let wanted: UInt32 = queue.isForGroup ? 0o2770 : 0o700
    let mode = octal(wanted)
    for directory in queue.directories {
      let isOpen = directory.permissions & 0o002 != 0
      let isGroups = directory.permissions & 0o020 != 0 && !queue.isForGroup
      if isOpen || isGroups {
        add(
          .fault,
          "\(directory.path): \(isOpen ? "everybody" : "its group") can write it, and so decide what"
            + " runs", "chmod \(mode) \(shellWord(directory.path))")
      } else if directory.permissions != own.permissions || directory.owner != own.owner {
        add(
          .warning,
          "\(directory.path): is \(directory.owner.name)'s, \(octal(directory.permissions)), and the"
            + " queue \(own.owner.name)'s, \(octal(own.permissions))",
          "chmod \(octal(own.permissions)) \(shellWord(directory.path))"
            + (directory.owner == own.owner
              ? "" : " && chown \(own.owner.name) \(shellWord(directory.path))"))
      }
    }
    if !queue.missing.isEmpty {
      add(
        .warning, "missing: \(queue.missing.joined(separator: " "))",
        "the next agent makes them")
    }
    if lines.isEmpty {
      lines.append(
        Line(
          .ok, "set-up",
          (queue.isForGroup ? "a group's" : "its owner's alone")
            + ", \(own.owner.name) \(octal(own.permissions))",
          queue: queue.reference))
    }
    return lines
  }

  private static func counted(_ count: Int, _ one: String, _ many: String) -> String {
    "\(count) \(count == 1 ? one : many)"
  }

  /// A path as a shell would need it.
  private static func shellWord(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { unit in
      (0x30...0x39).contains(unit) || (0x41...0x5A).contains(unit) || (0x61...0x7A).contains(unit)
        || "_-./:=,+@%".utf8.contains(unit)
    }
    if isPlain, !word.isEmpty { return word }
    return "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
