import CLibrary
import SpoolQueue

/// A file that is written bit by bit.
final class SlowFile {
  private let number: Int32

  init(_ path: String) throws {
    number = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    if number < 0 { throw Errno(rawValue: errno) }
  }

  func write(_ text: String) throws {
    try Descriptor(dup(number)).write(Array(text.utf8))
  }

  func close() { _ = Descriptor(number) }
}
