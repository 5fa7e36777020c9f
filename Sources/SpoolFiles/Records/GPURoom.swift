/// The free room on a host's gpus: gpus of which no run has any part, and parts of gpus that runs share.
package struct GPURoom: Sendable, Equatable {
  /// The gpus of which no run has a part; less than nothing if more are in use than there are.
  package var whole: Int
  /// The free eighths of each shared gpu, 1 to 7, in ascending order.
  package private(set) var parts: [Int] = []

  package init(whole: Int) { self.whole = whole }

  /// Creates the room from the free eighths of each gpu, 0 to 8.
  package init(eighths: some Sequence<Int>) {
    whole = 0
    for free in eighths { add(eighths: free) }
  }

  /// Adds a gpu with that number of free eighths.
  package mutating func add(eighths: Int) {
    if eighths >= GPUAmount.eighthsOfOne {
      whole = whole.adding(clamped: 1)
    } else if eighths > 0 {
      let at = parts.firstIndex { $0 >= eighths } ?? parts.endIndex
      parts.insert(eighths, at: at)
    }
  }

  /// All free eighths.
  package var eighths: Int {
    parts.reduce(whole.multiplied(clamped: GPUAmount.eighthsOfOne)) { $0.adding(clamped: $1) }
  }

  package func fits(_ amount: GPUAmount) -> Bool {
    if amount.isShare { return whole > 0 || (parts.last ?? 0) >= amount.eighths }
    return amount.whole == 0 || amount.whole <= whole
  }

  /// The room that is left when a run has taken its part. A share comes from the shared gpu that has the least room
  /// for it, so that other gpus stay whole.
  package func taking(_ amount: GPUAmount) -> GPURoom {
    var left = self
    guard amount.isShare else {
      left.whole = whole.subtracting(clamped: amount.whole)
      return left
    }
    if let best = parts.firstIndex(where: { $0 >= amount.eighths }) {
      let free = left.parts.remove(at: best)
      left.add(eighths: free - amount.eighths)
    } else {
      left.whole = whole.subtracting(clamped: 1)
      if whole > 0 { left.add(eighths: GPUAmount.eighthsOfOne - amount.eighths) }
    }
    return left
  }

  /// The room that others may use while this amount is kept for a run. If that run does not fit, none: a shared gpu
  /// that is filled again and again would never come free.
  package func keeping(_ amount: GPUAmount) -> GPURoom {
    fits(amount) ? taking(amount) : GPURoom(whole: 0)
  }
}
