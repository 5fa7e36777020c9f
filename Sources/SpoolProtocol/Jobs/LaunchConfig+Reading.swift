extension LaunchConfig {
  /// Reads the argument of `-c`: a file, `-` for standard input, or the text itself.
  ///
  /// The argument counts as the text if it begins with a brace or a bracket, or has more than one line.
  ///
  /// - Throws: ``SpoolError`` that names the file, the line and the column.
  package init(reading argument: String) throws(SpoolError) {
    let isInline = Self.isInline(argument)
    let bytes = isInline ? argument.rawBytes : try NamedFile.read(argument)
    let source = isInline ? "the configuration" : NamedFile.title(argument)
    do throws(JobFileError) {
      try self.init(
        parsing: bytes, as: isInline ? nil : Notation(of: bytes, named: argument))
    } catch {
      throw SpoolError(.badInput, "\(source): \(error)")
    }
  }

  private static func isInline(_ text: String) -> Bool {
    let first = text.utf8.first { $0 > 0x20 }
    return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
      || text.utf8.contains(UInt8(ascii: "\n"))
  }
}
