// The mount of the directory, and the users who may write it.
extension Diagnosis {
  static func mount(_ facts: DoctorFacts) -> [Line] {
    guard let mount = facts.mount else { return [] }
    let place = "\(mount.type) of \(mount.source), mounted on \(mount.point)"
    func line(_ level: Level, _ text: String = "", mend: String? = nil) -> Line {
      Line(level, "file system", place + text, mend: mend)
    }
    let system =
      switch mount.type {
      case "tmpfs", "ramfs":
        line(
          .warning, ": it is memory, and a restart loses every run", mend: "put queues on a disk")
      case "overlay":
        line(
          .warning, ": the layer of a container, which goes with it",
          mend: "put queues on a volume of the container")
      case _ where mount.type.hasPrefix("fuse") && mount.type != "fuseblk":
        line(
          .warning,
          ": spool cannot know what it keeps after a power cut, or what other hosts see",
          mend: "use NFS, or a local disk, where that matters")
      case _ where facts.isShared && !FileSystemKind.isKnown(mount.type):
        line(
          .ok,
          ": not known to be local, so it counts as a network: agents poll, and the runs of a"
            + " host that died are ended after a lease")
      case _ where facts.isShared:
        line(
          .ok,
          ": a network, where agents poll, and the runs of a host that died are ended after a lease"
        )
      default: line(.ok)
      }
    let dangers = mount.options.compactMap { danger($0, mount, isShared: facts.isShared) }
    if dangers.isEmpty, facts.isShared {
      return [system, Line(.ok, "mount options", mount.options.joined(separator: ","))]
    }
    return [system] + dangers
  }

  private static func danger(_ option: String, _ mount: MountEntry, isShared: Bool) -> Line? {
    func line(_ level: Level, _ text: String, _ mend: String) -> Line {
      Line(level, "mount options", "\(option): \(text)", mend: mend)
    }
    switch option {
    case "ro":
      return line(
        .fault, "nothing can be written", "mount -o remount,rw \(shellQuoted(mount.point))")
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
        "locks hold on this host only; spool takes none, but other programs may rely on them",
        "mount it with local_lock=none, if runs of several hosts lock files")
    default: return longCache(option).map { line(.warning, $0.text, $0.mend) }
    }
  }

  /// The line for attributes that are cached too long. Without an option they are cached for at most 60 s.
  private static func longCache(_ option: String) -> (text: String, mend: String)? {
    let parts = option.split(separator: "=")
    guard parts.count == 2, let seconds = Int(parts[1]), seconds > 60,
      ["actimeo", "acregmin", "acregmax", "acdirmin", "acdirmax"].contains(String(parts[0]))
    else { return nil }
    return (
      "changes of another host may go unseen for \(seconds) seconds",
      "mount it without \(parts[0]), or with 60 at most"
    )
  }
}

extension Diagnosis {
  static func permissions(_ facts: DoctorFacts) -> [Line] {
    guard let own = facts.directories.first else { return [] }
    var lines: [Line] = []
    func add(_ level: Level, _ text: String, mend: String? = nil) {
      lines.append(Line(level, "permissions", text, mend: mend))
    }
    let queues = Set(facts.queues.map { $0.path })
    var isToldElsewhere = false
    for directory in facts.directories {
      let isOwn = directory == own
      // The permissions of a queue are reported with its set-up.
      if queues.contains(directory.path), directory.permissions & 0o002 != 0 {
        isToldElsewhere = true
        continue
      }
      let path = shellQuoted(directory.path)
      if directory.permissions & 0o002 != 0, directory.permissions & 0o1000 == 0 {
        add(
          .fault,
          "\(directory.path): everybody can write it, and put another queue in a queue's place",
          mend: "chmod o-w \(path)")
      } else if directory.permissions & 0o002 != 0, isOwn {
        add(
          .warning, "\(directory.path): everybody can make things in it, such as another's entity",
          mend: "chmod o-w \(path)")
      } else if directory.owner.number != facts.user.number, directory.owner.number != 0 {
        add(
          .warning,
          "\(directory.path): belongs to \(directory.owner.name), who can replace its files",
          mend: isOwn ? nil : "keep queues where only you, root or your group decide")
      }
    }
    if lines.isEmpty, !isToldElsewhere {
      add(
        .ok,
        "\(own.owner.name)'s, \(octal(own.permissions)); no other user can replace it or a directory"
          + " above it")
    }
    return lines
  }
}
