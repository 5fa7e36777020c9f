import SpoolProtocol

/// The output of a hook: its beginning goes into a file, the rest is only counted.
final class HookLog {
  private let file: Descriptor?
  private var output: HeldFile?
  /// How many bytes it printed.
  private(set) var count = 0

  /// Makes the file. If that fails the hook is executed without a log.
  init(_ hook: Hook) {
    file = try? System.create(hook.log, .replacing, permissions: hook.queue.shape.files)
  }

  /// The descriptor of the hook's output; nil before ``begin(_:)``, and after the end of the output.
  var descriptor: Int32? { output?.file.number }

  /// Reads the hook's output from a pipe from now on.
  func begin(_ output: consuming Descriptor) { self.output = HeldFile(output) }

  /// Takes the output that is in the pipe. Returns false at its end.
  func copy() -> Bool {
    guard let bytes = try? output?.file.read(atMost: 65_536), !bytes.isEmpty else {
      output = nil
      return false
    }
    let room = HookRecord.outputLimit - count
    count += bytes.count
    // On a full disk the output is dropped: the hook must not wait at its pipe.
    if room > 0 { try? file?.write(Array(bytes.prefix(room))) }
    return true
  }
}
