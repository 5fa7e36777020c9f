// Text in a block of lines: | keeps its line breaks, and > turns them into blanks.

extension YAMLParser {
  /// The indicators after `|` and `>`.
  private struct Header {
    let isFolded: Bool
    /// `-` for no line break at the end, `+` for all of them.
    var chomping: UInt8?
    /// The number of columns by which the text is indented relative to its surroundings.
    var indentation: Int?
  }

  /// Reads the text of the block whose `|` or `>` is at the offset.
  ///
  /// - Parameter column: The column of the list or mapping around it.
  mutating func blockScalar(in column: Int) throws(JSONSyntaxError) -> String {
    let header = try header()
    let least = max(column + 1, 1)
    let width =
      if let indentation = header.indentation { least + indentation - 1 } else {
        try indentation(least)
      }
    return RawText.text(lines(width, header))
  }

  private mutating func header() throws(JSONSyntaxError) -> Header {
    var header = Header(isFolded: next == UInt8(ascii: ">"))
    offset += 1
    while !Self.endsWord(next) {
      switch next {
      case UInt8(ascii: "+"), UInt8(ascii: "-"):
        guard header.chomping == nil else { throw wrongHeader() }
        header.chomping = next
      case UInt8(ascii: "1")...UInt8(ascii: "9"):
        guard header.indentation == nil else { throw wrongHeader() }
        header.indentation = Int(next) - 0x30
      default: throw wrongHeader()
      }
      offset += 1
    }
    skipBlanks()
    if next == UInt8(ascii: "#") {
      while offset < end, !Self.isBreak(next) { offset += 1 }
    }
    guard offset == end || Self.isBreak(next) else { throw wrongHeader() }
    if offset < end { skipBreak() }
    return header
  }

  private func wrongHeader() -> JSONSyntaxError {
    error(
      "after | or > stand at most '+' or '-' and a digit from 1 to 9, and the text begins on the next line;"
        + " text that begins with | or > is written in quotes")
  }

  /// The indentation of the first line that is not empty.
  private func indentation(_ least: Int) throws(JSONSyntaxError) -> Int {
    var at = lineStart
    var longest = (spaces: 0, line: at)
    while true {
      let line = at
      while byte(at) == 0x20 { at += 1 }
      let spaces = at - line
      if at == end { return max(least, spaces, longest.spaces) }
      guard Self.isBreak(bytes[at]) else {
        guard spaces >= least else { return max(least, longest.spaces) }
        guard longest.spaces <= spaces else {
          throw error(
            "an empty line with more spaces than the text below it; take them out, or write how far the text"
              + " is indented behind | or >", at: longest.line)
        }
        return spaces
      }
      if spaces > longest.spaces { longest = (spaces, line) }
      at += bytes[at] == 0x0D && byte(at + 1) == 0x0A ? 2 : 1
    }
  }

  /// Reads the lines with at least this indentation.
  private mutating func lines(_ width: Int, _ header: Header) -> [UInt8] {
    var content: [UInt8] = []
    var empty = 0
    var last: (beginsBlank: Bool, hasBreak: Bool)?
    while offset < end {
      var at = lineStart
      while at - lineStart < width, byte(at) == 0x20 { at += 1 }
      if at == end || !Self.isBreak(bytes[at]) && at - lineStart < width { break }
      offset = at
      if Self.isBreak(next) {
        empty += 1
        skipBreak()
        continue
      }

      let beginsBlank = Self.isBlank(next)
      if let last {
        let isFolded = header.isFolded && !last.beginsBlank && !beginsBlank
        if isFolded, empty == 0 { content.append(0x20) }
        content.append(contentsOf: repeatElement(0x0A, count: isFolded ? empty : empty + 1))
      } else {
        content.append(contentsOf: repeatElement(0x0A, count: empty))
      }
      while offset < end, !Self.isBreak(next) { offset += 1 }
      content.append(contentsOf: bytes[at..<offset])
      last = (beginsBlank, offset < end)
      if offset < end { skipBreak() }
      empty = 0
    }

    if header.chomping != UInt8(ascii: "-"), last?.hasBreak == true { content.append(0x0A) }
    if header.chomping == UInt8(ascii: "+") {
      content.append(contentsOf: repeatElement(0x0A, count: empty))
    }
    return content
  }
}
