package import SpoolProtocol

/// The run that has a gpu. Its runner writes this into the file of the lock, for the agents of other queues.
///
/// All users may write there: the text is shown to people, and decides nothing.
package struct GPUUser: Sendable, Equatable {
  /// The name of its account.
  package var owner: String
  /// `ENTITY/QUEUE`.
  package var queue: String
  package var run: String
  package var holder: Holder

  package init(owner: String, queue: String, run: String, holder: Holder = .current) {
    self.owner = owner
    self.queue = queue
    self.run = run
    self.holder = holder
  }

  /// In words: `train-9x7c of lab/night, by ann`.
  package var words: String { "\(run) of \(queue), by \(owner)" }

  /// The most bytes of a file that are read.
  static let limit = 2048

  /// One line. Behind it the file may have the rest of an earlier, longer one.
  var line: [UInt8] {
    JSONObject(
      [("owner", .string(owner)), ("queue", .string(queue)), ("run", .string(run))]
        + holder.members(process: "process")
    ).bytes() + [UInt8(ascii: "\n")]
  }

  /// Reads the first line. Returns nil if there is none, as in files of an early version, or spool did not write it.
  init?(_ bytes: [UInt8]) {
    guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
      let object = (try? JSON(parsing: Array(bytes[..<end]), dialect: .strict))?.objectValue,
      let owner = Self.name(object["owner"]), let queue = Self.name(object["queue"]),
      let run = Self.name(object["run"]), let holder = Holder(object, process: "process")
    else { return nil }
    self.init(owner: owner, queue: queue, run: run, holder: holder)
  }

  private static func name(_ value: JSON?) -> String? {
    guard let text = value?.stringValue, (1...255).contains(text.utf8.count),
      text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
    else { return nil }
    return text
  }

  /// Whether it may still be true: a runner of an early version does not replace the line of its predecessor.
  var isCurrent: Bool { !holder.isVisible || holder.process.isAlive }
}
