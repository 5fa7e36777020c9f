extension JSONObject {
  /// The value of a key, or of a path of keys separated by dots.
  ///
  /// A key that contains dots is found too; the longest key is tried first.
  package func value(atDottedPath path: String) -> JSON? {
    if let value = self[path] { return value }
    for (key, rest) in beginnings(of: path) {
      if let object = self[key]?.objectValue, let value = object.value(atDottedPath: rest) {
        return value
      }
    }
    return nil
  }

  /// The beginnings of a path that may be a key, the longest first, each with the rest after the dot.
  ///
  /// A path may have tens of thousands of dots, so only beginnings as long as an existing key are made.
  private func beginnings(of path: String) -> [(key: String, rest: String)] {
    let units = path.utf8
    var dots: [String.Index] = []
    var lengths: [Int] = []
    for (length, place) in zip(0..., units.indices) where units[place] == UInt8(ascii: ".") {
      dots.append(place)
      lengths.append(length)
    }
    var chosen = Array(dots.indices)
    if dots.count > 32 {
      let known = Set(members.lazy.filter { $0.value.objectValue != nil }.map { $0.key.utf8.count })
      chosen = chosen.filter { known.contains(lengths[$0]) }
    }
    return chosen.reversed().map { position in
      (String(path[..<dots[position]]), String(path[units.index(after: dots[position])...]))
    }
  }
}
