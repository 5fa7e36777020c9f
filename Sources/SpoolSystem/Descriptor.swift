import CLibrary

/// An open file; closed when it goes out of use.
package struct Descriptor: ~Copyable, Sendable {
  /// The number the kernel knows it by.
  package let number: Int32

  package init(_ number: Int32) { self.number = number }

  /// Another number for the same open file, closed by exec. `fcntl` with F_DUPFD_CLOEXEC.
  package init(duplicating other: borrowing Descriptor) throws(Errno) {
    number = try call(.control) { fcntl(other.number, F_DUPFD_CLOEXEC, 3) }
  }

  // A failed close loses data only where a write was not synced; what must last is synced first.
  deinit { _ = close(number) }

  /// Gives the number away; the caller closes it.
  package consuming func release() -> Int32 {
    let number = number
    discard self
    return number
  }

  /// What is open. `fstat`.
  package func information() throws(Errno) -> FileInformation {
    var buffer = stat()
    _ = try call(.look) { fstat(number, &buffer) }
    return FileInformation(buffer)
  }

  /// Everything from here to the end, at most `limit` bytes and one more to tell that there is more.
  package func readAll(
    limit: Int = usualLimit, expecting size: Int = 0
  ) throws(Errno) -> [UInt8] {
    var bytes = [UInt8]()
    let most = limit.adding(clamped: 1)
    // A file says what it likes of its size: no more room is made than will be read.
    var room = Swift.min(Swift.max(size.adding(clamped: 1), 512), most)
    while true {
      let start = bytes.count
      let error = Self.append(room, from: number, to: &bytes)
      if let error { throw error }
      if bytes.count == start || bytes.count > limit { return bytes }
      room = Swift.min(Swift.max(room, 65_536), most - bytes.count)
    }
  }

  private static func append(_ room: Int, from number: Int32, to bytes: inout [UInt8]) -> Errno? {
    var failure: Errno?
    let addition = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      do throws(Errno) {
        count = try call(.read, atMost: room) { CLibrary.read(number, buffer.baseAddress, $0) }
      } catch {
        failure = error
      }
    }
    if bytes.isEmpty { bytes = addition } else { bytes += addition }
    return failure
  }

  /// At most `count` bytes from here; none at the end. `read`.
  package func read(atMost count: Int) throws(Errno) -> [UInt8] {
    var bytes = [UInt8]()
    if let error = Self.append(count, from: number, to: &bytes) { throw error }
    return bytes
  }

  /// All of `bytes`, in as many calls as it takes. `write`.
  package func write(_ bytes: [UInt8]) throws(Errno) {
    var done = 0
    while done < bytes.count {
      var failure: Errno?
      done += bytes.withUnsafeBytes { buffer in
        do throws(Errno) {
          let rest = UnsafeRawBufferPointer(rebasing: buffer[done...])
          return try call(.write, atMost: rest.count) {
            CLibrary.write(number, rest.baseAddress, $0)
          }
        } catch {
          failure = error
          return 0
        }
      }
      if let failure { throw failure }
    }
  }

  /// Empties the file, and begins at its start. `ftruncate`, `lseek`.
  package func truncate() throws(Errno) {
    _ = try call(.truncate) { ftruncate(number, 0) }
    try seek(to: 0)
  }

  /// Puts what was written on disk. `fsync`.
  package func sync() throws(Errno) { _ = try call(.sync) { fsync(number) } }

  /// Sets the modification time to the file server's now. `futimens` with UTIME_NOW.
  package func touch() throws(Errno) {
    _ = try call(.touch) { futimens(number, nil) }
  }

  /// Sets permissions exactly, whatever the umask. `fchmod`.
  package func setPermissions(_ permissions: UInt32) throws(Errno) {
    _ = try call(.setMode) { fchmod(number, mode_t(permissions)) }
  }

  /// Hands the file to a user, as root may; to a group, too, where one is given. `fchown`.
  package func setOwner(_ user: UInt32, group: UInt32? = nil) throws(Errno) {
    _ = try call(.setOwner) { fchown(number, uid_t(user), gid_t(group ?? .max)) }
  }

  /// Takes an advisory lock on the open file, if no other open file of the same one has it. `flock`.
  ///
  /// - Returns: Whether this open file has the lock now, until it is closed.
  package func lock(isShared: Bool = false) -> Bool {
    flock(number, (isShared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0
  }

  /// Moves to `offset` bytes from the start. `lseek`.
  package func seek(to offset: Int) throws(Errno) {
    _ = try call(.seek) { lseek(number, off_t(offset), SEEK_SET) }
  }
}
