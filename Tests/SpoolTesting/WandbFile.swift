/// Writes `run-ID.wandb` as W&B's client does: records in the encoding of protocol buffers, in the framing of LevelDB's
/// logs. Written apart from the reader, for tests of it.
package struct WandbFile {
  package private(set) var bytes: [UInt8] = [0x3A, 0x57, 0x26, 0x42, 0xE1, 0xBE, 0x00]

  package init() {}

  // MARK: Records

  /// A step of the history; keys with a `/` between them are nested, as newer clients write objects.
  package mutating func log(_ values: [(String, String)], step: Int) {
    let items = (values + [("_step", "\(step)"), ("_runtime", "0.5")]).map {
      field(1, item($0, $1))
    }
    add(field(2, items.flatMap { $0 } + field(2, varint(8) + varint(UInt64(step)))))
  }

  package mutating func summarize(_ values: [(String, String)], removing keys: [String] = []) {
    let updates = values.flatMap { field(1, item($0, $1)) }
    add(field(3, updates + keys.flatMap { field(2, item($0, "")) }))
  }

  package mutating func configure(_ values: [(String, String)]) {
    add(field(5, values.flatMap { field(1, item($0, $1)) }))
  }

  /// What a run begins with.
  package mutating func begin(_ id: String, config: [(String, String)]) {
    let wandb = field(1, item("_wandb", #"{"launch_queue_name": "night"}"#))
    let config = config.flatMap { field(1, item($0, $1)) } + wandb
    add(field(17, field(1, Array(id.utf8)) + field(4, config)))
  }

  package mutating func exit(_ code: Int) {
    add(field(18, varint(8) + varint(UInt64(bitPattern: Int64(code)))))
  }

  /// Any bytes as a record.
  package mutating func add(_ record: [UInt8]) {
    var rest = record[...]
    var isFirst = true
    repeat {
      let left = 32_768 - bytes.count % 32_768
      if left < 7 {
        bytes += [UInt8](repeating: 0, count: left)
        continue
      }
      let data = rest.prefix(left - 7)
      rest = rest.dropFirst(data.count)
      let kind: UInt8 = isFirst ? (rest.isEmpty ? 1 : 2) : (rest.isEmpty ? 4 : 3)
      let sum = Self.checksum([kind] + data)
      bytes += (0..<4).map { UInt8(truncatingIfNeeded: sum >> (8 * UInt32($0))) }
      bytes += [UInt8(data.count & 0xFF), UInt8(data.count >> 8), kind] + data
      isFirst = false
    } while !rest.isEmpty || isFirst
  }

  // MARK: Encoding

  private func item(_ key: String, _ value: String) -> [UInt8] {
    let parts = key.split(separator: "/").map { Array($0.utf8) }
    let keys = parts.count == 1 ? field(1, parts[0]) : parts.flatMap { field(2, $0) }
    return keys + field(16, Array(value.utf8))
  }

  private func field(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(UInt64(bytes.count)) + bytes
  }

  private func varint(_ value: UInt64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  /// CRC-32, bit by bit.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }
}
