import SpoolQueue
import Synchronization

// Signals that ask a program to end, for one that must first finish what it is about.
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#else
  #error("Unsupported platform")
#endif

/// The signal that came; 0: none.
private let told = Atomic<Int32>(0)
/// The ends of a pipe that can be read once a signal came; -1: signals are not caught.
private let reader = Atomic<Int32>(-1)
private let writer = Atomic<Int32>(-1)

extension Terminal {
  /// Notes INT, TERM and HUP from now on, in place of ending. `sigaction`.
  ///
  /// One that is ignored, as INT is behind the `&` of a shell and HUP under nohup, stays so. One that
  /// is blocked, because whoever started this program had it blocked for itself, is let through.
  static func catchEndings() {
    guard reader.load(ordering: .relaxed) < 0 else { return }
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    reader.store(ends[0], ordering: .relaxed)
    writer.store(ends[1], ordering: .releasing)
    var caught = sigset_t()
    sigemptyset(&caught)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      sigaddset(&caught, number)
      let before = signal(number, SIG_IGN)
      if isIgnoring(before) { continue }
      signal(number) { Terminal.note($0) }
    }
    pthread_sigmask(SIG_UNBLOCK, &caught, nil)
  }

  /// The signal that asked to end; nil: none did.
  static var ending: Int32? {
    let number = told.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// Waits, until a signal asks to end. `poll`.
  ///
  /// - Parameter seconds: How long at most.
  /// - Returns: The signal; nil: the time has passed.
  static func pause(seconds: Double) -> Int32? {
    let end = Clock.sinceBoot + Int64(Swift.min(Swift.max(seconds, 0), 1e9) * 1e9)
    while ending == nil {
      let left = end - Clock.sinceBoot
      if left <= 0 { return nil }
      // A signal between the question and this call has made the pipe readable.
      var entry = pollfd(
        fd: reader.load(ordering: .relaxed), events: Int16(POLLIN), revents: 0)
      _ = poll(&entry, 1, Int32(clamping: (left + 999_999) / 1_000_000))
    }
    return ending
  }

  /// In a signal's handler: touches two numbers and a pipe.
  private static func note(_ number: Int32) {
    // errno is the interrupted code's.
    let before = errno
    told.store(number, ordering: .relaxed)
    withUnsafeBytes(of: 0 as UInt8) { byte in
      // A full pipe says the same.
      _ = write(byte, to: writer.load(ordering: .relaxed))
    }
    errno = before
  }

  private static func isIgnoring(_ handler: (@convention(c) (Int32) -> Void)?) -> Bool {
    unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
