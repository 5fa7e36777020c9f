/// A column of figures.
struct Column {
  let title: String
  /// Its key in JSON.
  let key: String
  var digits = 2
}

/// The figures of one scene in one directory.
struct Table {
  let scene: String
  let directory: String
  /// What was varied, say sync and slots.
  var variant: [(key: String, value: String)] = []
  var columns: [Column]
  var rows: [(name: String, values: [Double?])] = []

  /// A table of series: the given columns, then CPU and time as multiples of each base.
  init(
    scene: String, directory: String, variant: [(key: String, value: String)] = [],
    series: [Series], bases: [String] = ["floor"],
    columns: [(column: Column, value: (Series) -> Double?)]
  ) {
    self.init(
      scene: scene, directory: directory, variant: variant, columns: columns.map(\.column))
    rows = series.map { each in (each.name, columns.map { $0.value(each) }) }
    for base in series.filter({ bases.contains($0.name) }) {
      for (title, key, value) in [("CPU", "cpu", \Cost.cpu), ("time", "time", \Cost.wall)] {
        self.columns.append(Column(title: "\(title) × \(base.name)", key: "\(key)_x_\(base.name)"))
        for (index, each) in series.enumerated() {
          rows[index].values.append(each.ratio(to: base, value))
        }
      }
    }
  }

  init(
    scene: String, directory: String, variant: [(key: String, value: String)] = [],
    columns: [Column]
  ) {
    self.scene = scene
    self.directory = directory
    self.variant = variant
    self.columns = columns
  }
}

/// Where figures go: aligned tables for people, or one JSON object a line.
struct Report {
  let json: Bool

  /// Talk goes to standard error, so that standard output holds figures only.
  func progress(_ text: String) { Host.writeError(text + "\n") }

  /// A fact that belongs to the figures.
  func note(scene: String? = nil, _ text: String) {
    if json {
      emit([("scene", scene.map(quoted) ?? "null"), ("note", quoted(text))])
    } else {
      print((scene.map { "\($0): " } ?? "") + text)
    }
  }

  func show(_ table: Table) {
    guard !table.rows.isEmpty else { return }
    if json { showLines(table) } else { showAligned(table) }
  }

  private func showLines(_ table: Table) {
    for row in table.rows {
      var pairs = [("scene", quoted(table.scene)), ("directory", quoted(table.directory))]
      pairs += table.variant.map { ($0.key, quoted($0.value)) }
      pairs.append(("name", quoted(row.name)))
      for (column, value) in zip(table.columns, row.values) {
        // JSON knows no nan.
        let figure = value.flatMap { $0.isFinite ? $0 : nil }
        pairs.append((column.key, figure.map { $0.fixed(max(column.digits, 3)) } ?? "null"))
      }
      emit(pairs)
    }
  }

  private func emit(_ pairs: [(String, String)]) {
    print("{" + pairs.map { "\(quoted($0.0)):\($0.1)" }.joined(separator: ",") + "}")
  }

  private func showAligned(_ table: Table) {
    let variant = table.variant.map { "\($0.key) \($0.value)" }
    print("\n" + ([table.scene, table.directory] + variant).joined(separator: " · "))
    let cells = table.rows.map { row in
      [row.name]
        + zip(table.columns, row.values).map { column, value in
          value.flatMap { $0.isFinite ? $0.fixed(column.digits) : nil } ?? "-"
        }
    }
    let lines = [[""] + table.columns.map(\.title)] + cells
    let widths = lines[0].indices.map { index in lines.map { $0[index].count }.max() ?? 0 }
    for line in lines {
      let text = zip(line, widths).enumerated().map { index, cell in
        index == 0 ? cell.0.padded(to: cell.1) : cell.0.padded(before: cell.1)
      }
      print("  " + text.joined(separator: "  "))
    }
  }

  private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case _ where scalar.value < 0x20:
        result += "\\u" + String(repeating: "0", count: scalar.value < 0x10 ? 3 : 2)
        result += String(scalar.value, radix: 16)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension String {
  /// Filled up with blanks behind the text.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  /// Filled up with blanks before the text.
  func padded(before width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}

extension Int {
  /// With zeros in front, at least `width` digits.
  func padded(to width: Int) -> String {
    let digits = String(self)
    return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
  }
}

extension Double {
  /// Rounded to a fixed number of decimal places.
  func fixed(_ digits: Int) -> String {
    let scale = (0..<digits).reduce(1) { power, _ in power * 10 }
    let scaled = Int((magnitude * Double(scale)).rounded())
    let sign = self < 0 && scaled > 0 ? "-" : ""
    guard digits > 0 else { return sign + String(scaled) }
    return "\(sign)\(scaled / scale).\((scaled % scale).padded(to: digits))"
  }
}
