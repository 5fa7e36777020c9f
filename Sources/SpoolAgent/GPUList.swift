import SpoolQueue

/// The gpus that an agent hands out, as a person says it.
package enum GPUList {
  /// Reads `4` (the ids 0 to 3), `0,2`, `GPU-3f2a…`, `2,` (the one with the id 2), or `auto`.
  ///
  /// - Parameter devices: Where the driver's devices are.
  /// - Returns: The ids, as CUDA_VISIBLE_DEVICES names them; nil for what is none of these.
  package static func parse(_ text: String, devices: String = "/dev") -> [String]? {
    if text == "auto" { return found(in: devices) }
    if let count = Int(text) {
      return (0...1024).contains(count) ? (0..<count).map { "\($0)" } : nil
    }
    var parts = text.split(separator: ",", omittingEmptySubsequences: false)
    if parts.last?.isEmpty == true { parts.removeLast() }
    let ids = parts.map { String($0) }
    let isSound = ids.allSatisfy { id in
      !id.isEmpty
        && id.utf8.allSatisfy {
          (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
            || "-_/:.".utf8.contains($0)
        }
    }
    return isSound && !ids.isEmpty && Set(ids).count == ids.count ? ids : nil
  }

  /// The numbers of `/dev/nvidia0`, `/dev/nvidia1`…, ascending.
  private static func found(in directory: String) -> [String] {
    let names = (try? System.list(directory)) ?? []
    return names.compactMap { name in
      name.hasPrefix("nvidia") ? Int(name.dropFirst("nvidia".utf8.count)) : nil
    }.sorted().map { "\($0)" }
  }
}
