/// The named jobs of an entity: the directory `ROOT/ENTITY/jobs`.
///
///     jobs/train/v0.json v1.json    versions, never changed once they are there
///     jobs/train/prod               an alias: one line with a version
///
/// `latest` is the highest version and needs no file. Names that may appear at any moment are looked for in fresh
/// listings.
///
///     let jobs = JobCatalog(spool)
///     let created = try jobs.create("train", Job(command: ["python3", "train.py"]))
///     let version = try jobs.resolve(JobReference(name: "train"))
public struct JobCatalog: Sendable, Equatable {
  /// The directory that holds the entities.
  package let root: String
  package let entity: String

  package init(root: String, entity: String) {
    self.init(resolved: Queue.absolute(root), entity: entity)
  }

  /// Makes a catalogue below a root whose path has no symbolic link.
  init(resolved root: String, entity: String) {
    self.root = root
    self.entity = entity
  }

  /// Makes the catalogue of the entity that `spool` means, or of another entity.
  package init(_ spool: Spool, entity: String? = nil) {
    self.init(resolved: spool.root, entity: entity ?? spool.entity)
  }

  /// The directory of the jobs. It is made with the first job.
  package var path: String { entityPath + "/" + Self.folder }

  /// The directory's name, `jobs`. A queue cannot have this name.
  static let folder = "jobs"

  var entityPath: String { (root == "/" ? "" : root) + "/" + entity }

  /// The path of a job's directory, or of a file in it.
  func path(_ name: String, _ file: String = "") -> String {
    path + "/" + name + (file.isEmpty ? "" : "/" + file)
  }

  // MARK: What there is

  /// The names of the jobs, sorted.
  public func names() throws(SpoolError) -> [String] {
    try list(Self.folder, in: entityPath)?.filter { JobReference.isValidName($0) }.sorted() ?? []
  }

  /// The versions and the aliases of a job. Returns nil if there is no such job.
  package func listing(of name: String) throws(SpoolError) -> JobListing? {
    guard let files = try files(of: name) else { return nil }
    let versions = files.compactMap { Self.versionNumber($0) }.sorted()
    var aliases: [JobListing.Alias] = []
    for file in files.sorted() where JobReference.Selection.isAlias(file) {
      aliases.append(JobListing.Alias(name: file, version: try readAlias(file, of: name)))
    }
    return JobListing(entity: entity, name: name, versions: versions, aliases: aliases)
  }

  /// The file names in a job's directory. Returns nil if there is no such job.
  func files(of name: String) throws(SpoolError) -> [String]? {
    guard JobReference.isValidName(name),
      try list(Self.folder, in: entityPath)?.contains(name) == true
    else { return nil }
    return try list(name, in: path)
  }

  /// The number in a version's file name. Returns nil for any other name.
  static func versionNumber(_ file: String) -> Int? {
    guard file.hasSuffix(QueueFileName.ending) else { return nil }
    return JobReference.Selection.number(file.dropLast(QueueFileName.ending.utf8.count))
  }

  static func versionFile(_ number: Int) -> String { "v\(number)" + QueueFileName.ending }

  private func list(_ name: String, in parent: String) throws(SpoolError) -> [String]? {
    // The parent may be missing, or `name` may be no directory.
    let path = parent + "/" + name
    return try namingIfThere("list", path, absentIf: { $0 == .notFound || $0 == .notDirectory }) {
      () throws(Errno) in try System.isListed(path) ? try System.list(path) : nil
    } ?? nil
  }

  // MARK: Which version is meant

  /// The version that a reference means now.
  ///
  /// - Throws: ``SpoolError`` of kind `notFound` if there is no such job, version or alias, and of kind `badInput`,
  ///   with the line and the column, if the file is wrong.
  package func resolve(_ reference: JobReference) throws(SpoolError) -> JobVersion {
    if let other = reference.entity, other != entity {
      return try JobCatalog(resolved: root, entity: other).resolve(reference)
    }
    guard let files = try files(of: reference.name) else { throw try noSuchJob(reference.name) }
    let versions = files.compactMap { Self.versionNumber($0) }.sorted()
    guard let latest = versions.last else {
      throw SpoolError(.notFound, "\(path(reference.name)): the job has no version yet")
    }
    var number = latest
    switch reference.selection {
    case .latest: break
    case .version(let asked): number = asked
    case .alias(let alias): number = try version(of: alias, reference.name, files)
    }
    guard versions.contains(number) else {
      throw SpoolError(
        .notFound,
        "\(entity)/\(reference.name): there is no version v\(number); the latest is v\(latest)")
    }
    return try read(reference.name, number, files)
  }

