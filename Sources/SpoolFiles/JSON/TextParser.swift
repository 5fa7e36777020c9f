/// A parser of a text in memory that counts lines and columns only when an error needs them.
protocol TextParser {
  var bytes: UnsafeBufferPointer<UInt8> { get }
  /// The offset of the next byte.
  var offset: Int { get }
}

extension TextParser {
  /// The error at an offset, or at the next byte.
  func error(
    _ message: String, at offset: Int? = nil, isTruncation: Bool = false
  ) -> JSONSyntaxError {
    let position = TextPosition(of: offset ?? self.offset, in: bytes)
    return JSONSyntaxError(
      line: position.line, column: position.column, message: message, isTruncation: isTruncation)
  }

  /// The error for a text that ends before something is complete: a truncation, if the bytes end there, too.
  func ends(inside what: String, begunAt begin: Int, at place: Int) -> JSONSyntaxError {
    let position = TextPosition(of: begin, in: bytes)
    return error(
      "the text ends inside \(what) begun at line \(position.line), column \(position.column)",
      at: place, isTruncation: place == bytes.count)
  }
}
