import SpoolProtocol

/// Files of `NAME=value` lines: `env_file`.
///
/// Each file has a limit, and all files of a run together: a job may name any file, and many times.
struct EnvironmentFiles {
  /// The most bytes of one file.
  static let limit = 1 << 20
  /// The most bytes of all files of a run.
  static let totalLimit = 16 << 20

  private var total = 0

  /// Reads a file as the run's user. Ignores blank lines and lines that begin with `#`; removes one pair of quotes
  /// around a value, and `export ` at the beginning of a line.
  ///
  /// - Throws: ``SpoolError`` of kind `badInput` if the job is to blame, which names this file; of kind `system` if the
  ///   host is, and a later try may succeed.
  mutating func read(_ path: String) throws(SpoolError) -> [(String, String)] {
    // A device, but it counts as an empty file.
    if path == "/dev/null" { return [] }
    let bytes = try contents(path)
    total = total.adding(clamped: bytes.count)
    guard total <= Self.totalLimit else {
      throw SpoolError(
        .badInput,
        "\(path): the env_files have more than \(Self.totalLimit) bytes together, which is the limit"
      )
    }
    var pairs: [(String, String)] = []
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      guard let pair = try Self.pair(line, path, index + 1) else { continue }
      pairs.append(pair)
    }
    return pairs
  }

  private func contents(_ path: String) throws(SpoolError) -> [UInt8] {
    var bytes: [UInt8]?
    do throws(Errno) {
      let file = try System.openFollowing(path)
      let information = try file.information()
      // A pipe, a socket or a device may never end, or have no bytes for hours.
      if information.isRegular {
        bytes = try file.readAll(
          limit: Self.limit, expecting: Swift.min(information.size, Self.limit))
      } else if information.isDirectory {
        throw .isDirectory
      }
    } catch {
      // Some files can never be read, and answer EIO, too.
      throw error.isOfHost && error != .inputOutput
        ? SpoolError("read the env_file", path, error)
        : SpoolError(.badInput, "\(path): cannot read the env_file: \(error)", errno: error)
    }
    guard let bytes else {
      throw SpoolError(.badInput, "\(path): cannot read the env_file: it is not a regular file")
    }
    guard bytes.count <= Self.limit else {
      throw SpoolError(
        .badInput,
        "\(path): cannot read the env_file: it has more than \(Self.limit) bytes, which is the limit"
      )
    }
    return bytes
  }

  /// The variable of a line. Returns nil if it has none.
  private static func pair(
    _ line: ArraySlice<UInt8>, _ path: String, _ number: Int
  ) throws(SpoolError) -> (String, String)? {
    var text = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    if text.last == UInt8(ascii: "\r") { text.removeLast() }
    if text.isEmpty || text.first == UInt8(ascii: "#") { return nil }
    if text.starts(with: "export ".utf8) { text = text.dropFirst(7) }
    guard let equals = text.firstIndex(of: UInt8(ascii: "=")), equals != text.startIndex else {
      throw SpoolError(
        .badInput, "\(path): line \(number), column 1: is not of the form NAME=value")
    }
    guard !text.contains(0) else {
      throw SpoolError(.badInput, "\(path): line \(number), column 1: holds a NUL character")
    }
    var value = text[(equals + 1)...]
    if value.count >= 2, let quote = value.first,
      quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"), value.last == quote
    {
      value = value.dropFirst().dropLast()
    }
    return (String(raw: text[..<equals]), String(raw: value))
  }
}