  private func noSuchJob(_ name: String) throws(SpoolError) -> SpoolError {
    let known = try names()
    if known.isEmpty, (try? System.informationFollowing(entityPath)) == nil,
      (try? System.list(root))?.isEmpty == false
    {
      return SpoolError(.notFound, "job \(name): " + Spool.missing(entity: entity, in: root))
    }
    let hint =
      if known.isEmpty { "; the entity has none (\(command("job create")) makes one)" } else {
        Suggestion.nearest(to: name, among: known).map { " (did you mean \($0)?)" }
          ?? "; there are " + known.prefix(20).joined(separator: " ")
          + (known.count > 20 ? " …" : "")
      }
    return SpoolError(.notFound, "\(entity): there is no job \(name)\(hint)")
  }

  private func version(
    of alias: String, _ name: String, _ files: [String]
  ) throws(SpoolError) -> Int {
    guard files.contains(alias) else {
      let known = files.filter { JobReference.Selection.isAlias($0) }.sorted()
      let hint =
        Suggestion.nearest(to: alias, among: known + [JobReference.Selection.latestWord])
        .map { " (did you mean \($0)?)" } ?? ""
      throw SpoolError(
        .notFound, "\(entity)/\(name): there is no version and no alias \(alias)\(hint)")
    }
    guard let number = try readAlias(alias, of: name) else {
      throw SpoolError(
        .badInput, "\(path(name, alias)): line 1, column 1: must be a version such as v3")
    }
    return number
  }

  // MARK: Reading

  /// The number on the single line of an alias. Returns nil if the file has any other content.
  private func readAlias(_ alias: String, of name: String) throws(SpoolError) -> Int? {
    let path = path(name, alias)
    do throws(Errno) {
      let file = try System.open(path, .reading)
      guard try file.information().isRegular else { return nil }
      let text = String(raw: try file.readAll(limit: 256))
      let isSpace = { (unit: Unicode.Scalar) in unit.value <= 0x20 }
      let line = text.unicodeScalars.drop(while: isSpace).prefix { !isSpace($0) }
      guard text.unicodeScalars[line.endIndex...].allSatisfy(isSpace) else { return nil }
      return JobReference.Selection.number(Substring(line))
    } catch {
      // The alias was removed since the listing, or is a link. In both cases it names no version.
      if error == .notFound || error == .symbolicLink { return nil }
      throw SpoolError("read", path, error)
    }
  }

  /// Reads a version that a listing has shown.
  func read(_ name: String, _ number: Int, _ files: [String]) throws(SpoolError) -> JobVersion {
    let path = path(name, Self.versionFile(number))
    let bytes: [UInt8]
    let information: FileInformation
    do throws(Errno) {
      let file = try System.open(path, .reading)
      information = try file.information()
      guard information.isRegular else { throw Errno.isDirectory }
      bytes = try file.readAll(limit: Job.sizeLimit, expecting: information.size)
    } catch {
      switch error {
      case .isDirectory: throw SpoolError(.badInput, "\(path): is not a regular file")
      case .symbolicLink: throw SpoolError(.badInput, "\(path): is a symbolic link")
      default: throw SpoolError("read", path, error)
      }
    }
    let job = try badInput(path, doing: Job(parsingVersion: bytes))
    return JobVersion(
      entity: entity, name: name, number: number, job: job, createdAt: information.modified,
      owner: Account(user: information.owner).name,
      file: information.links > 1
        ? information.without(names: leftovers(files, of: name, information.inode)) : information,
      path: path)
  }

  /// Counts the hidden names of a file that a crashed publisher left beside it.
  private func leftovers(_ files: [String], of name: String, _ inode: UInt64) -> Int {
    files.filter { file in
      file.hasPrefix(Self.asidePrefix)
        && (try? System.information(path(name, file)))?.inode == inode
    }.count
  }
}
