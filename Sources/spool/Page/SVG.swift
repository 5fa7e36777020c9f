/// The few shapes from which pictures are made; ``PageStyle`` has their looks.
enum SVG {
  /// Whether horizontal distances are percentages of the picture's width: such a picture is as wide as its place,
  /// and its text is never stretched.
  enum Unit: String, Sendable {
    case own = ""
    case percent = "%"
  }

  static func upright(
    _ x: Double, _ y: ClosedRange<Double>, _ kind: String, _ unit: Unit = .own
  ) -> HTML {
    """
    <line x1="\(x)\(unit.rawValue)" x2="\(x)\(unit.rawValue)" y1="\(y.lowerBound)" \
    y2="\(y.upperBound)" class="\(kind)"/>
    """
  }

  static func level(_ y: Double, _ x: ClosedRange<Double>, _ kind: String) -> HTML {
    """
    <line x1="\(x.lowerBound)" x2="\(x.upperBound)" y1="\(y)" y2="\(y)" class="\(kind)"/>
    """
  }

  /// A text; its kind says whether it begins, ends or is centred at the point.
  static func text(
    _ text: String, _ x: Double, _ y: Double, _ kind: String, _ unit: Unit = .own
  ) -> HTML {
    "<text x=\"\(x)\(unit.rawValue)\" y=\"\(y)\" class=\"\(kind)\">\(text)</text>"
  }

  /// A bar with its upper left corner at a point, and with a title.
  static func bar(
    _ x: Double, _ y: Double, width: Double, height: Double, _ kind: String, _ title: String? = nil,
    _ unit: Unit = .own
  ) -> HTML {
    let bar: HTML = """
      <rect x="\(x)\(unit.rawValue)" y="\(y)" width="\(width)\(unit.rawValue)" height="\(height)" \
      class="\(kind)"
      """
    guard let title else { return bar + "/>" }
    return "\(bar)><title>\(title)</title></rect>"
  }

  /// A bar that shows a share of its whole length.
  static func share(_ share: Double, height: Double, _ kind: String) -> HTML {
    let corner = height / 2
    return """
      <rect width="100%" height="\(height)" rx="\(corner)" class="bed"/>\
      <rect width="\(share * 100)%" height="\(height)" rx="\(corner)" class="\(kind)"/>
      """
  }
}
