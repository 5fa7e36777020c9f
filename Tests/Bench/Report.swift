import SpoolQueue
import SpoolTerminal

/// A column of figures.
struct Column {
  let title: String
  /// Its key in JSON.
  let key: String
  var digits = 2
}

/// The figures of one scene in one directory.
struct Figures {
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
  func progress(_ text: String) { errorLine(text) }

  /// A fact that belongs to the figures.
  func note(scene: String? = nil, _ text: String) {
    if json {
      emit([("scene", scene.map(quoted) ?? "null"), ("note", quoted(text))])
    } else {
      print((scene.map { "\($0): " } ?? "") + text)
    }
  }

  func show(_ table: Figures) {
    guard !table.rows.isEmpty else { return }
    if json { showLines(table) } else { showAligned(table) }
  }

  private func showLines(_ table: Figures) {
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

  private func showAligned(_ figures: Figures) {
    let variant = figures.variant.map { "\($0.key) \($0.value)" }
    print("\n" + ([figures.scene, figures.directory] + variant).joined(separator: " · "))
    var table = Table(
      [Table.Column(title: "")]
        + figures.columns.map { Table.Column(title: $0.title, alignment: .right) })
    for row in figures.rows {
      let cells = zip(figures.columns, row.values).map { column, value in
        value.flatMap { $0.isFinite ? $0.fixed(column.digits) : nil } ?? "-"
      }
      table.append([row.name] + cells)
    }
    for line in String(raw: table.render()).split(separator: "\n") { print("  " + line) }
  }

  private func quoted(_ text: String) -> String { JSON.string(text).text }
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
