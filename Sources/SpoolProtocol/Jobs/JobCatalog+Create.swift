extension JobCatalog {
  /// The result of a request for a new version.
  public struct Creation: Sendable {
    /// The version that has the content.
    public let version: JobVersion
    /// Whether the version was published just now. False if the latest version had that content already.
    public let isNew: Bool
  }

  /// Publishes a version of a named job: when this returns, it is on disk.
  ///
  /// If the latest version has the same content, no new version is made. If several processes create versions at
  /// once, each gets a version of its own. A crash before the exclusive link leaves only a hidden file, which a
  /// later creation removes.
  ///
  /// - Parameters:
  ///   - name: The job's name. A job that does not exist is made.
  ///   - job: The recipe: a command or a script, and the values that a run gets if its request does not give
  ///     others. Keys that belong to one run, such as `after`, are not allowed in it.
  /// - Throws: ``SpoolError``; of kind `badInput` if the name or the recipe is wrong.
  public func create(_ name: String, _ job: Job) throws(SpoolError) -> Creation {
    guard JobReference.isValidName(name) else {
      throw SpoolError(
        .badInput,
        "job \"\(name)\": must be 1 to 64 letters, digits, '_', '.' or '-', and begin with a"
          + " letter, a digit or '_'")
    }
    let content = try badInput("job \(name)", doing: job.asVersion())
    let bytes = content.json.bytes(pretty: true) + [UInt8(ascii: "\n")]
    guard bytes.count <= Job.sizeLimit else {
      throw SpoolError(
        .badInput,
        "job \(name): has \(bytes.count) bytes; at most \(Job.sizeLimit) are allowed")
    }
    let files = try files(of: name) ?? []
    if let number = Self.lastNumber(in: files),
      let same = try version(name, number, files, if: content)
    {
      return Creation(version: same, isNew: false)
    }
    let shape = try makeDirectories(for: name)
    return try publish(content, bytes, as: name, shape)
  }

  private static func lastNumber(in files: [String]) -> Int? {
    files.compactMap { versionNumber($0) }.max()
  }

  /// Reads a version. Returns nil if its content is another one.
  private func version(
    _ name: String, _ number: Int, _ files: [String], if content: Job
  ) throws(SpoolError) -> JobVersion? {
    do throws(SpoolError) {
      let version = try read(name, number, files)
      return version.job == content ? version : nil
    } catch {
      // The file has some other content; the next number is free.
      if error.kind == .badInput { return nil }
      throw error
    }
  }

  private func publish(
    _ content: Job, _ bytes: [UInt8], as name: String, _ shape: Queue.Shape
  ) throws(SpoolError) -> Creation {
    let folder = path(name)
    let aside = Aside("new", in: folder)
    let file = try naming("write", aside.path) { () throws(Errno) in
      // The file is read-only: a version never changes.
      let file = try System.create(aside.path, permissions: shape.files & 0o444)
      try file.write(bytes)
      try file.sync()
      return file
    }
    var number = -1
    repeat {
      // The process that was first may have had the same content. All comes from one listing: from two, a version that
      // appears between them would be counted and not read. An old listing may lack the number that was just refused.
      let files = try files(of: name) ?? []
      let taken = max(number, Self.lastNumber(in: files) ?? -1)
      if taken >= 0, let same = try version(name, taken, files, if: content) {
        try aside.remove()
        return Creation(version: same, isNew: false)
      }
      number = taken + 1
      guard number <= NameNumber.limit else {
        throw SpoolError(
          .no,
          "\(path(name, Self.versionFile(taken))): is the last number that a version can have; if spool"
            + " did not make that file, move it away")
      }
    } while try !publishVersion(aside.path, file, as: path(name, Self.versionFile(number)))
    try aside.remove()
    try syncDirectory(folder)
    let information = try naming("look at", folder, doing: file.information())
    sweep(name, now: information.modified)
    let version = JobVersion(
      entity: entity, name: name, number: number, job: content,
      createdAt: information.modified, owner: Account(user: information.owner).name,
      file: information, path: path(name, Self.versionFile(number)))
    return Creation(version: version, isNew: true)
  }

  /// Gives a version another name, or moves the name from one version to another.
  ///
  /// - Parameters:
  ///   - reference: The version: by its number, by `latest` or by another alias.
  ///   - alias: The name; neither `latest` nor `v` with a number.
  /// - Throws: ``SpoolError``; of kind `notFound` if there is no such version.
  @discardableResult
  package func alias(_ reference: JobReference, as alias: String) throws(SpoolError) -> JobVersion {
    guard JobReference.Selection.isAlias(alias) else {
      throw SpoolError(
        .badInput,
        "alias \"\(alias)\": must be 1 to 64 letters, digits, '_', '.' or '-', begin with a letter,"
          + " a digit or '_', and be neither latest nor like a version (v3) or a file (….json)")
    }
    if let other = reference.entity, other != entity {
      return try JobCatalog(resolved: root, entity: other).alias(reference, as: alias)
    }
    let version = try resolve(reference)
    let folder = path(reference.name)
    let shape = try Self.shape(of: folder)
    let aside = try Aside(
      "new", in: folder, Array("v\(version.number)\n".utf8), permissions: shape.settings, sync: true
    )
    try publishAlias(aside.name, in: folder, as: alias)
    aside.release()
    try syncDirectory(folder)
    return version
  }

  // MARK: Directories

  /// Makes the missing parts of `ENTITY/jobs/JOB`, and puts them on disk.
  private func makeDirectories(for name: String) throws(SpoolError) -> Queue.Shape {
    try Queue.makeDirectories(entityPath, permissions: 0o755)
    if let shared = sharedQueue() {
      try makeSharedDirectory(shared)
    } else {
      try makeDirectory(path, permissions: 0o700)
    }
    let shape = try Self.shape(of: path)
    try makeDirectory(path(name), permissions: shape.directories)
    shape.give(path(name))
    // A directory that was there may be another creator's, which has not synced it yet.
    try syncDirectory(entityPath)
    try syncDirectory(path)
    return shape
  }

  /// Makes `jobs` for a group. It is made aside: a crash between its making and the change of its group would leave
  /// a directory that the other members cannot enter.
  private func makeSharedDirectory(_ shared: FileInformation) throws(SpoolError) {
    let entries = try naming("list", entityPath, doing: System.list(entityPath))
    if entries.contains(Self.folder) { return }
    let aside = entityPath + "/" + Aside.name(Self.folder)
    try naming("make the directory", aside) { () throws(Errno) in
      try System.makeDirectory(aside, permissions: 0o700)
      do throws(Errno) {
        try System.setGroup(aside, shared.group)
        // The permissions are set after the group: changing the group takes the set-group-ID bit away.
        try System.setPermissions(aside, shared.permissions)
      } catch {
        try? System.removeDirectory(aside)
        throw error
      }
    }
    if try !publishDirectory(aside) {
      // Another process was first, which is not an error. An empty hidden directory does no harm.
      try? System.removeDirectory(aside)
    }
  }

  /// Looks at a queue of the entity that is not private to its owner: the entity's jobs are for the same people.
  ///
  /// If there is no such queue, the jobs are private, as queues are: a job may contain secrets.
  private func sharedQueue() -> FileInformation? {
    for name in ((try? System.list(entityPath)) ?? []).sorted() where name != Self.folder {
      guard JobReference.isValidName(name),
        let queue = try? Queue(at: entityPath + "/" + name), !queue.shape.isPrivate,
        let information = try? System.information(queue.path)
      else { continue }
      return information
    }
    return nil
  }

  private static func shape(of path: String) throws(SpoolError) -> Queue.Shape {
    Queue.Shape(below: try naming("look at", path, doing: System.information(path)))
  }

  /// Puts the versions of a run's named job on disk: a version that another process is publishing at this moment
  /// must last as long as the run that is pinned to it.
  func syncVersions(of job: Job) throws(SpoolError) {
    guard let reference = job.job.flatMap({ JobReference($0) }) else { return }
    let catalog = JobCatalog(resolved: root, entity: reference.entity ?? entity)
    try syncDirectory(catalog.path(reference.name))
  }

  private func syncDirectory(_ path: String) throws(SpoolError) {
    try naming("sync", path, doing: System.syncDirectory(path))
  }

  /// Removes the files that crashed creators left: second names of published versions, and files that are a day old.
  private func sweep(_ name: String, now: Timestamp) {
    // These files do no harm. A file that cannot be removed now is removed another time.
    for file in (try? files(of: name)) ?? [] where file.hasPrefix(Self.asidePrefix) {
      let path = path(name, file)
      guard let information = try? System.information(path) else { continue }
      if information.links > 1 || now.seconds(since: information.modified) > 86_400 {
        try? System.unlink(path)
      }
    }
  }
}
