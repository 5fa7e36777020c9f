import SpoolProtocol

/// The waiting files of a queue in the order in which they run.
///
/// They are listed once, and new names of events are inserted: with 100,000 files that makes tens of thousands of
/// claims per second, where a listing for each claim would make 20.
package struct Backlog: Sendable {
  package init() {}

  // In parts, in order, none of them empty: a name that is put in moves the names of one part alone, wherever
  // its place is among a million. Slices, so that the next one is taken off without moving the others.
  private var parts: ArraySlice<ArraySlice<String>> = []
  private static let partSize = 512

  /// How many may be claimed, as far as is known.
  private(set) var count = 0

  /// Whether nothing may be claimed.
  var isEmpty: Bool { parts.isEmpty }

  /// Replaces all files by those of a listing.
  package mutating func replace(with names: [String]) {
    let files = names.filter { Self.isClaimable($0) }.sorted { QueueFileName.precedes($0, $1) }
    count = files.count
    parts =
      stride(from: 0, to: count, by: Self.partSize).map { start in
        ArraySlice(Array(files[start..<Swift.min(start + Self.partSize, count)]))
      }[...]
  }

  /// Adds a file that appeared.
  mutating func insert(_ name: String) {
    guard Self.isClaimable(name) else { return }
    let part = part(of: name)
    guard part < parts.endIndex else {
      count += 1
      // Behind all others.
      if let last = parts.indices.last, parts[last].count < Self.partSize {
        parts[last].append(name)
      } else {
        parts.append([name])
      }
      return
    }
    let place = Self.place(of: name, in: parts[part])
    if parts[part][place].hasSameBytes(as: name) { return }
    count += 1
    parts[part].insert(name, at: place)
    guard parts[part].count > 2 * Self.partSize else { return }
    let middle = parts[part].startIndex + Self.partSize
    let rest = ArraySlice(Array(parts[part][middle...]))
    parts[part] = ArraySlice(Array(parts[part][..<middle]))
    parts.insert(rest, at: part + 1)
  }

  /// The first part that does not end before the name.
  private func part(of name: String) -> Int {
    Self.first(parts.indices) { part in
      parts[part].last.map { !QueueFileName.precedes($0, name) } ?? true
    }
  }

  private static func place(of name: String, in part: ArraySlice<String>) -> Int {
    first(part.indices) { !QueueFileName.precedes(part[$0], name) }
  }

  /// The first index that `isReached`, as all behind it are; the end if none is.
  private static func first(_ indices: Range<Int>, where isReached: (Int) -> Bool) -> Int {
    var low = indices.lowerBound
    var high = indices.upperBound
    while low < high {
      let middle = (low + high) / 2
      if isReached(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  func contains(_ name: String) -> Bool {
    let part = part(of: name)
    guard part < parts.endIndex else { return false }
    return parts[part][Self.place(of: name, in: parts[part])].hasSameBytes(as: name)
  }

  /// The next one, still in the list.
  package var next: String? { parts.first?.first }

  /// Takes the next one out.
  package mutating func removeNext() {
    guard let first = parts.indices.first else { return }
    count -= 1
    parts[first].removeFirst()
    if parts[first].isEmpty { parts.removeFirst() }
  }

  private static func isClaimable(_ name: String) -> Bool {
    guard let parsed = QueueFileName(name) else { return false }
    return parsed.parked == nil
  }
}
