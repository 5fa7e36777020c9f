extension JSONObject {
  /// The value of a key, or of a path of keys with dots between them.
  ///
  /// A key that has dots itself is found too; the longest one is tried first.
  package func value(atDottedPath path: String) -> JSON? {
    if let value = self[path] { return value }
    for (key, rest) in beginnings(of: path) {
      if let object = self[key]?.objectValue, let value = object.value(atDottedPath: rest) {
        return value
      }
    }
    return nil
  }

  /// The parts of a path that may be a key, the longest first, with what follows behind the dot.
  ///
  /// A path may have tens of thousands of dots: then only beginnings are made that are as long as some key is.
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
