package import SpoolProtocol

/// A gpu that an agent hands out.
package struct GPU: Sendable, Equatable {
  /// Its name for `CUDA_VISIBLE_DEVICES`.
  package let id: String
  /// The names of its locks. Any two agents of a host that mean the same gpu share one of them, even if one uses
  /// numbers and the other the names of `nvidia-smi`.
  package let locks: [String]

  package init(id: String, locks: [String]) {
    self.id = id
    self.locks = locks
  }

  /// The eighths that are taken under any of its names.
  func eighths(among taken: [String: Int]) -> Int {
    if taken.isEmpty { return 0 }
    return Set(locks + [id]).reduce(0) { $0.adding(clamped: taken[$1] ?? 0) }
  }

  /// Whether it has one of these names.
  func isAmong(_ names: Set<String>) -> Bool {
    names.contains(id) || locks.contains { names.contains($0) }
  }
}

/// A gpu of which no run, or only a part, is taken.
struct FreeGPU: Sendable, Equatable {
  let gpu: GPU
  /// The free eighths, 1 to 8.
  var eighths = GPUAmount.eighthsOfOne

  var isWhole: Bool { eighths == GPUAmount.eighthsOfOne }
}

/// The gpus that an agent is to hand out, as given on the command line.
package struct GPUList: Sendable, Equatable {
  private enum Kind: Sendable, Equatable {
    /// `auto` or `all`: those that the host has.
    case all
    /// `4`, `0`, `none`: the first ones.
    case count(Int)
    /// `0,2-5,GPU-3f2a…`.
    case listed([Entry])
  }

  private enum Entry: Sendable, Equatable {
    case index(Int)
    case name(String)
  }

  private let kind: Kind
  private let text: String

  /// The most gpus of a host.
  private static let limit = 1024

  /// Whether the host decides, so that there may be more gpus later.
  package var isOpen: Bool { kind == .all }

  /// Reads `4` (the first four), `0,2`, `0-3`, `2,` (only number 2), `GPU-3f2a…`, `all`, `auto` or `none`.
  ///
  /// - Throws: ``SpoolError`` of kind `badInput` for any other text.
  package init(_ text: String) throws(SpoolError) {
    self.text = text
    func wrong(_ why: String) -> SpoolError { SpoolError(.badInput, "--gpus \(text): \(why)") }
    switch text {
    case "auto", "all":
      kind = .all
      return
    case "none":
      kind = .count(0)
      return
    default: break
    }
    if let number = Self.number(text) {
      guard number <= Self.limit else { throw wrong("a host has \(Self.limit) gpus at most") }
      kind = .count(number)
      return
    }
    var parts = text.split(separator: ",", omittingEmptySubsequences: false)
    if parts.count > 1, parts.last?.isEmpty == true { parts.removeLast() }
    var entries: [Entry] = []
    for part in parts {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { String($0) }
      if let index = Self.number(part) {
        guard index < Self.limit else { throw wrong("a host has \(Self.limit) gpus at most") }
        entries.append(.index(index))
      } else if ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]) {
        guard last < Self.limit else { throw wrong("a host has \(Self.limit) gpus at most") }
        guard first <= last else {
          throw wrong(
            "'\(part)' is not a range: it goes from a lower number to a higher one, like 0-3")
        }
        entries += (first...last).map { .index($0) }
      } else if Self.isName(part), parts.count > 1 || text.hasSuffix(",") || Self.isUUID(part) {
        entries.append(.name(String(part)))
      } else {
        throw wrong(
          "must be a number of gpus (4), some of them (0,2 or 0-3 or GPU-3f…), all, auto or none")
      }
    }
    guard entries.count <= Self.limit else { throw wrong("a host has \(Self.limit) gpus at most") }
    kind = .listed(entries)
  }

  /// A number of digits only.
  private static func number(_ text: some StringProtocol) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
  }

  /// The name that CUDA gives a gpu or a part of one: `GPU-3f2a…`, `MIG-…`.
  private static func isUUID(_ text: some StringProtocol) -> Bool {
    (text.hasPrefix("GPU-") || text.hasPrefix("MIG-")) && text.utf8.count > 4
  }

  /// A name that a driver may give. Alone in a list it could also be a misspelt word.
  private static func isName(_ text: some StringProtocol) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 128,
      (0x41...0x5A).contains(first) || (0x61...0x7A).contains(first),
      !["all", "auto", "none"].contains(where: { text == $0 })
    else { return false }
    return text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || "-_/:.".utf8.contains($0)
    }
  }
}

extension GPUList {
  /// The gpus that the list means on a host.
  ///
  /// - Throws: ``SpoolError`` of kind `badInput` if a gpu that was named does not exist, or is named twice.
  package func gpus(of found: GPUInventory) throws(SpoolError) -> [GPU] {
    func wrong(_ why: String) -> SpoolError { SpoolError(.badInput, "--gpus \(text): \(why)") }
    switch kind {
    case .all: return found.gpus
    case .count(let count):
      if !found.isKnown {
        // No driver is visible, but the user may know better.
        return (0..<count).map { GPU(id: "\($0)", locks: ["\($0)"]) }
      }
      guard count <= found.gpus.count else {
        throw wrong("this host has \(counted(found.gpus.count, "gpu")) (\(found.source))")
      }
      return Array(found.gpus.prefix(count))
    case .listed(let entries):
      var gpus: [GPU] = []
      var names: Set<String> = []
      for entry in entries {
        let meant: [GPU]?
        switch entry {
        case .index(let index): meant = found.gpus(at: index)
        case .name(let name): meant = found.gpus(named: name)
        }
        guard let meant else {
          let what =
            switch entry {
            case .index(let index): "there is no gpu \(index)"
            case .name(let name): "there is no gpu \(name), or more than one begins so"
            }
          throw wrong("\(what) here: \(found.source) tells of \(found.words)")
        }
        for gpu in meant {
          guard names.insert(gpu.id).inserted else { throw wrong("gpu \(gpu.id) is named twice") }
          gpus.append(gpu)
        }
      }
      return gpus
    }
  }
}
