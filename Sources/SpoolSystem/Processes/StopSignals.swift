import CLibrary
import Synchronization

/// The signals that end a program with several threads: TERM, INT and HUP.
///
/// No new thread is needed: a handler notes the signal and wakes the main thread, which ends the program in
/// order. If that thread does not wake, because the system has no room for a thread that it waits for, an
/// alarm ends the program as the signal would have.
package struct StopSignals: ~Copyable {
  // Handlers may only use these three.
  private static let told = Atomic<Int32>(0)
  private static let writer = Atomic<Int32>(-1)
  private static let patience = Atomic<UInt32>(0)

  private let reader: Descriptor

  /// Catches them from now on, for the life of the process. Ignores PIPE and XFSZ: a call that fails is
  /// reported, and a signal is not.
  ///
  /// INT and HUP stay ignored if they were: under `nohup` a program outlives its terminal, and ^C does not end
  /// a program that a script has put into the background.
  ///
  /// - Parameter patience: Seconds from the signal to its alarm. The main thread of an agent never waits as
  ///   long as 5 seconds, except for a thread.
  package init(patience: UInt32 = 5) throws(Errno) {
    Self.patience.store(patience, ordering: .relaxed)
    let ends = try DescriptorPair.forSignals()
    reader = Descriptor(ends.reader)
    Self.writer.store(ends.writer, ordering: .releasing)
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    let heard = [SIGTERM, SIGINT, SIGHUP].filter { $0 == SIGTERM || !System.ignores($0) }
    // The parent process may have blocked them, and then nothing would ever end this program.
    for number in heard + [SIGALRM] { System.unblock(number) }
    System.handle(SIGALRM, restarts: true) { _ in
      let number = StopSignals.told.load(ordering: .relaxed)
      if number != 0 { StopSignals.end(by: number) }
    }
    for number in heard {
      System.handle(number, restarts: true) { number in
        if StopSignals.told.exchange(number, ordering: .relaxed) == 0 {
          alarm(StopSignals.patience.load(ordering: .relaxed))
        }
        StopSignals.wake()
      }
    }
  }

  /// The first signal that asked to end. Returns nil if none did.
  package var asked: Int32? {
    let number = Self.told.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// Waits for a signal, a call of ``wake()``, or the deadline. `poll`.
  ///
  /// - Parameter deadline: Nil for none.
  package func wait(until deadline: Instant?) {
    _ = try? waitForInput([reader.number], until: deadline)
    reader.drain()
  }

  /// Ends a wait, from any thread.
  package static func wake() { wakeReader(of: writer.load(ordering: .relaxed)) }

  /// The main thread is awake and ends the program in order: the signal ends it only after that many
  /// seconds. `alarm`.
  package func endWithin(seconds: UInt32) { alarm(seconds) }

  /// Ends this process as the signal would have, whatever its other threads do. Safe in a handler.
  package static func end(by number: Int32) {
    _ = CLibrary.signal(number, SIG_DFL)
    // During a handler the signal may be blocked in this thread, and another thread takes it.
    System.unblock(number)
    kill(getpid(), number)
  }
}
