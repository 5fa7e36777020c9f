import SpoolSystem

/// Rows of text under aligned titles.
///
/// Cells are escaped and measured when they are added, so that one pass over one buffer draws them.
package struct Table: Sendable {
  /// The side of its column at which a cell is placed.
  package enum Alignment: Sendable {
    case left, right
  }

  /// The part of its texts that a column may lose on a narrow terminal.
  package enum Cut: Sendable {
    case never
    /// Only the end of its texts.
    case end
    /// Only the middle of its texts, for names that differ in their ends.
    case middle
  }

  package struct Column: Sendable {
    var title: String
    var alignment: Alignment
    /// The least number of cells that it takes, even if it is cut.
    var minimumWidth: Int
    var cut: Cut
    /// The style of a text, if colour is on.
    var style: (@Sendable (String) -> Style)?

    package init(
      title: String, alignment: Alignment = .left, minimumWidth: Int = 0, cut: Cut = .never,
      style: (@Sendable (String) -> Style)? = nil
    ) {
      self.title = title
      self.alignment = alignment
      self.minimumWidth = minimumWidth
      self.cut = cut
      self.style = style
    }
  }

  let columns: [Column]
  /// The texts of all cells, one after the other, row by row.
  private var bytes: [UInt8] = []
  /// The end of each cell's text.
  private var ends: [Int] = []
  /// The number of terminal cells that each cell takes.
  private var widths: [Int] = []
  /// The widest cell of each column.
  private var widest: [Int]

  package init(_ columns: [Column]) {
    self.columns = columns
    widest = columns.map { max(textWidth($0.title), $0.minimumWidth) }
  }

  var count: Int { columns.isEmpty ? 0 : ends.count / columns.count }

  /// Adds a row with a text for each column.
  package mutating func append(_ row: [String]) {
    precondition(row.count == columns.count, "a row has a text for each column")
    for (column, cell) in row.enumerated() {
      let width = appendCell(cell)
      ends.append(bytes.count)
      widths.append(width)
      if width > widest[column] { widest[column] = width }
    }
  }

  private mutating func appendCell(_ cell: String) -> Int {
    let isPlain = cell.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f }
    let text = isPlain ? cell : escapingControls(cell)
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    return isPlain ? bytes.count - start : textWidth(text)
  }
}

extension Table {
  /// The space between two columns.
  private static let gap = 2

  /// Writes the table to standard output, cut to the window if that is a terminal.
  package func write() throws(OutputError) {
    try Output.standard.write(render(width: Terminal.width(of: 1), colour: Terminal.usesColour(1)))
  }

  /// The table as text, each line ended by a newline.
  ///
  /// - Parameter limit: The greatest number of cells of a line. A table that cannot be cut that far is wider. Nil
  ///   if nothing is cut, because the output is not a terminal.
  package func render(width limit: Int? = nil, colour: Bool = false, header: Bool = true) -> [UInt8]
  {
    let fitted = fittedWidths(limit)
    var line = TableLine(reserving: bytes.count + (count + 1) * (fitted.reduce(0, +) / 2 + 8))
    if header {
      for (index, column) in columns.enumerated() {
        let style = colour ? Style.bold : .plain
        line.add(
          Array(column.title.utf8)[...], width: textWidth(column.title), column: fitted[index],
          alignment: column.alignment, style: style, isFirst: index == 0)
      }
      line.end()
    }
    var cell = 0
    var start = 0
    for _ in 0..<count {
      for (index, column) in columns.enumerated() {
        var text = bytes[start..<ends[cell]]
        var width = widths[cell]
        start = ends[cell]
        cell += 1
        let style = colour ? column.style?(String(raw: text)) : nil
        if width > fitted[index] {
          (text, width) = cutText(text, width: width, to: fitted[index], column.cut)
        }
        line.add(
          text, width: width, column: fitted[index], alignment: column.alignment,
          style: style ?? .plain, isFirst: index == 0)
      }
      line.end()
    }
    return line.bytes
  }

  /// The width at which each column is drawn. Of the columns that may be cut, the widest is cut first.
  private func fittedWidths(_ limit: Int?) -> [Int] {
    guard let limit else { return widest }
    var fitted = widest
    let least = columns.map { max($0.minimumWidth, textWidth($0.title)) }
    for index in fitted.indices where columns[index].cut != .never {
      fitted[index] = max(least[index], min(fitted[index], limit))
    }
    var excess = fitted.reduce(0, +) + Self.gap * (columns.count - 1) - limit
    while excess > 0 {
      let candidates = fitted.indices.filter { index in
        columns[index].cut != .never && fitted[index] > least[index]
      }
      guard let widest = candidates.max(by: { fitted[$0] < fitted[$1] }) else { break }
      fitted[widest] -= 1
      excess -= 1
    }
    return fitted
  }

  /// A buffer into which a line is drawn from left to right.
  private struct TableLine {
    private(set) var bytes: [UInt8] = []
    /// Spaces that are drawn only if something follows them on the line.
    private var pending = 0

    init(reserving capacity: Int) {
      bytes.reserveCapacity(capacity)
    }

    mutating func add(
      _ text: ArraySlice<UInt8>, width: Int, column: Int, alignment: Alignment, style: Style,
      isFirst: Bool
    ) {
      let padding = max(column - width, 0)
      if !isFirst { pending += Table.gap }
      if alignment == .right { pending += padding }
      if !text.isEmpty {
        for _ in 0..<pending { bytes.append(UInt8(ascii: " ")) }
        pending = 0
        if style != .plain { bytes.append(contentsOf: style.start.utf8) }
        bytes.append(contentsOf: text)
        if style != .plain { bytes.append(contentsOf: style.end.utf8) }
      }
      if alignment == .left { pending += padding }
    }

    mutating func end() {
      bytes.append(UInt8(ascii: "\n"))
      pending = 0
    }
  }
}

/// The text with an ellipsis in place of the part that does not fit, and the number of cells that it takes.
private func cutText(
  _ text: ArraySlice<UInt8>, width: Int, to limit: Int, _ cut: Table.Cut
) -> (ArraySlice<UInt8>, Int) {
  guard cut != .never, limit > 0 else { return (text, width) }
  let characters = Array(String(raw: text))
  let headLimit = cut == .end ? limit - 1 : limit / 2
  let head = prefix(of: characters, width: headLimit)
  let tailLimit = cut == .end ? 0 : limit - 1 - headLimit
  let tail = prefix(of: characters.reversed(), width: tailLimit)
  let kept = String(characters.prefix(head.count)) + "…" + String(characters.suffix(tail.count))
  return (Array(kept.utf8)[...], head.width + 1 + tail.width)
}

/// The number of characters that fit, and the number of cells that they take.
private func prefix(
  of characters: some Sequence<Character>, width limit: Int
) -> (count: Int, width: Int) {
  var count = 0
  var width = 0
  for character in characters {
    let next = width + cellWidth(character)
    if next > limit { break }
    width = next
    count += 1
  }
  return (count, width)
}
