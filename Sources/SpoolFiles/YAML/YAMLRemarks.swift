// Words that have another meaning in YAML 1.1, which W&B's client reads, than in YAML 1.2.

extension YAMLParser {
  /// Remarks on a valid text for a person, about values that W&B would read differently: a few sentences without
  /// a full stop.
  static func remarks(on bytes: [UInt8]) -> [String] {
    bytes.withUnsafeBufferPointer { buffer in
      var parser = YAMLParser(buffer)
      guard (try? parser.document()) != nil else { return [] }
      return parser.olderWords.prefix(5).map { offset, remark in
        let position = TextPosition(of: offset, in: buffer)
        return "line \(position.line), column \(position.column): \(remark)"
      }
    }
  }
}

extension YAMLSchema {
  /// The meaning of a plain scalar here and for W&B; nil if they are equal.
  static func olderMeaning(of text: String) -> String? {
    switch text {
    case "yes", "Yes", "YES", "on", "On", "ON":
      return "text, and to W&B true; write true, or \"\(text)\""
    case "no", "No", "NO", "off", "Off", "OFF":
      return "text, and to W&B false; write false, or \"\(text)\""
    default: break
    }
    let digits = text.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
    guard let first = digits.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
      digits.allSatisfy({ "0123456789_.:b".utf8.contains($0) })
    else { return nil }
    if digits.contains(UInt8(ascii: "_")), case let plain = text.filter({ $0 != "_" }),
      Double(plain) != nil
    {
      return "text, and to W&B the number \(plain); write \(plain)"
    }
    if digits.starts(with: "0b".utf8), digits.dropFirst(2).allSatisfy({ $0 == 0x30 || $0 == 0x31 })
    {
      return "text, and to W&B a binary number; write it in decimal digits, or in quotes"
    }
    if first == UInt8(ascii: "0"), digits.count > 1,
      digits.allSatisfy({ (0x30...0x37).contains($0) })
    {
      return "a decimal number, and to W&B an octal one; write it without the 0, or in quotes"
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count > 1, parts.allSatisfy({ !$0.isEmpty && $0.utf8.count < 3 && Int($0) != nil }) {
      return "text, and to W&B a number in base 60; write it in quotes"
    }
    return nil
  }
}
