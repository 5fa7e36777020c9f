package import SpoolProtocol

/// A gpu of this host that one process has, for all queues: an advisory lock on a file in shared memory. `flock`.
///
/// The runner of a run holds it, so that the gpu is free as soon as that process has ended.
package struct GPULock: ~Copyable, Sendable {
  private let file: Descriptor

  /// Takes a gpu. Returns nil if another process has it.
  ///
  /// - Parameter user: The new user of the gpu, as shown to others.
  /// - Throws: ``SpoolError`` if the file of the lock cannot be made.
  package init?(
    _ gpu: String, for user: GPUUser? = nil, in directory: String = Self.directory
  ) throws(SpoolError) {
    let file = try Self.open(gpu, directory)
    guard file.lock() else { return nil }
    // All users may change this directory: a file that has a second name elsewhere is not written. If the user of
    // the gpu cannot be written, the run starts all the same.
    if let user, let information = try? file.information(), information.isRegular,
      information.links == 1,
      let writer = try? System.open(Self.path(gpu, directory), .writing),
      let written = try? writer.information(), written.inode == information.inode,
      written.device == information.device
    {
      try? writer.write(user.line)
    }
    self.file = file
  }

  /// The user of a gpu that is taken. Returns nil if the file of the lock does not tell.
  package static func user(of gpu: String, in directory: String = Self.directory) -> GPUUser? {
    guard let file = try? System.open(path(gpu, directory), .reading),
      let information = try? file.information(), information.isRegular,
      let bytes = try? file.read(atMost: GPUUser.limit), let user = GPUUser(bytes), user.isCurrent
    else { return nil }
    return user
  }

  private static func path(_ gpu: String, _ directory: String) -> String {
    directory + "/" + RunName.cleaned(gpu)
  }

  /// Whether a process has the gpu now.
  package static func isTaken(_ gpu: String, in directory: String = Self.directory) -> Bool {
    // Shared: two agents that look at the same time must not take each other for an owner.
    guard let file = try? open(gpu, directory) else { return false }
    return !file.lock(isShared: true)
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

  private static func open(_ gpu: String, _ directory: String) throws(SpoolError) -> Descriptor {
    let path = path(gpu, directory)
    return try naming("lock the gpu", path) { () throws(Errno) in
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

/// The gpus of one run.
struct GPULocks: ~Copyable {
  // An array cannot hold values that are not copyable.
  private final class Held {
    let lock: GPULock
    init(_ lock: consuming GPULock) { self.lock = lock }
  }

  private var held: [Held] = []

  /// Takes all of them, or none.
  ///
  /// - Throws: ``SpoolError`` if another process has one of them.
  init(_ gpus: [String], for user: @autoclosure () -> GPUUser) throws(SpoolError) {
    if gpus.isEmpty { return }
    let user = user()
    for gpu in gpus { held.append(Held(try Self.take(gpu, user))) }
  }

  private static func take(_ gpu: String, _ user: GPUUser) throws(SpoolError) -> GPULock {
    for _ in 0..<20 {
      if let lock = try GPULock(gpu, for: user) { return lock }
      // Perhaps an agent has only just looked whether it is free.
      TimeSpan.milliseconds(5).pause()
    }
    let other = GPULock.user(of: gpu)?.words ?? "another process of this host"
    throw SpoolError(.no, "gpu \(gpu) is in use by \(other)")
  }

  /// Gives them back.
  mutating func release() { held = [] }
}
