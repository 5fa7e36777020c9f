extension RunName {
  /// Takes a name with a number from 1 at its end apart, `backup` and 1 for `backup-1`; returns nil if it has
  /// none.
  package static func numbered(_ run: String) -> (base: String, count: Int)? {
    guard let dash = run.utf8.lastIndex(of: UInt8(ascii: "-")) else { return nil }
    guard let count = NameNumber.read(run[run.utf8.index(after: dash)...]) else { return nil }
    return (String(run[..<dash]), count)
  }

  /// Takes the name of a repeat apart, `train-9x7c` and 2 for `train-9x7c-2`; returns nil for any other name.
  package static func repeated(_ run: String) -> (base: String, count: Int)? {
    // A repeat is the second run at the least.
    guard let found = numbered(run), found.count >= 2 else { return nil }
    return found
  }
}
