/// A text that equals another only byte for byte.
///
/// For `String` the one character é equals an e with an accent. For the kernel they are two names.
package struct ExactText: Hashable, Sendable {
  package let text: String

  package init(_ text: String) { self.text = text }

  package static func == (left: ExactText, right: ExactText) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  // By the bytes, not by the string: thousands of spellings of one word are equal strings with one hash, and a
  // search would compare them all.
  package func hash(into hasher: inout Hasher) {
    let isWhole: Void? = text.utf8.withContiguousStorageIfAvailable { bytes in
      hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
    }
    if isWhole == nil { for unit in text.utf8 { hasher.combine(unit) } }
  }
}

extension String {
  /// Whether both have the same bytes; `==` also accepts another spelling of a letter.
  package func hasSameBytes(as other: String) -> Bool {
    // `==` first: it compares most strings by their bits, and equal bytes are always equal to it.
    self == other && utf8.elementsEqual(other.utf8)
  }
}
