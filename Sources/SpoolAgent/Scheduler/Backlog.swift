import SpoolProtocol

/// The waiting files of a queue in the order in which they run.
///
/// They are listed once, and new names of events are inserted: with 100,000 files that makes tens of thousands of
/// claims per second, where a listing for each claim would make 20.
package struct Backlog: Sendable {
  package init() {}

  // A slice: the next file is at the front, and new files come at the end, so that neither moves the thousands
  // between.
  private var files: ArraySlice<String> = []

  /// The number of files that may be claimed, as far as is known.
  var count: Int { files.count }

  var isEmpty: Bool { files.isEmpty }

  /// Replaces all files by those of a listing.
  package mutating func replace(with names: [String]) {
    files = names.filter { Self.isClaimable($0) }.sorted { QueueFileName.precedes($0, $1) }[...]
  }

  /// Adds a file that appeared.
  mutating func insert(_ name: String) {
    guard Self.isClaimable(name) else { return }
    let place = place(of: name)
    if place < files.endIndex, files[place] == name { return }
    files.insert(name, at: place)
  }

  private func place(of name: String) -> Int {
    var low = files.startIndex
    var high = files.endIndex
    while low < high {
      let middle = (low + high) / 2
      if QueueFileName.precedes(files[middle], name) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func contains(_ name: String) -> Bool {
    let place = place(of: name)
    return place < files.endIndex && files[place] == name
  }

  /// The first file, which stays in the list.
  package var next: String? { files.first }

  package mutating func removeNext() { _ = files.popFirst() }

  private static func isClaimable(_ name: String) -> Bool {
    guard let parsed = QueueFileName(name) else { return false }
    return parsed.parked == nil
  }
}
