import CLibrary

/// An open file, which is closed at the end of its life.
package struct Descriptor: ~Copyable, Sendable {
  package let number: Int32

  package init(_ number: Int32) { self.number = number }

  /// Another number for the same open file, closed by exec. `fcntl` with F_DUPFD_CLOEXEC.
  package init(duplicating other: borrowing Descriptor) throws(Errno) {
    number = try call(.control) { fcntl(other.number, F_DUPFD_CLOEXEC, 3) }
  }

  // A close that fails may lose writes that are not synced. Data that must last is synced before.
  deinit { _ = close(number) }

  /// Gives the number to the caller, who must close it.
  package consuming func release() -> Int32 {
    let number = number
    discard self
    return number
  }

  /// The facts about the open file. `fstat`.
  package func information() throws(Errno) -> FileInformation {
    var buffer = stat()
    _ = try call(.look) { fstat(number, &buffer) }
    return FileInformation(buffer)
  }

  /// Reads to the end, but at most one byte more than `limit`: that byte shows that the limit is exceeded.
  package func readAll(
    limit: Int = usualLimit, expecting size: Int = 0
  ) throws(Errno) -> [UInt8] {
    var bytes = [UInt8]()
    let most = limit.adding(clamped: 1)
    // A file may claim any size: memory is taken only for bytes that will be read.
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

  /// Reads at most `count` bytes; no byte at the end of the file. `read`.
  package func read(atMost count: Int) throws(Errno) -> [UInt8] {
    var bytes = [UInt8]()
    if let error = Self.append(count, from: number, to: &bytes) { throw error }
    return bytes
  }

  /// Writes all of `bytes`. `write`.
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

  /// Empties the file, and moves to its start. `ftruncate`, `lseek`.
  package func truncate() throws(Errno) {
    _ = try call(.truncate) { ftruncate(number, 0) }
    try seek(to: 0)
  }

  /// Waits until all that was written is on disk. `fsync`.
  package func sync() throws(Errno) { _ = try call(.sync) { fsync(number) } }

  /// Sets the modification time to the present time of the file server. `futimens` with UTIME_NOW.
  package func touch() throws(Errno) {
    _ = try call(.touch) { futimens(number, nil) }
  }

  /// Sets the access time alone to the present time of the file server. `futimens`.
  package func noteAccess() throws(Errno) {
    // UTIME_NOW and UTIME_OMIT, which Swift does not import.
    #if canImport(Darwin)
      let (now, same) = (-1, -2)
    #else
      let (now, same) = (0x3FFF_FFFF, 0x3FFF_FFFE)
    #endif
    let times = [timespec(tv_sec: 0, tv_nsec: now), timespec(tv_sec: 0, tv_nsec: same)]
    _ = try call(.touch) { futimens(number, times) }
  }

  /// Sets permissions exactly, whatever the umask. `fchmod`.
  package func setPermissions(_ permissions: UInt32) throws(Errno) {
    _ = try call(.setMode) { fchmod(number, mode_t(permissions)) }
  }

  /// Changes the owner, as only root may; with `group` also the group. `fchown`.
  package func setOwner(_ user: UInt32, group: UInt32? = nil) throws(Errno) {
    _ = try call(.setOwner) { fchown(number, uid_t(user), gid_t(group ?? .max)) }
  }

  /// Changes the group. `fchown`.
  package func setGroup(_ group: UInt32) throws(Errno) {
    _ = try call(.setOwner) { fchown(number, uid_t.max, gid_t(group)) }
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
