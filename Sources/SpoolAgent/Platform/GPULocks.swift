import SpoolProtocol

/// The locks of the gpus of one run.
///
/// A run with whole gpus has the exclusive lock of each. A run with a share of a gpu has the shared lock of that gpu,
/// which a run with the whole gpu cannot have meanwhile, whatever its version of spool, and the exclusive locks of as
/// many of its eighths. A gpu with several names has all of these locks under each name. (`Tests/Model/gpus.pml`)
struct GPULocks: ~Copyable {
  // An array cannot hold values that are not copyable.
  private final class Held {
    let lock: GPULock
    init(_ lock: consuming GPULock) { self.lock = lock }
  }

  private var held: [Held] = []

  /// Takes all of them, or none.
  ///
  /// - Parameters:
  ///   - names: The names of whole gpus, or all names of one gpu.
  ///   - eighths: The number of eighths of this gpu; 8 for whole gpus.
  /// - Throws: ``SpoolError`` if other processes have one of them.
  init(
    _ names: [String], eighths: Int = GPUAmount.eighthsOfOne,
    for user: @autoclosure () -> GPUUser, in directory: String = GPULock.directory
  ) throws(SpoolError) {
    if names.isEmpty { return }
    let user = user()
    for attempt in 1...20 {
      if eighths < GPUAmount.eighthsOfOne {
        held = try Self.share(names, eighths, user, directory)
      } else {
        held = try Self.whole(names, user, directory)
      }
      if !held.isEmpty { return }
      // Perhaps an agent has only just looked whether they are free, or another runner takes eighths at the same
      // time: these pauses differ.
      TimeSpan.milliseconds(3 + Int(ProcessIdentity.current.pid) % 5 + attempt % 3).pause()
    }
    let others = GPULock.users(of: names, in: directory)
    throw SpoolError(
      .no,
      "gpu \(names[0]) is in use by \(others.isEmpty ? "another process of this host" : others)")
  }

  /// Returns nothing if one of them is taken.
  private static func whole(
    _ names: [String], _ user: GPUUser, _ directory: String
  ) throws(SpoolError) -> [Held] {
    var held: [Held] = []
    for name in names {
      guard let lock = try GPULock(name, for: user, in: directory) else { return [] }
      held.append(Held(lock))
    }
    return held
  }

  /// Returns nothing if fewer eighths are free, or a run has the whole gpu.
  private static func share(
    _ names: [String], _ eighths: Int, _ user: GPUUser, _ directory: String
  ) throws(SpoolError) -> [Held] {
    var held: [Held] = []
    for name in names {
      guard let lock = try GPULock(name, isShared: true, in: directory) else { return [] }
      held.append(Held(lock))
    }
    var count = 0
    for part in 1...GPUAmount.eighthsOfOne where count < eighths {
      var locks: [Held] = []
      for name in names {
        guard let lock = try GPULock(name, part: part, for: user, in: directory) else { break }
        locks.append(Held(lock))
      }
      if locks.count < names.count { continue }
      held += locks
      count += 1
    }
    return count == eighths ? held : []
  }

  /// Gives them back.
  mutating func release() { held = [] }
}

extension GPULock {
  /// The free eighths of a gpu, by the locks of all its names.
  static func freeEighths(of names: [String], in directory: String = GPULock.directory) -> Int {
    if names.contains(where: { isTaken($0, in: directory) }) { return 0 }
    let taken = names.reduce(into: Set<Int>()) {
      $0.formUnion(takenParts(of: $1, in: directory))
    }
    return GPUAmount.eighthsOfOne - taken.count
  }

  /// The runs that have gpus, in words: `train-9x7c of lab/night, by ann; eval-k2p4 of lab/day, by ben (0.25)`. Empty
  /// if the files of the locks do not tell.
  ///
  /// - Parameter known: Queues whose runs are left out, since they are known without the locks.
  static func users(
    of names: [String], butOf known: Set<String> = [], in directory: String = GPULock.directory
  ) -> String {
    for name in names where isTaken(name, in: directory) {
      if let user = user(of: name, in: directory) { return user.words }
    }
    var shares: [(words: String, eighths: Int)] = []
    var seen: Set<Int> = []
    for name in names {
      for part in takenParts(of: name, in: directory).subtracting(seen).sorted() {
        guard let user = user(of: name, part: part, in: directory) else { continue }
        seen.insert(part)
        if known.contains(user.queue) { continue }
        if let index = shares.firstIndex(where: { $0.words == user.words }) {
          shares[index].eighths += 1
        } else {
          shares.append((user.words, 1))
        }
      }
    }
    return shares.map { "\($0.words) (\(GPUAmount.text(eighths: $0.eighths)))" }
      .joined(separator: "; ")
  }
}
