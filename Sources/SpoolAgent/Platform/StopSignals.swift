import CLibrary
package import SpoolProtocol
import Synchronization

/// The signals that end a program which has threads: TERM, INT and HUP.
///
/// None of them needs a thread that is not there yet: a handler notes the signal and wakes the main
/// thread, which sees to an orderly end. Where that thread does not wake, because the system has no room
/// for what it works with, an alarm ends the program as the signal would have.
package struct StopSignals: ~Copyable {
  // What handlers may touch.
  private static let told = Atomic<Int32>(0)
  private static let writer = Atomic<Int32>(-1)

  private static let patience = Atomic<UInt32>(0)
  private let reader: Descriptor

  /// Catches them from now on, for as long as the process lives, and ignores PIPE and XFSZ: a call that
  /// fails is told of, and a signal is not.
  ///
  /// INT and HUP stay ignored where they were: under `nohup` a program outlives its terminal, and ^C does
  /// not end what a script has put into the background.
  ///
  /// - Parameter patience: Seconds from the signal to its alarm. The main thread of an agent waits for
  ///   nothing but a thread as long as 5 seconds.
  package init(patience: UInt32 = 5) throws(Errno) {
    Self.patience.store(patience, ordering: .relaxed)
    let ends = try DescriptorPair.pipe()
    let number = ends.second.release()
    reader = ends.first
    for end in [reader.number, number] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    Self.writer.store(number, ordering: .releasing)
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    let heard = [SIGTERM, SIGINT, SIGHUP].filter { $0 == SIGTERM || !System.ignores($0) }
    var unblocked = sigset_t()
    sigemptyset(&unblocked)
    for number in heard + [SIGALRM] { sigaddset(&unblocked, number) }
    // Whoever started this may have held them back, and then nothing would ever end it.
    pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
    SignalPipe.handle(SIGALRM) { _ in
      let number = StopSignals.told.load(ordering: .relaxed)
      if number != 0 { StopSignals.end(by: number) }
    }
    for number in heard {
      SignalPipe.handle(number) { number in
        if StopSignals.told.exchange(number, ordering: .relaxed) == 0 {
          alarm(StopSignals.patience.load(ordering: .relaxed))
        }
        StopSignals.writeByte()
      }
    }
  }

  /// The signal that asked to end; nil: none did.
  package var asked: Int32? {
    let number = Self.told.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// Waits until a signal came, ``wake()`` was called, or the time has passed. `poll`.
  ///
  /// - Parameter deadline: Nil for as long as it takes.
  package func wait(until deadline: Instant?) {
    _ = try? waitForInput([reader.number], until: deadline)
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(reader.number, &bytes, bytes.count) > 0 {}
  }

  /// Ends a wait, from any thread.
  package static func wake() { writeByte() }

  /// Says that the main thread is awake and brings the program to its end: that may take so many seconds,
  /// and then the signal ends it. `alarm`.
  package func endWithin(seconds: UInt32) { alarm(seconds) }

  /// Ends this process as the signal would have, whatever its other threads do. Safe in a handler.
  package static func end(by number: Int32) {
    _ = CLibrary.signal(number, SIG_DFL)
    // In a handler the signal may be held back, and another thread takes it.
    var unblocked = sigset_t()
    sigemptyset(&unblocked)
    sigaddset(&unblocked, number)
    pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
    kill(getpid(), number)
  }

  private static func writeByte() {
    // A full pipe says the same; errno is the interrupted code's.
    let before = errno
    var byte: UInt8 = 0
    _ = write(writer.load(ordering: .relaxed), &byte, 1)
    errno = before
  }
}
