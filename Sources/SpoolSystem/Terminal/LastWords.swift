import CLibrary
import Synchronization

/// A line that this program says when ^C ends it.
package enum LastWords {
  // What a signal's handler reads: bytes that are never freed, since a handler may be at them.
  private static let address = Atomic<UInt>(0)
  private static let count = Atomic<Int>(0)

  /// Says that line on standard error when ^C ends the program, if ^C does so.
  package static func say(_ line: String) {
    let text = Array((line + "\n").utf8)
    let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: text.count)
    copy.initialize(from: text, count: text.count)
    count.store(text.count, ordering: .relaxed)
    address.store(UInt(bitPattern: copy), ordering: .releasing)
    if System.ignores(SIGINT) || Terminal.wipesOnSignals { return }
    System.handle(SIGINT, restarts: true) { number in
      LastWords.write()
      signal(number, SIG_DFL)
      raise(number)
    }
  }

  /// Says nothing from now on.
  package static func forget() { address.store(0, ordering: .releasing) }

  /// Writes the line. Safe in a signal's handler.
  ///
  /// - Parameter isAtStart: Whether the cursor stands at the beginning of a line for certain.
  static func write(isAtStart: Bool = false) {
    let text = UnsafeRawPointer(
      bitPattern: address.exchange(0, ordering: .acquiringAndReleasing))
    guard let text else { return }
    // Behind the terminal's own ^C, or a part of a line.
    if !isAtStart, isatty(2) == 1 {
      let newline: StaticString = "\n"
      newline.withUTF8Buffer { _ = Terminal.write(UnsafeRawBufferPointer($0), to: 2) }
    }
    _ = Terminal.write(
      UnsafeRawBufferPointer(start: text, count: count.load(ordering: .relaxed)), to: 2)
  }
}
