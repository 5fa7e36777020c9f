/// The parts of a record in `run-ID.wandb` that spool understands: `message Record` of W&B's `wandb_internal.proto`.
package enum WandbRecord: Sendable {
  /// A value under a key, or under keys that are nested; the value is JSON as text.
  package struct Item: Sendable {
    package var path: [String]
    package var value: [UInt8]
  }

  /// Values that were logged together.
  case history([Item])
  /// The summary, or a part of it, and the keys that were removed from it.
  case summary([Item], removed: [[String]])
  /// The same of the configuration.
  case config([Item], removed: [[String]])
  /// The beginning of a run.
  case run(config: [Item], summary: [Item])
  /// The exit code that the client saw.
  case exit(Int)

  /// The largest number of items of a record; further items are left out.
  static let itemLimit = 20_000
  /// The most bytes of a value: tables and histograms may have more, and are left out.
  static let valueLimit = 16_384
  /// The most keys that are nested in one another, and the most bytes of each.
  static let depthLimit = 16
  static let keyLimit = 1024

  /// Reads a record; nil for one that is not known, or is not a record.
  package init?(_ bytes: ArraySlice<UInt8>) {
    var reader = MessageReader(bytes)
    while let (number, content) = reader.next() {
      guard case .bytes(let body) = content else { continue }
      switch number {
      case 2: self = .history(Self.items(body, in: 1))
      case 3: self = .summary(Self.items(body, in: 1), removed: Self.items(body, in: 2).map(\.path))
      case 5: self = .config(Self.items(body, in: 1), removed: Self.items(body, in: 2).map(\.path))
      case 17:
        let parts = [4, 5].map { part in
          Self.messages(body, in: part).flatMap { Self.items($0, in: 1) }
        }
        self = .run(config: parts[0], summary: parts[1])
      case 18: self = .exit(Self.exitCode(body))
      default: continue
      }
      return
    }
    return nil
  }

  private static func exitCode(_ bytes: ArraySlice<UInt8>) -> Int {
    var reader = MessageReader(bytes)
    while let (number, content) = reader.next() {
      // int32: a negative one is written as 64 bits.
      if number == 1, case .number(let value) = content {
        return Int(Int32(truncatingIfNeeded: value))
      }
    }
    return 0
  }

  private static func messages(_ bytes: ArraySlice<UInt8>, in field: UInt64) -> [ArraySlice<UInt8>]
  {
    var reader = MessageReader(bytes)
    var found: [ArraySlice<UInt8>] = []
    while found.count < itemLimit, let (number, content) = reader.next() {
      if number == field, case .bytes(let body) = content { found.append(body) }
    }
    return found
  }

  private static func items(_ bytes: ArraySlice<UInt8>, in field: UInt64) -> [Item] {
    messages(bytes, in: field).compactMap { Self.item($0) }
  }

  private static func item(_ bytes: ArraySlice<UInt8>) -> Item? {
    var reader = MessageReader(bytes)
    var item = Item(path: [], value: [])
    while let (number, content) = reader.next() {
      guard case .bytes(let body) = content else { continue }
      switch number {
      case 1, 2:
        guard item.path.count < depthLimit, body.count <= keyLimit else { return nil }
        // An item has one key, or nested ones.
        if number == 1, body.isEmpty { continue }
        item.path.append(String(raw: body))
      case 16:
        guard body.count <= valueLimit else { return nil }
        item.value = Array(body)
      default: break
      }
    }
    return item.path.isEmpty ? nil : item
  }
}
