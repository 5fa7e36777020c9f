/// The names of runs, to be searched for parts of them: many parts in many names.
struct RunNames {
  private var names: Set<String>
  /// The names in order. They are sorted when a beginning is looked for first.
  private var ordered: [String]?
  /// The names by their parts behind a dash. They are collected when an ending is looked for first.
  private var endings: [String: [String]]?

  init(_ names: Set<String>) { self.names = names }

  mutating func formUnion(_ others: Set<String>) {
    names.formUnion(others)
    ordered = nil
    endings = nil
  }

  /// The runs that a person may mean by a text: the run with that name, otherwise the runs whose names begin with
  /// it, otherwise the runs whose names end with it behind a dash.
  mutating func matches(_ text: String) -> [String] {
    if names.contains(text) { return [text] }
    let beginning = text.isEmpty ? [] : matches(beginningWith: text)
    return beginning.isEmpty ? matches(endingWith: text) : beginning
  }

  private mutating func matches(beginningWith text: String) -> [String] {
    let sorted = ordered ?? names.sorted()
    ordered = sorted
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < text { low = middle + 1 } else { high = middle }
    }
    return Array(sorted[low...].prefix { $0.utf8.starts(with: text.utf8) })
  }

  private mutating func matches(endingWith text: String) -> [String] {
    if let endings { return endings[text] ?? [] }
    var found: [String: [String]] = [:]
    for name in names {
      for dash in name.utf8.indices where name.utf8[dash] == UInt8(ascii: "-") {
        found[String(name[name.utf8.index(after: dash)...]), default: []].append(name)
      }
    }
    endings = found
    return found[text] ?? []
  }
}
