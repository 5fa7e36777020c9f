package import SpoolQueue

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#else
  #error("Unsupported platform")
#endif

/// A gpu of this host in the hands of one process, whatever queue it works for: an advisory lock on
/// a file in shared memory, outside of any queue. `flock`.
///
/// The runner of a run holds it, so that it is free again in the moment in which that process ends.
package struct GPULock: ~Copyable, Sendable {
  private let file: Descriptor

  /// Takes a gpu; nil: another process has it.
  ///
  /// - Throws: ``SpoolError`` when the file of the lock cannot be made.
  package init?(_ gpu: String, in directory: String = Self.directory) throws(SpoolError) {
    let file = try Self.open(gpu, directory)
    guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else { return nil }
    self.file = file
  }

  /// Whether a process has the gpu at this moment.
  package static func isTaken(_ gpu: String, in directory: String = Self.directory) -> Bool {
    // Shared: two that look at the same time must not take each other for an owner.
    guard let file = try? open(gpu, directory) else { return false }
    return flock(file.number, LOCK_SH | LOCK_NB) != 0
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
    getenv("SPOOL_GPU_LOCKS").map { Queue.absolute(String(rawCString: $0)) }
  }

  private static func open(_ gpu: String, _ directory: String) throws(SpoolError) -> Descriptor {
    let path = directory + "/" + RunName.cleaned(gpu)
    return try attempt("lock the gpu", path) { () throws(Errno) in
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
  init(_ gpus: [String]) throws(SpoolError) {
    for gpu in gpus { held.append(Held(try Self.take(gpu))) }
  }

  private static func take(_ gpu: String) throws(SpoolError) -> GPULock {
    for _ in 0..<20 {
      if let lock = try GPULock(gpu) { return lock }
      // Perhaps only an agent that looks at this moment whether it is free.
      Clock.pause(milliseconds: 5)
    }
    throw SpoolError(.no, "gpu \(gpu) is in use by another process of this host")
  }

  /// Gives them back.
  consuming func release() {}
}
