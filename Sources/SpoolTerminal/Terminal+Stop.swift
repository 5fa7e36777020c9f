import SpoolQueue
import Synchronization

// Being told to end, for a command that goes on until then.
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#else
  #error("Unsupported platform")
#endif

/// The signal that asked the program to end; 0 if none did.
private let told = Atomic<Int32>(0)
/// The handler writes a byte to this descriptor, so that a wait ends; -1 if there is no wait.
private let waker = Atomic<Int32>(-1)

/// Something that is done again and again until somebody ends the program.
///
/// INT, TERM and HUP are only noted, so that what is under way is brought to its end: no half written
/// file stays. ``Terminal/end(by:)`` then ends the program as the signal would have, and an alarm does so
/// where a minute later something is still under way: a file server may be silent for ever.
package struct UntilStopped: ~Copyable {
  private let reader: Int32
  /// Seconds from the signal to the end, whatever is under way.
  private static let patience: UInt32 = 60

  /// Does something, and again each `interval` seconds, counted from when it began, until the program is
  /// asked to end; then the signal ends it.
  ///
  /// - Parameter interval: Nil for once; then a signal ends the program when that is done.
  /// - Returns: The result of the last call.
  package static func run(every interval: Double?, _ body: () throws -> Int32) throws -> Int32 {
    let untilStopped = UntilStopped()
    var status: Int32
    repeat {
      let began = Clock.sinceBoot
      status = try body()
      guard let interval else { break }
      let spent = Double(Clock.sinceBoot - began) / 1e9
      untilStopped.wait(seconds: Swift.max(interval - spent, 0.1))
    } while untilStopped.signal == nil
    if let signal = untilStopped.signal { Terminal.end(by: signal) }
    return status
  }

  /// Notes signals from now on, for as long as the process lives.
  private init() {
    var ends: [Int32] = [-1, -1]
    // Without a pipe a wait takes its time; the signal is noted all the same.
    if pipe(&ends) == 0 {
      for end in ends {
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        _ = fcntl(end, F_SETFL, O_NONBLOCK)
      }
    }
    reader = ends[0]
    waker.store(ends[1], ordering: .releasing)
    var signals = sigset_t()
    sigemptyset(&signals)
    // INT and HUP stay ignored where they were: by `nohup`, or in the background of a script.
    let heard = [SIGINT, SIGTERM, SIGHUP].filter { $0 == SIGTERM || !System.ignores($0) }
    for number in heard + [SIGALRM] { sigaddset(&signals, number) }
    // The parent process may have blocked them, and then nothing would ever end this program.
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    Terminal.handle(SIGALRM) { _ in
      let number = told.load(ordering: .relaxed)
      if number != 0 { Terminal.end(by: number) }
    }
    for number in heard {
      Terminal.handle(number, restarts: true) { number in
        if told.exchange(number, ordering: .relaxed) == 0 { alarm(UntilStopped.patience) }
        // errno is the interrupted code's.
        let before = errno
        var byte: UInt8 = 0
        withUnsafeBytes(of: &byte) { bytes in
          _ = Terminal.write(bytes, to: waker.load(ordering: .relaxed))
        }
        errno = before
      }
    }
  }

  /// The signal that asked the program to end. Returns nil if none did.
  private var signal: Int32? {
    let number = told.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// Waits, and no longer than until the program is asked to end. `poll`.
  ///
  /// - Parameter seconds: How long at most.
  private func wait(seconds: Double) {
    let deadline = Clock.sinceBoot + Int64(Swift.min(Swift.max(seconds, 0), 1e9) * 1e9)
    while signal == nil {
      let left = deadline - Clock.sinceBoot
      if left <= 0 { return }
      // A signal between the look above and this wait has left its byte in the pipe.
      var entry = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
      _ = poll(&entry, 1, Int32(clamping: left / 1_000_000 + 1))
    }
  }
}
