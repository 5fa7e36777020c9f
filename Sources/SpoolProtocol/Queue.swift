/// A queue: a directory whose files are runs.
///
/// A value that knows the places of all files. It keeps no file open, so a queue may be unmounted and mounted
/// again, and the same process can go on serving it.
public struct Queue: Sendable {
  /// The absolute path of the directory.
  public let path: String
  /// The entity that has the queue: the name of the directory above.
  package let entity: String
  /// The directory's own name.
  public let name: String
  /// The permissions of the queue's directory. Files and directories that are made in it follow them.
  package let shape: Shape

  /// The name of entity and queue, `entity/name`.
  public var reference: String { entity + "/" + name }

  /// The directory that holds the entities.
  package var root: String {
    path.directoryOfPath?.directoryOfPath ?? "/"
  }

  package enum Folder: String, CaseIterable, Sendable {
    case queued, starting, running, done, agents, runs, sweeps, hooks
  }

  /// The permissions with which files and directories of a queue are made.
  package struct Shape: Sendable, Equatable {
    /// Permissions of directories, set-group-ID included.
    package let directories: UInt32
    /// The owner of the queue, if root works in the queue of another user that is not shared: that user gets
    /// the directories that root makes, and may read its files.
    package var heir: Heir?

    package struct Heir: Sendable, Equatable {
      package let user: UInt32
      package let group: UInt32
    }

    package init(directories: UInt32) { self.directories = directories }

    /// Creates the shape of the files below a directory.
    package init(below directory: FileInformation) {
      directories = directory.permissions
      // In a shared queue files get the group, and all members may read them.
      if directory.permissions & 0o2000 == 0, directory.owner != 0, Account.isRoot {
        heir = Heir(user: directory.owner, group: directory.group)
      }
    }

    /// Permissions of files. Files of root can be changed by no other user, even if the queue is shared: an agent
    /// of root obeys them.
    package var files: FileMode { settings & (Account.isRoot ? 0o644 : 0o666) }
    /// Permissions of `queue.json`, which all users who share the queue may change.
    package var settings: FileMode {
      let own = directories & 0o666
      return heir.map { FileMode(own | 0o040, group: $0.group) } ?? FileMode(own)
    }

    /// Gives a new directory of root to the owner of the queue. `openat2`, `fchown`.
    package func give(_ path: String) {
      guard let heir else { return }
      // Where it is refused, the queue is as usable for root as before.
      try? System.open(path, .directory).setOwner(heir.user, group: heir.group)
    }

    /// Whether only the owner (and root) can reach anything in the queue.
    package var isPrivate: Bool { directories & 0o077 == 0 }
  }

  /// Opens the queue in a directory.
  ///
  /// - Throws: ``SpoolError`` of kind `notFound` if there is no directory, or if it is not a queue.
  public init(at path: String) throws(SpoolError) {
    let path = Self.absolute(path)
    let information: FileInformation
    do throws(Errno) {
      information = try System.informationFollowing(path)
    } catch {
      if error == .notFound || error == .notDirectory {
        throw SpoolError(
          .notFound,
          "\(path): there is no such queue (\(Self.command("queue create", ofQueueAt: path)) makes it)",
          errno: error)
      }
      throw SpoolError("open the queue", path, error)
    }
    guard information.isDirectory else {
      throw SpoolError(.notFound, "\(path): is a file, not a queue's directory")
    }
    self.init(path: path, shape: Shape(below: information))
    // An empty directory may be the place where a share is mounted at other times.
    var queued: FileInformation?
    do throws(Errno) {
      queued = try System.information(self.path(.queued))
    } catch {
      if error.isRefusal { throw Self.closed(path, information, error) }
    }
    if queued?.isDirectory == true { return }
    if queued?.isSymbolicLink == true {
      throw SpoolError("open", self.path(.queued), .symbolicLink)
    }
    throw SpoolError(
      .notFound, "\(path): is not a queue: it has no directory queued/ (is its disk mounted?)")
  }

  /// Says that a queue exists, and names its owner and the group that may use it.
  private static func closed(
    _ path: String, _ information: FileInformation, _ errno: Errno
  ) -> SpoolError {
    let owner = Account(user: information.owner).name
    let words =
      information.permissions & 0o050 == 0o050
      ? "it is of \(owner) and the group \(Account.name(ofGroup: information.group)), of which you are"
        + " no member; a new member must log in again"
      : "it is \(owner)'s alone"
    return SpoolError(.refused, "\(path): you may not use this queue: \(words)", errno: errno)
  }

  package init(path: String, shape: Shape) {
    self.path = path
    self.shape = shape
    let name = path.lastNameOfPath
    let entity = path.directoryOfPath?.lastNameOfPath ?? ""
    self.name = name.isEmpty ? "queue" : name
    self.entity = entity.isEmpty ? "spool" : entity
  }

  /// The path of a file in one of the queue's directories.
  package func path(_ folder: Folder, _ file: String = "") -> String {
    file.isEmpty ? path + "/" + folder.rawValue : path + "/" + folder.rawValue + "/" + file
  }

  /// `runs/RUN`, or a file in it.
  package func runPath(_ run: String, _ file: String = "") -> String {
    file.isEmpty ? path(.runs, run) : path(.runs, run) + "/" + file
  }

  /// The names in one of the queue's directories, as they are now.
  package func list(_ folder: Folder) throws(SpoolError) -> [String] {
    try naming("list", path(folder), doing: System.list(path(folder)))
  }

  package var fileSystem: FileSystemKind {
    get throws(SpoolError) {
      try naming("ask for the file system", path, doing: FileSystemKind(of: path))
    }
  }

  /// Resolves every symbolic link in a path. A relative path starts from the current directory of this process.
  ///
  /// If the path does not exist yet, its existing part is resolved: the rest may be made in a place that is reached
  /// through links.
  package static func absolute(_ path: String) -> String {
    if let real = try? System.realPath(path) { return real }
    let whole = path.isAbsolutePath ? path : ((try? System.realPath(".")) ?? "") + "/" + path
    let parts = whole.pathParts.map { String($0) }
    for count in (0..<parts.count).reversed() {
      guard let real = try? System.realPath("/" + parts[..<count].joined(separator: "/"))
      else { continue }
      return ([real == "/" ? "" : real] + parts[count...]).joined(separator: "/")
    }
    return whole
  }
}

extension Queue {
  /// `job.json`: in `runs/RUN/` before the run is queued, in `runs/RUN/N/` after the end.
  package static var jobFile: String { "job.json" }
  /// `start.json`: whose attempt it is; its modification time is the heartbeat.
  package static var startFile: String { "start.json" }
  /// `end.json`: the attempt's one outcome.
  package static var endFile: String { "end.json" }
  /// `config.json` in `runs/RUN/N/`: the attempt's `run_config`, which its command can read.
  package static var configFile: String { "config.json" }
  /// `sweep.json`: a sweep's record in `sweeps/ID/`, before it is `sweeps/ID.json`.
  package static var sweepFile: String { "sweep.json" }
  /// The name that recovery gives to the folder of a sweep that was never queued.
  package static func sweptName(_ id: String) -> String { ".\(id).swept" }
  /// `kill`: the request to stop the run.
  package static var killFile: String { "kill" }
}
