/// Reduces each line of a log to its last state, as a terminal would show it: the text after the last carriage
/// return.
struct LastStates {
  /// The newest state of the line that has not ended.
  private var state: [UInt8] = []
  /// Whether a carriage return was the last byte.
  private var isReturned = false
  /// A longer state is passed on as it is.
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
        // CR LF is the end of a line on Windows.
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
