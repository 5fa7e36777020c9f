package import SpoolProtocol

/// A gpu of this host that one process has, for all queues: an advisory lock on a file in shared memory. `flock`.
///
/// The runner of a run holds it, so that the gpu is free as soon as that process has ended.
package struct GPULock: ~Copyable, Sendable {
  private let file: Descriptor

  /// Takes a gpu. Returns nil if another process has it.
  ///
  /// - Parameters:
  ///   - part: One of its eighths, from 1; nil for the whole gpu.
  ///   - isShared: Whether other processes may have the same at the same time.
  ///   - user: The new user, as shown to others.
  /// - Throws: ``SpoolError`` if the file of the lock cannot be made.
  package init?(
    _ gpu: String, part: Int? = nil, isShared: Bool = false, for user: GPUUser? = nil,
    in directory: String = Self.directory
  ) throws(SpoolError) {
    let path = Self.path(gpu, part, directory)
    let file = try Self.open(path, directory)
    guard file.lock(isShared: isShared) else { return nil }
    // All users may change this directory: a file that has a second name elsewhere is not written. If the user of
    // the gpu cannot be written, the run starts all the same.
    if let user, let information = try? file.information(), information.isRegular,
      information.links == 1,
      let writer = try? System.open(path, .writing),
      let written = try? writer.information(), written.inode == information.inode,
      written.device == information.device
    {
      try? writer.write(user.line)
    }
    self.file = file
  }

  /// The user of a gpu that is taken. Returns nil if the file of the lock does not tell.
  ///
  /// - Parameter part: One of its eighths, from 1; nil for the whole gpu.
  package static func user(
    of gpu: String, part: Int? = nil, in directory: String = Self.directory
  ) -> GPUUser? {
    guard let file = try? System.open(path(gpu, part, directory), .reading),
      let information = try? file.information(), information.isRegular,
      let bytes = try? file.read(atMost: GPUUser.limit), let user = GPUUser(bytes), user.isCurrent
    else { return nil }
    return user
  }

  private static func path(_ gpu: String, _ part: Int?, _ directory: String) -> String {
    // No cleaned name has that character.
    directory + "/" + RunName.cleaned(gpu) + (part.map { "@\($0)" } ?? "")
  }

  /// Whether a process has the whole gpu now.
  package static func isTaken(_ gpu: String, in directory: String = Self.directory) -> Bool {
    // Shared: two agents that look at the same time must not take each other for an owner.
    guard let file = try? open(path(gpu, nil, directory), directory) else { return false }
    return !file.lock(isShared: true)
  }

  /// The eighths of a gpu that processes have now. The files of eighths are made from the first on.
  package static func takenParts(
    of gpu: String, in directory: String = Self.directory
  ) -> Set<Int> {
    var taken: Set<Int> = []
    for part in 1...GPUAmount.eighthsOfOne {
      guard let file = try? System.open(path(gpu, part, directory), .reading) else { break }
      if !file.lock(isShared: true) { taken.insert(part) }
    }
    return taken
  }

  /// The directory of the locks: the same for all users and agents of a host, and empty after a restart. Tests set
  /// another one by `SPOOL_GPU_LOCKS`.
  package static var directory: String {
    if let givenDirectory { return givenDirectory }
    #if os(Linux)
      return "/dev/shm/spool-gpus"
    #else
      return "/tmp/spool-gpus"
    #endif
  }

  /// The directory that a test has set.
  static var givenDirectory: String? {
    System.variable("SPOOL_GPU_LOCKS").map { Queue.absolute($0) }
  }

  private static func open(_ path: String, _ directory: String) throws(SpoolError) -> Descriptor {
    try naming("lock the gpu", path) { () throws(Errno) in
      do throws(Errno) {
        return try System.open(path, .reading)
      } catch {
        guard error == .notFound else { throw error }
      }
      do throws(Errno) {
        // Like /tmp: all users may make files, and only remove their own.
        try System.makeDirectory(directory, permissions: 0o777)
        try System.setPermissions(directory, 0o1777)
      } catch {
        guard error == .exists else { throw error }
      }
      do throws(Errno) {
        return try System.create(path, .creating, permissions: 0o666)
      } catch {
        // Another process has just made it.
        guard error == .exists else { throw error }
        return try System.open(path, .reading)
      }
    }
  }
}
