extension Run {
  /// A value of the run by its dotted path in the run's JSON: `host`, `summary.loss`; `config` means `run_config`, and
  /// where that has no such key the configuration that W&B's client wrote. Returns nil if there is no such value, or if
  /// it is null.
  package func value(at path: String) -> JSON? { value(at: path, in: json) }

  /// The same, in the run's JSON.
  package func value(at path: String, in json: JSONObject) -> JSON? {
    let head = path.prefix { $0 != "." }
    let whole = head == "config" ? "run_config" + path.dropFirst(head.count) : path
    var value = json.value(atDottedPath: whole)
    if value == nil, head == "config", logged != nil {
      value = json.value(atDottedPath: "logged." + path)
    }
    return value == .null ? nil : value
  }

  /// Whether a dotted path begins with a key of a run's JSON.
  package static func hasValues(at path: String) -> Bool {
    let head = String(path.prefix { $0 != "." })
    return head == "config" || valueNames.contains(head)
  }

  /// The keys of a run's JSON.
  package static var valueNames: [String] {
    (Run(JSONObject([("run", ""), ("state", "idle")]))?.json.keys ?? [])
      + ["left_behind", "remarks", "logged", "project"]
  }
}

extension JSON {
  /// Whether this value comes before another in a sorted list: numbers by size, then texts by their bytes.
  package func precedes(_ other: JSON) -> Bool {
    switch (doubleValue, other.doubleValue) {
    case (let left?, let right?): return left < right
    case (.some, nil): return true
    case (nil, .some): return false
    case (nil, nil): break
    }
    let (left, right) = (stringValue ?? text, other.stringValue ?? other.text)
    return left.utf8.lexicographicallyPrecedes(right.utf8)
  }
}
