/// The framing of `run-ID.wandb`, the log of a run by W&B's client. It is the framing of LevelDB's logs.
///
/// The file consists of blocks of 32 KiB, the first of which begins with a mark of seven bytes. In a block is one
/// chunk after the other: a checksum, a length, a kind and as many bytes. A record is one chunk, or several in
/// a row. The rest of a block that has no room for a chunk is padding.
///
/// A reader feeds the bytes in their order, from the start of the file or from the start of any block. A file that
/// grows, that is cut off, or whose writer was killed gives the records that are whole. If a chunk is damaged, the rest
/// of its block is left out, as LevelDB does it.
package struct WandbLog: Sendable {
  /// Bytes of a block.
  package static let blockSize = 32_768
  /// `:W&B`, a number that tells W&B's logs from others, and the version 0.
  package static let mark: [UInt8] = [0x3A, 0x57, 0x26, 0x42, 0xE1, 0xBE, 0x00]
  /// The most bytes of a record; one that has more is left out.
  package static let recordLimit = 4 << 20
  private static let headerSize = 7

  /// Bytes that were fed and are not used yet; less than a block and a piece.
  private var pending: [UInt8] = []
  /// Where the first of them stands in its block.
  private var offset = 0
  /// The chunks of a record whose last one has not come yet.
  private var record: [UInt8]?
  private var needsMark: Bool
  /// Whether the file does not begin with the mark.
  package private(set) var isForeign = false

  /// - Parameter fromStart: Whether the first byte is that of the file; otherwise it is that of a block.
  package init(fromStart: Bool) { needsMark = fromStart }

  /// Takes the next bytes, and calls `body` with each record that is whole now.
  package mutating func feed(_ bytes: [UInt8], _ body: (ArraySlice<UInt8>) -> Void) {
    if isForeign { return }
    pending += bytes
    var place = 0
    if needsMark {
      guard pending.count >= Self.mark.count else { return }
      guard pending.starts(with: Self.mark) else {
        isForeign = true
        pending = []
        return
      }
      needsMark = false
      place = Self.mark.count
      offset = Self.mark.count
    }
    while let step = chunk(at: place) {
      if let data = step.data { take(pending[data], step.kind, body) } else { record = nil }
      place += step.length
      offset = (offset + step.length) % Self.blockSize
    }
    pending.removeFirst(place)
  }

  /// The chunk, or the part without a chunk, that begins at a place of the pending bytes; nil if it is not whole.
  private func chunk(at place: Int) -> (length: Int, kind: UInt8, data: Range<Int>?)? {
    let left = Self.blockSize - offset
    let there = pending.count - place
    guard left >= Self.headerSize else {
      // Padding ends no record.
      return there >= left ? (left, Self.padding, place..<place) : nil
    }
    guard there >= Self.headerSize else { return nil }
    let length = Int(pending[place + 4]) | Int(pending[place + 5]) << 8
    let kind = pending[place + 6]
    let whole = Self.headerSize + length
    if (1...4).contains(kind), whole <= left {
      guard there >= whole else { return nil }
      let sum = (0..<4).reduce(UInt32(0)) { $0 | UInt32(pending[place + $1]) << (8 * UInt32($1)) }
      if sum == Checksum.crc32(pending[(place + 6)..<(place + whole)]) {
        return (whole, kind, (place + Self.headerSize)..<(place + whole))
      }
    }
    return there >= left ? (left, 0, nil) : nil
  }

  /// A kind of spool's own.
  private static let padding: UInt8 = 0

  private mutating func take(
    _ data: ArraySlice<UInt8>, _ kind: UInt8, _ body: (ArraySlice<UInt8>) -> Void
  ) {
    switch kind {
    case 1:
      record = nil
      body(data)
    case 2: record = Array(data)
    case 3, 4:
      guard var begun = record else { return }
      record = nil
      guard begun.count + data.count <= Self.recordLimit else { return }
      begun += data
      if kind == 4 { body(begun[...]) } else { record = begun }
    default: break
    }
  }
}
