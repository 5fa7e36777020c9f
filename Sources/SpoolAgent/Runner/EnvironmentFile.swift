import SpoolProtocol

/// Files of `NAME=value` lines: `env_file`.
///
/// All of a run's together have a limit, and each of them one: a file may be any, and may be named
/// many times.
struct EnvironmentFiles {
  /// Bytes of one file.
  static let limit = 1 << 20
  /// Bytes of all files of a run together.
  static let totalLimit = 16 << 20

  private var total = 0

  /// Reads a file as the run's user; blank lines and lines that begin with `#` count for nothing,
  /// one pair of quotes around a value is taken off, `export ` in front too.
  ///
  /// - Throws: ``SpoolError``: of kind `badInput` where the job is to blame, which names this file;
  ///   of kind `system` where the host is, and it may be read later.
  mutating func read(_ path: String) throws(SpoolError) -> [(String, String)] {
    // It counts as an empty file, though it is a device.
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
      // A pipe, a socket or a device may have no end, or nothing for hours.
      if information.isRegular {
        bytes = try file.readAll(
          limit: Self.limit, expecting: Swift.min(information.size, Self.limit))
      } else if information.isDirectory {
        throw .isDirectory
      }
    } catch {
      // EIO is the answer of files that cannot be read at all, too.
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
