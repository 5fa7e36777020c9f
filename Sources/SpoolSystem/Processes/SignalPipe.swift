import CLibrary
import Synchronization

/// The signals of a runner: each becomes a byte in a pipe, which `poll` sees.
///
/// A runner has one thread and one loop. Dispatch is no alternative: its worker threads come and go, and a
/// command dies with the thread that forked it.
package struct SignalPipe: ~Copyable {
  // A handler may only use these two.
  private static let writer = Atomic<Int32>(-1)
  private static let wasTold = Atomic<Bool>(false)

  /// Readable after a signal.
  package let reader: Descriptor

  /// Catches CHLD, and TERM, INT and HUP, which ask to end. Ignores PIPE, and the XFSZ and XCPU of limits
  /// that were meant for the command.
  package init() throws(Errno) {
    let ends = try DescriptorPair.forSignals()
    reader = Descriptor(ends.reader)
    Self.writer.store(ends.writer, ordering: .releasing)
    System.handle(SIGCHLD, restarts: true) { _ in SignalPipe.wake() }
    for signal in [SIGTERM, SIGINT, SIGHUP] {
      System.handle(signal, restarts: true) { _ in
        SignalPipe.wasTold.store(true, ordering: .relaxed)
        SignalPipe.wake()
      }
    }
    for number in [SIGPIPE, SIGXFSZ, SIGXCPU] { signal(number, SIG_IGN) }
  }

  /// Whether this process was told to end.
  package var isToldToEnd: Bool { Self.wasTold.load(ordering: .relaxed) }

  /// Forgets the signals that came.
  package func drain() { reader.drain() }

  private static func wake() { wakeReader(of: writer.load(ordering: .relaxed)) }
}
