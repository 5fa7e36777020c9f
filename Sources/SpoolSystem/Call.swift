/// The kind of a system call, by which a test chooses the calls that fail.
package enum SystemCall: Sendable {
  case open, look, list, read, readLink, resolve
  case write, truncate, seek, sync, touch, setMode, setOwner
  case rename, link, unlink, makeDirectory, removeDirectory
  case control, wait, poll
  case other
}

/// Calls `body` until no signal interrupts it; throws the thread's `errno` if it returns -1.
///
/// Handles EINTR for all calls except those that a signal is to end. It is the place where a ``CallDriver`` stands
/// between spool and the kernel.
@inline(__always)
package func call<Result: SignedInteger>(
  _ kind: SystemCall = .other, _ body: () -> Result
) throws(Errno) -> Result {
  try call(kind, atMost: 0) { _ in body() }
}

/// Calls `body`, a read or a write, with the greatest number of bytes that it may move.
@inline(__always)
package func call<Result: SignedInteger>(
  _ kind: SystemCall, atMost count: Int, _ body: (Int) -> Result
) throws(Errno) -> Result {
  while true {
    #if DEBUG
      let result = CallDriver.answer(kind, count, body)
    #else
      let result = body(count)
    #endif
    if result != -1 { return result }
    let error = Errno.current
    if error != .interrupted { throw error }
  }
}

/// Makes a call. Returns the error; nil if it succeeded.
func refusal(_ kind: SystemCall, _ body: () -> Int32) -> Errno? {
  do throws(Errno) {
    _ = try call(kind, body)
    return nil
  } catch {
    return error
  }
}
