import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#else
  #error("Unsupported platform")
#endif

/// The signal that asked the benchmark to stop, 0 while there is none.
private let received = Atomic<Int32>(0)

/// Someone typed ^C, or asked otherwise: thrown at the next safe place, so that every `defer` runs.
struct Interrupted: Error {
  let signal: Int32
}

/// Turns signals into a thrown error.
///
/// No cleaning happens in a handler: it stores the number of its signal, and the code that spawns
/// and waits throws. The alarm that rings each second ends a wait that began just after
/// the look at that number, and lets a wait see that its time is over.
enum Interruption {
  static func install() {
    // The first use makes the global; that must not happen inside a handler.
    received.store(0, ordering: .relaxed)
    for signal in [SIGINT, SIGTERM, SIGHUP] {
      handle(signal) { received.store($0, ordering: .relaxed) }
    }
    handle(SIGALRM) { _ in alarm(1) }
    alarm(1)
  }

  static func check() throws(Interrupted) {
    let signal = received.load(ordering: .relaxed)
    guard signal == 0 else { throw Interrupted(signal: signal) }
  }

  /// Dies of the signal that was received, so that a shell sees the true cause.
  static func die(of signal: Int32) -> Never {
    handle(signal, SIG_DFL)
    raise(signal)
    exit(128 + signal)
  }

  private static func handle(
    _ signal: Int32, _ handler: (@convention(c) (Int32) -> Void)?
  ) {
    var action = sigaction()
    // Without SA_RESTART: a wait must return to be able to throw.
    #if canImport(Glibc)
      action.__sigaction_handler.sa_handler = handler
    #elseif canImport(Musl)
      action.__sa_handler.sa_handler = handler
    #else
      action.__sigaction_u.__sa_handler = handler
    #endif
    sigaction(signal, &action, nil)
  }
}
