// The order in which waiting files run, computed on the bytes of their names: a listing of 100,000
// makes no strings for names that it does not show.

extension QueueFileName {
  /// Whether the waiting file `left` runs before `right`: as `LC_ALL=C ls` sorts, except that a name without
  /// a priority counts as 99.
  package static func precedes(_ left: String, _ right: String) -> Bool {
    var left = left
    var right = right
    return left.withUTF8 { left in right.withUTF8 { right in precedes(left, right) } }
  }

  /// Whether the waiting file `left` runs before `right`, for the bytes of their names.
  package static func precedes(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    let leftPriority = priority(left)
    let rightPriority = priority(right)
    if leftPriority != rightPriority { return leftPriority < rightPriority }
    return bytesPrecede(left, right)
  }

  /// Whether a name is a job's: no leading dot, and the right ending.
  ///
  /// True exactly if ``init(_:)`` returns a value.
  package static func isJob(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    guard name.first != UInt8(ascii: ".") else { return false }
    let stem = withoutParking(name)
    return stem.count > ending.utf8.count && stem.hasSuffix(".json")
  }

  /// Whether the name is that of a parked file, which no agent may take now.
  package static func isParked(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    withoutParking(name).count < name.count
  }

  /// Orders by bytes; a prefix of another name comes first.
  @inline(__always)
  package static func bytesPrecede(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    let shared = Swift.min(left.count, right.count)
    var offset = 0
    while offset < shared {
      if left[offset] != right[offset] { return left[offset] < right[offset] }
      offset += 1
    }
    return left.count < right.count
  }

  private static func priority(_ name: UnsafeBufferPointer<UInt8>) -> Int {
    guard name.count > 3, name[2] == UInt8(ascii: "-"), let high = digit(name[0]),
      let low = digit(name[1])
    else { return 99 }
    // `10-.json`: a prefix is removed only if something is left.
    if name[3] == UInt8(ascii: "."), withoutParking(name).count == 3 + ending.utf8.count {
      return 99
    }
    return high * 10 + low
  }

  private static func digit(_ unit: UInt8) -> Int? {
    (0x30...0x39).contains(unit) ? Int(unit) - 0x30 : nil
  }

  private static func withoutParking(
    _ name: UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8> {
    for suffix in [".held", ".editing"] as [StaticString] where name.hasSuffix(suffix) {
      return UnsafeBufferPointer(rebasing: name.dropLast(suffix.utf8CodeUnitCount))
    }
    return name
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether the name contains these bytes as a sequence.
  package func has(_ part: [UInt8]) -> Bool {
    guard let first = part.first else { return true }
    guard count >= part.count else { return false }
    for start in 0...(count - part.count) where self[start] == first {
      var length = 1
      while length < part.count, self[start + length] == part[length] { length += 1 }
      if length == part.count { return true }
    }
    return false
  }

  package func hasSuffix(_ suffix: StaticString) -> Bool {
    suffix.withUTF8Buffer { suffix in
      count >= suffix.count && self[(count - suffix.count)...].elementsEqual(suffix)
    }
  }
}
