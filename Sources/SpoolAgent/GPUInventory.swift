import SpoolProtocol

/// The gpus of a host: the list of its `nvidia-smi`, and the device files of its driver.
package struct GPUInventory: Sendable, Equatable {
  /// A card as `nvidia-smi -L` lists it.
  struct Card: Sendable, Equatable {
    let index: Int
    let uuid: String
    /// The names of its parts, if it is divided (MIG).
    var parts: [String] = []
  }

  /// Nil if there is no `nvidia-smi`, or it finds no driver.
  private let cards: [Card]?
  /// The numbers of `/dev/nvidia0`, `/dev/nvidia1`…, ascending. A container may see only some of its host's.
  package let devices: [Int]

  /// - Parameters:
  ///   - listing: The output of `nvidia-smi -L`; nil if there is none.
  ///   - devices: The numbers of the device files.
  package init(listing: String?, devices: [Int] = []) {
    cards = listing.map { Self.cards(in: $0) }
    self.devices = devices.sorted()
  }

  /// The gpus of this host now. `nvidia-smi` may take some seconds to wake its driver.
  package static func look() -> GPUInventory {
    let said = ProgramOutput.of(["nvidia-smi", "-L"], within: 30)
    var listing: String?
    if case .output(let bytes) = said { listing = String(raw: bytes) }
    return GPUInventory(listing: listing, devices: devices(in: deviceDirectory))
  }

  /// The numbers of the device files in a directory, ascending.
  package static func devices(in directory: String) -> [Int] {
    ((try? System.list(directory)) ?? []).compactMap { name in
      guard name.hasPrefix("nvidia") else { return nil }
      let digits = name.dropFirst("nvidia".utf8.count)
      return digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(digits) : nil
    }.sorted()
  }

  /// The directory of the device files. Tests set another one by `SPOOL_GPU_DEVICES`.
  package static var deviceDirectory: String {
    System.variable("SPOOL_GPU_DEVICES") ?? "/dev"
  }

  // MARK: The gpus

  /// Whether a listing or a device file shows a driver.
  var isKnown: Bool { cards != nil || !devices.isEmpty }

  /// The source of this inventory, for messages.
  var source: String { cards == nil ? Self.deviceDirectory + "/nvidia*" : "nvidia-smi" }

  /// All gpus and parts that can be handed out.
  package var gpus: [GPU] {
    if let cards { return cards.flatMap { gpus(of: $0) } }
    return devices.indices.map { numbered($0) }
  }

  /// The inventory in words: `2 gpus, 0 to 1`.
  var words: String {
    let count = cards?.count ?? devices.count
    return counted(count, "gpu") + (count > 1 ? ", 0 to \(count - 1)" : count == 1 ? ", 0" : "")
  }

  /// The card with that number, or its parts. Returns nil if there is none.
  func gpus(at index: Int) -> [GPU]? {
    if let cards { return cards.first { $0.index == index }.map { gpus(of: $0) } }
    if !devices.isEmpty, index >= devices.count { return nil }
    return [numbered(index)]
  }

  /// The card or the part with that name, or the only card whose name begins so. Returns nil if there is none.
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

  /// A card that is not divided. Its number is a lock, too: agents without `nvidia-smi` know it by that.
  private func whole(_ card: Card) -> GPU {
    GPU(id: card.uuid, locks: [card.uuid, number(of: card.index, among: cards?.count ?? 0)])
  }

  /// CUDA counts the visible gpus from 0; the lock has the number that the host gives the gpu.
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
