package import SpoolProtocol

/// Who has a gpu: what the runner of a run writes into the file of its lock, for the agents of other queues.
///
/// Anybody may write there: it is believed for what people are told, and for nothing else.
package struct GPUUser: Sendable, Equatable {
  /// The account's name.
  package var owner: String
  /// `ENTITY/QUEUE`.
  package var queue: String
  package var run: String
  /// The runner's process.
  package var holder: Holder

  /// Describes a run of this process.
  package init(owner: String, queue: String, run: String, holder: Holder = .current) {
    self.owner = owner
    self.queue = queue
    self.run = run
    self.holder = holder
  }

  /// In words: `train-9x7c of lab/night, by ann`.
  package var words: String { "\(run) of \(queue), by \(owner)" }

  /// How many bytes of a file are looked at.
  static let limit = 2048

  /// One line; what an earlier and longer one left behind it does not count.
  var line: [UInt8] {
    JSONObject(
      [("owner", .string(owner)), ("queue", .string(queue)), ("run", .string(run))]
        + holder.members(process: "process")
    ).bytes() + [UInt8(ascii: "\n")]
  }

  /// Reads the first line; nil: there is none, as an early version leaves it, or it is none that spool wrote.
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

  /// Whether it may still be so: a holder of an early version leaves the words of the one before it.
  var isCurrent: Bool { !holder.isVisible || holder.process.isAlive }
}
