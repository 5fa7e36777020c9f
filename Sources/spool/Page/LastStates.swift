/// Takes the bytes of a log and leaves of each line what a terminal would show in the end: the text behind the
/// last carriage return.
struct LastStates {
  /// The newest state of the line that has not ended.
  private var state: [UInt8] = []
  /// Whether a carriage return came, and nothing behind it yet.
  private var isReturned = false
  /// A state that is longer is passed on as it is.
  private static let limit = 1 << 20

  /// The lines that end within the bytes.
  mutating func take(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\r") {
        isReturned = true
        continue
      }
      if byte == UInt8(ascii: "\n") {
        out += state
        // The end of a line as Windows writes it.
        if isReturned { out.append(UInt8(ascii: "\r")) }
        out.append(byte)
        state.removeAll(keepingCapacity: true)
        isReturned = false
        continue
      }
      if isReturned { state.removeAll(keepingCapacity: true) }
      isReturned = false
      state.append(byte)
      if state.count >= Self.limit {
        out += state
        state.removeAll(keepingCapacity: true)
      }
    }
    return out
  }

  /// The line that has not ended.
  mutating func rest() -> [UInt8] {
    defer { self = LastStates() }
    return state
  }
}
