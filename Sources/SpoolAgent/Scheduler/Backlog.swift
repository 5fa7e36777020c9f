import SpoolProtocol

/// The waiting files of a queue in the order in which they run, listed once and walked.
///
/// To list 100,000 files again for each claim would make 20 claims a second; walking one listing
/// makes tens of thousands. Names that events bring are put in their place.
package struct Backlog: Sendable {
  /// Holds nothing yet.
  package init() {}

  // A slice: the next one is taken off the front, and what is launched comes at the end, so that neither
  // moves the thousands between.
  private var files: ArraySlice<String> = []

  /// How many may be claimed, as far as is known.
  var count: Int { files.count }

  /// Whether nothing may be claimed.
  var isEmpty: Bool { files.isEmpty }

  /// Starts anew from a listing.
  package mutating func replace(with names: [String]) {
    files = names.filter { Self.isClaimable($0) }.sorted { QueueFileName.precedes($0, $1) }[...]
  }

  /// Puts in a file that appeared.
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

  /// Whether the file is in the list.
  func contains(_ name: String) -> Bool {
    let place = place(of: name)
    return place < files.endIndex && files[place] == name
  }

  /// The next one, still in the list.
  package var next: String? { files.first }

  /// Takes the next one out.
  package mutating func removeNext() { _ = files.popFirst() }

  private static func isClaimable(_ name: String) -> Bool {
    guard let parsed = QueueFileName(name) else { return false }
    return parsed.parked == nil
  }
}
