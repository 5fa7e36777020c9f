import SpoolQueue
import SpoolTerminal

/// Lines on standard error, one for each run: the first ten, and how many more there are of each kind. Thousands of
/// lines hide what matters.
final class FewLines {
  /// The number of lines that are printed.
  static let limit = 10

  private var count = 0
  /// Of each kind of the lines that were not printed, how many there are; in the order of their first ones.
  private var rest: [(what: String, count: Int)] = []

  /// Prints a line, `train-9x7c: killed`, if there were not ten already.
  ///
  /// - Parameter what: Lines with the same text are of one kind.
  func say(of run: String, _ what: String) {
    count += 1
    if count <= Self.limit { return errorLine("\(run): \(what)") }
    if let index = rest.firstIndex(where: { $0.what == what }) {
      rest[index].count += 1
    } else if rest.count < Self.limit {
      rest.append((what, 1))
    } else {
      rest[Self.limit - 1] = ("…", rest[Self.limit - 1].count + 1)
    }
  }

  /// Prints the numbers of lines that were not printed: `and 4990 more: killed`.
  func finish() {
    for (what, count) in rest { errorLine("and \(count) more: \(what)") }
    (count, rest) = (0, [])
  }
}
