package import SpoolProtocol

/// A gpu of this host in the hands of one process, whatever queue it works for: an advisory lock on
/// a file in shared memory, outside of any queue. `flock`.
///
/// The runner of a run holds it, so that it is free again in the moment in which that process ends.
package struct GPULock: ~Copyable, Sendable {
  private let file: Descriptor

  /// Takes a gpu; nil: another process has it.
  ///
  /// - Parameter user: Who has it from now on, for others to be told.
  /// - Throws: ``SpoolError`` when the file of the lock cannot be made.
  package init?(
    _ gpu: String, for user: GPUUser? = nil, in directory: String = Self.directory
  ) throws(SpoolError) {
    let file = try Self.open(gpu, directory)
    guard file.lock() else { return nil }
    // The file is everybody's: one that has another name elsewhere is not written into. That nobody can be
    // told is no reason not to run.
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

  /// Who has a gpu that is taken; nil: nobody says so.
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

  /// Whether a process has the gpu at this moment.
  package static func isTaken(_ gpu: String, in directory: String = Self.directory) -> Bool {
    // Shared: two that look at the same time must not take each other for an owner.
    guard let file = try? open(gpu, directory) else { return false }
    return !file.lock(isShared: true)
  }

  /// Where the files are: one place for all users and agents of a host, empty after a restart.
  ///
  /// `SPOOL_GPU_LOCKS` moves it, for tests.
  package static var directory: String {
    if let givenDirectory { return givenDirectory }
    #if os(Linux)
      return "/dev/shm/spool-gpus"
    #else
      return "/tmp/spool-gpus"
    #endif
  }

  /// Where a test wants them.
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
        // Everybody's, like /tmp, and nobody can remove another's file.
        try System.makeDirectory(directory, permissions: 0o777)
        try System.setPermissions(directory, 0o1777)
      } catch {
        guard error == .exists else { throw error }
      }
      do throws(Errno) {
        return try System.create(path, .creating, permissions: 0o666)
      } catch {
        // Made by another in this moment.
        guard error == .exists else { throw error }
        return try System.open(path, .reading)
      }
    }
  }
}

/// The gpus of one run.
struct GPULocks: ~Copyable {
  // An array cannot hold what is not copyable; a run has few of them.
  private final class Held {
    let lock: GPULock
    init(_ lock: consuming GPULock) { self.lock = lock }
  }

  private var held: [Held] = []

  /// Takes all of them, or none.
  ///
  /// - Throws: ``SpoolError`` when another process has one.
  init(_ gpus: [String], for user: @autoclosure () -> GPUUser) throws(SpoolError) {
    if gpus.isEmpty { return }
    let user = user()
    for gpu in gpus { held.append(Held(try Self.take(gpu, user))) }
  }

  private static func take(_ gpu: String, _ user: GPUUser) throws(SpoolError) -> GPULock {
    for _ in 0..<20 {
      if let lock = try GPULock(gpu, for: user) { return lock }
      // Perhaps only an agent that looks at this moment whether it is free.
      TimeSpan.milliseconds(5).pause()
    }
    let other = GPULock.user(of: gpu)?.words ?? "another process of this host"
    throw SpoolError(.no, "gpu \(gpu) is in use by \(other)")
  }

  /// Gives them back.
  consuming func release() {}
}
