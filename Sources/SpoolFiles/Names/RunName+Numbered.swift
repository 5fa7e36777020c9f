extension RunName {
  /// Splits a name with a number from 1 at its end: `backup-1` gives `backup` and 1. Returns nil if the name
  /// has no such number.
  package static func numbered(_ run: String) -> (base: String, count: Int)? {
    guard let dash = run.utf8.lastIndex(of: UInt8(ascii: "-")) else { return nil }
    guard let count = NameNumber.read(run[run.utf8.index(after: dash)...]) else { return nil }
    return (String(run[..<dash]), count)
  }

  /// Splits the name of a repeat: `train-9x7c-2` gives `train-9x7c` and 2. Returns nil for any other name.
  package static func repeated(_ run: String) -> (base: String, count: Int)? {
    // The first repeat is the second run.
    guard let found = numbered(run), found.count >= 2 else { return nil }
    return found
  }
}
