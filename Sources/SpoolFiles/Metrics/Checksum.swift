/// CRC-32 of IEEE 802.3, as zlib and W&B's client compute it.
enum Checksum {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1
    }
  }

  /// The checksum of some bytes.
  static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      bytes.withUnsafeBufferPointer { bytes in
        ~bytes.reduce(UInt32.max) { sum, byte in
          table[Int((sum ^ UInt32(byte)) & 0xFF)] ^ (sum >> 8)
        }
      }
    }
  }
}
