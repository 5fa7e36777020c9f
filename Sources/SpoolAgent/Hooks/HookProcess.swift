import Dispatch
import SpoolProtocol

/// The process that executes a hook, and the pipe on which it tells what became of it.
///
/// It needs nobody: it goes on when its agent has left. A thread waits for it and not a source of
/// Dispatch: libdispatch reads freed memory where the source of a pipe is cancelled just when the other
/// end closes it, which every one of these does.
enum HookProcess {
  /// Starts it. `ended` is called once, on `queue`, when the hook has ended, with its process, which
  /// is to be reaped when that has ended too; nil: without a word.
  static func start(
    _ executable: String, _ path: String, _ request: HookRequest, _ queue: DispatchQueue,
    ended: @escaping @Sendable (HookReport?, Int32) -> Void
  ) throws(Errno) {
    let ends = try DescriptorPair.pipe()
    let input = try System.openFollowing("/dev/null")
    let error = try System.openForWriting("/dev/null")
    let pid = try CommandStart(
      program: executable, argv: ["spool", HookExecution.word, path, request.file],
      environment: RunnerProcess.environment, directory: "/", input: input.number,
      output: ends.second.number, error: error.number, adoptsOrphans: true
    ).start()
    let pipe = Pipe(ends.first)
    // A queue of its own has a thread of its own.
    DispatchQueue(label: "spool.hook").async {
      let report = pipe.report()
      // It has said its last word, and may still wait for what the hook left running.
      queue.async { ended(report, pid) }
    }
  }

  private final class Pipe: Sendable {
    private let descriptor: Descriptor

    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// Waits for the end of what is said; the last word counts.
    func report() -> HookReport? {
      let bytes = (try? descriptor.readAll(limit: 1 << 20)) ?? []
      return bytes.split(separator: UInt8(ascii: "\n")).last.flatMap { HookReport(Array($0)) }
    }
  }
}
