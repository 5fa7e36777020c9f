// A run works in its own folder, with the rights of the process that ends it. It may have taken permissions away,
// and replaced any file by anything. Its end must not depend on that.

extension Queue {
  /// A name for an obstacle that is put aside, `.displaced.…`, in the folder of the run.
  private static func displacedName() -> String { Aside.name("displaced") }

  /// Makes `runs/RUN` a usable directory.
  ///
  /// - Returns: A sentence for each thing that was done.
  package func mendRunFolder(_ run: String) throws(SpoolError) -> [String] {
    let path = runPath(run)
    let aside = self.path(.runs, Self.displacedName())
    let notes = try mendFolder(path, named: "runs/\(run)", aside) { () throws(SpoolError) in
      _ = try reserve(run)
    }
    // The obstacle is moved into the run's folder; if that is not possible, it stays beside the folder.
    if (try? System.information(aside)) != nil {
      try? putAside(aside, as: path + "/" + Self.displacedName())
    }
    return notes
  }

  /// Makes `runs/RUN/N` a usable directory.
  func mendAttemptFolder(_ run: String, _ number: Int) throws(SpoolError) -> [String] {
    let aside = runPath(run, Self.displacedName())
    return try mendFolder(runPath(run, "\(number)"), named: "its folder \(number)", aside) {
      () throws(SpoolError) in _ = try reserveAttempt(run, number)
    }
  }

  private func mendFolder(
    _ path: String, named name: String, _ aside: String, _ make: () throws(SpoolError) -> Void
  ) throws(SpoolError) -> [String] {
    guard let found = try look(at: path) else {
      try make()
      return ["\(name) was gone, and was made anew"]
    }
    guard found.isDirectory else {
      try putAside(path, as: aside)
      try make()
      return ["\(name) was \(found.kindInWords), which was put aside, and was made anew"]
    }
    var notes: [String] = []
    if System.makeMutable(path) { notes.append("\(name) had been made immutable, and was freed") }
    if let permissions = System.openUp(path) {
      notes.append(
        "\(name) had the permissions \(String(permissions, radix: 8)), and got"
          + " \(String(permissions | 0o700, radix: 8))")
    }
    return notes
  }

  /// Gives the folders of the queue itself the permissions back that the end of a run needs.
  func mendLayout() throws(SpoolError) -> [String] {
    var notes: [String] = []
    for folder in [Folder.running, .done, .runs] {
      let path = path(folder)
      let name = folder.rawValue + "/"
      guard try look(at: path) != nil else {
        // Nothing is mended if the queue itself is missing.
        _ = try naming("look at", self.path, doing: System.information(self.path))
        try completeLayout()
        notes.append("\(name) was gone, and was made anew")
        continue
      }
      if System.makeMutable(path) { notes.append("\(name) had been made immutable, and was freed") }
      if let permissions = System.openUp(path) {
        try? setPermissions(path, shape.directories)
        notes.append(
          "\(name) had the permissions \(String(permissions, radix: 8)), and got"
            + " \(String(shape.directories, radix: 8))")
      }
    }
    return notes
  }

  private func setPermissions(_ path: String, _ permissions: UInt32) throws(SpoolError) {
    try naming("set the permissions of", path, doing: System.setPermissions(path, permissions))
  }

  /// Puts aside anything that has this name, unless spool itself would put it there.
  ///
  /// Another process may mend the same file at this moment. So the moved file is looked at again, and goes back if
  /// it is not the file that was seen.
  ///
  /// - Returns: The kind of the obstacle, in words; nil if nothing was there.
  func displace(
    _ path: String, to folder: String, unless isOurs: (FileInformation) -> Bool
  ) throws(SpoolError) -> String? {
    guard let found = try look(at: path), !isOurs(found) else { return nil }
    let aside = folder + "/" + Self.displacedName()
    _ = System.makeMutable(path)
    // A directory that gets another parent must be writable itself.
    _ = System.openUp(path)
    try putAside(path, as: aside)
    if let moved = try look(at: aside), moved.inode != found.inode || moved.device != found.device {
      _ = try publishNewFile(aside, as: path)
      try removeIfThere(aside)
      return nil
    }
    return found.kindInWords
  }

  /// Gives the run's folders the permissions back that the run took away, before its next attempt.
  package func openUpRun(_ run: String) {
    _ = System.openUp(runPath(run))
    for number in (try? attemptNumbers(of: run)) ?? [] {
      _ = System.openUp(runPath(run, "\(number)"))
    }
  }
}

extension FileInformation {
  /// The kind of the file in words: `a file`, `a symbolic link`….
  var kindInWords: String {
    if isRegular { return "a file" }
    if isDirectory { return "a directory" }
    return isSymbolicLink ? "a symbolic link" : "a pipe, a socket or a device"
  }
}
