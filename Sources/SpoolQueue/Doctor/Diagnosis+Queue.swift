extension Diagnosis {
  static func queue(_ queue: DoctorFacts.QueueFacts, _ facts: DoctorFacts) -> [Line] {
    // The queue is named by its path, which is right in every shell and for every reader.
    func command(_ name: String) -> String {
      Queue.command(name, forQueueAt: queue.path, in: .none)
    }
    var lines: [Line] = []
    func add(_ level: Level, _ subject: String, _ text: String, mend: String? = nil) {
      lines.append(Line(level, subject, text, mend: mend, queue: queue.reference))
    }
    if let error = queue.error {
      add(
        .fault, "queue", error, mend: "look at its permissions: ls -ld \(shellQuoted(queue.path))")
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
        mend: command("agent"))
    case (let live, _): add(.ok, "agents", "\(live) alive")
    }
    for words in queue.gpusElsewhere.prefix(10) {
      add(.ok, "gpus", "waited for, and in use: \(words)")
    }
    if queue.deadAgents > 0 {
      add(
        .warning, "agents", "\(counted(queue.deadAgents, "file")) of dead ones",
        mend: "the next agent removes them, or \(command("recover"))")
    }
    if queue.mendable > 0 {
      add(
        .warning, "recovery",
        "\(counted(queue.mendable, "thing")) that crashes left: the next agent mends that",
        mend: command("recover"))
    }
    if let first = queue.unsound.first {
      let more = queue.unsound.count > 1 ? ", and \(queue.unsound.count - 1) more" : ""
      add(
        .fault, "soundness", first + more,
        mend: "\(command("recover --check")) tells everything")
    }
    if queue.mendable == 0, queue.unsound.isEmpty {
      add(.ok, "recovery", "nothing to mend")
    }
    for remark in queue.remarks { add(.ok, "numbers", remark) }
    return lines
  }

  /// Whether the directories match a set-up, with the chmod that repairs them.
  private static func setUp(of queue: DoctorFacts.QueueFacts) -> [Line] {
    guard let own = queue.directories.first else { return [] }
    var lines: [Line] = []
    func add(_ level: Level, _ text: String, _ mend: String) {
      lines.append(Line(level, "set-up", text, mend: mend, queue: queue.reference))
    }
    let wanted: UInt32 = queue.isForGroup ? 0o2770 : 0o700
    let mode = octal(wanted)
    let isTooOpen = { (directory: DoctorFacts.Directory) in
      directory.permissions & 0o002 != 0
        || directory.permissions & 0o020 != 0 && !queue.isForGroup
    }
    // The permissions that all should have: if the queue's own are wrong, that is reported once, for the queue.
    let right = isTooOpen(own) ? wanted : own.permissions
    for directory in queue.directories {
      let isOpen = directory.permissions & 0o002 != 0
      if isTooOpen(directory) {
        add(
          .fault,
          "\(directory.path): \(isOpen ? "everybody" : "its group") can write it, and so decide"
            + " which commands run", "chmod \(mode) \(shellQuoted(directory.path))")
      } else if directory.permissions != right || directory.owner != own.owner {
        // If only the owner differs, everybody can still use the queue as intended.
        add(
          directory.permissions == right ? .warning : .fault,
          "\(directory.path): is \(directory.owner.name)'s, \(octal(directory.permissions)), and the"
            + " queue \(own.owner.name)'s, \(octal(right))",
          "chmod \(octal(right)) \(shellQuoted(directory.path))"
            + (directory.owner == own.owner
              ? "" : " && chown \(own.owner.name) \(shellQuoted(directory.path))"))
      } else if directory.permissions == own.permissions,
        let fault = queue.folderFaults[name(of: directory, in: queue)]
      {
        add(
          .fault, "\(directory.path): \(fault)",
          "look at it: ls -ld \(shellQuoted(directory.path))")
      }
    }
    // An entry that has the name of a folder and is not a folder.
    let known = Set(queue.directories.map { name(of: $0, in: queue) }).union(queue.missing)
    for (folder, fault) in queue.folderFaults.sorted(by: { $0.key < $1.key })
    where !known.contains(folder) {
      let path = queue.path + "/" + folder
      add(.fault, "\(path): \(fault)", "look at it: ls -ld \(shellQuoted(path))")
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

  private static func name(
    of directory: DoctorFacts.Directory, in queue: DoctorFacts.QueueFacts
  ) -> String {
    String(directory.path.dropFirst(queue.path.count + 1))
  }
}
