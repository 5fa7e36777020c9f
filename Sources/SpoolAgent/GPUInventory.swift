import SpoolProtocol

/// The gpus that a host has: what its `nvidia-smi` says, and the device files of its driver.
package struct GPUInventory: Sendable, Equatable {
  /// A card as `nvidia-smi -L` lists it.
  struct Card: Sendable, Equatable {
    let index: Int
    let uuid: String
    /// The names of its parts, where it is divided (MIG).
    var parts: [String] = []
  }

  /// nil: there is no `nvidia-smi`, or it finds no driver.
  private let cards: [Card]?
  /// The numbers of `/dev/nvidia0`, `/dev/nvidia1`…, ascending. A container may have some of its host's.
  package let devices: [Int]

  /// Takes what was found.
  ///
  /// - Parameters:
  ///   - listing: What `nvidia-smi -L` printed; nil: nothing.
  ///   - devices: The numbers of the device files.
  package init(listing: String?, devices: [Int] = []) {
    cards = listing.map { Self.cards(in: $0) }
    self.devices = devices.sorted()
  }

  /// What the host has at this moment. `nvidia-smi` may take some seconds to wake its driver.
  package static func look() -> GPUInventory {
    let said = ProgramOutput.of(["nvidia-smi", "-L"], within: 30)
    var listing: String?
    if case .output(let bytes) = said { listing = String(raw: bytes) }
    return GPUInventory(listing: listing, devices: devices(in: deviceDirectory))
  }

  /// The numbers of the device files that are there now.
  package static func devices(in directory: String) -> [Int] {
    ((try? System.list(directory)) ?? []).compactMap { name in
      guard name.hasPrefix("nvidia") else { return nil }
      let digits = name.dropFirst("nvidia".utf8.count)
      return digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(digits) : nil
    }.sorted()
  }

  /// Where the driver's devices are. `SPOOL_GPU_DEVICES` moves it, for tests.
  package static var deviceDirectory: String {
    System.variable("SPOOL_GPU_DEVICES") ?? "/dev"
  }

  // MARK: What is there

  /// Whether anything tells what the host has.
  var isKnown: Bool { cards != nil || !devices.isEmpty }

  /// What tells it, for messages.
  var source: String { cards == nil ? Self.deviceDirectory + "/nvidia*" : "nvidia-smi" }

  /// All that can be handed out.
  package var gpus: [GPU] {
    if let cards { return cards.flatMap { gpus(of: $0) } }
    return devices.indices.map { numbered($0) }
  }

  /// What there is, in words: `2 gpus, 0 to 1`.
  var words: String {
    let count = cards?.count ?? devices.count
    return counted(count, "gpu") + (count > 1 ? ", 0 to \(count - 1)" : count == 1 ? ", 0" : "")
  }

  /// The card with that number, or its parts; nil: there is none.
  func gpus(at index: Int) -> [GPU]? {
    if let cards { return cards.first { $0.index == index }.map { gpus(of: $0) } }
    if !devices.isEmpty, index >= devices.count { return nil }
    return [numbered(index)]
  }

  /// The card, or the part, with that name, or the only card whose name begins so; nil: there is none.
  func gpus(named name: String) -> [GPU]? {
    guard let cards else { return [GPU(id: name, locks: [name])] }
    for card in cards {
      if card.uuid == name { return [whole(card)] }
      if card.parts.contains(name) { return [GPU(id: name, locks: [name])] }
    }
    let beginning = cards.filter { $0.uuid.hasPrefix(name) }
    return beginning.count == 1 ? [whole(beginning[0])] : nil
  }

  private func gpus(of card: Card) -> [GPU] {
    card.parts.isEmpty ? [whole(card)] : card.parts.map { GPU(id: $0, locks: [$0]) }
  }

  /// Its name, and the number under which those know it who have no `nvidia-smi`.
  private func whole(_ card: Card) -> GPU {
    GPU(id: card.uuid, locks: [card.uuid, number(of: card.index, among: cards?.count ?? 0)])
  }

  /// CUDA counts those that are there, from 0; the host counts all of its own.
  private func numbered(_ index: Int) -> GPU {
    GPU(id: "\(index)", locks: [number(of: index, among: devices.count)])
  }

  private func number(of index: Int, among count: Int) -> String {
    devices.count == count && devices.indices.contains(index) ? "\(devices[index])" : "\(index)"
  }

  // MARK: nvidia-smi -L

  /// Reads lines like these:
  ///
  ///     GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5d5b…)
  ///       MIG 1g.5gb      Device  0: (UUID: MIG-c6d4…)
  private static func cards(in listing: String) -> [Card] {
    var cards: [Card] = []
    for line in listing.split(whereSeparator: \.isNewline) {
      let text = line.drop { $0 == " " || $0 == "\t" }
      guard let uuid = uuid(in: text) else { continue }
      if text.hasPrefix("GPU ") {
        let digits = text.dropFirst(4).prefix { $0.isASCII && $0.isNumber }
        guard let index = Int(digits), text.dropFirst(4 + digits.count).first == ":" else {
          continue
        }
        cards.append(Card(index: index, uuid: uuid))
      } else if text.hasPrefix("MIG "), !cards.isEmpty {
        cards[cards.count - 1].parts.append(uuid)
      }
    }
    return cards
  }

  private static func uuid(in line: Substring) -> String? {
    guard let start = line.firstRange(of: "(UUID: ")?.upperBound,
      let end = line[start...].firstIndex(of: ")"), start < end
    else { return nil }
    return String(line[start..<end])
  }
}
