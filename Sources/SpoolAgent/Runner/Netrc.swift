import SpoolProtocol

/// Whether a user's netrc has a key for a server. One runner asks it for each of its runs; the file is read once a
/// minute at most.
final class Netrc {
  private var known: (question: [String?], answer: Bool, until: Instant)?

  /// How long an answer counts: `wandb login` may write the file while an agent is at work.
  private static let validity = TimeSpan.seconds(60)
  private static let sizeLimit = 1 << 20

  /// - Parameters:
  ///   - file: The file; nil for `.netrc` or `_netrc` in `home`.
  func hasKey(for host: String, home: String, file: String?) -> Bool {
    let question = [host, home, file]
    let now = Instant.now
    if let known, known.question == question, now < known.until { return known.answer }
    let given = file.flatMap { $0.isEmpty ? nil : $0 }
    let files = given.map { [Self.expanded($0, home)] } ?? [home + "/.netrc", home + "/_netrc"]
    let answer = Self.first(of: files).map { Self.hasPassword(for: host, in: $0) } ?? false
    known = (question, answer, now + Self.validity)
    return answer
  }

  /// A path that begins with `~/`, in the home directory.
  private static func expanded(_ path: String, _ home: String) -> String {
    path.utf8.starts(with: "~/".utf8) ? home + path.dropFirst() : path
  }

  private static func first(of files: [String]) -> [UInt8]? {
    for file in files where file.isAbsolutePath {
      if let bytes = try? System.openFollowing(file).readWhole(limit: sizeLimit) { return bytes }
    }
    return nil
  }

  /// Whether a netrc has a password for a machine, or for each machine that it does not name.
  ///
  /// - Parameter host: The machine, perhaps with a port, without which older clients look for it.
  static func hasPassword(for host: String, in netrc: [UInt8]) -> Bool {
    let words = netrc.split { $0 <= 0x20 }
    let name = host.utf8.prefix { $0 != UInt8(ascii: ":") }
    var isMeant = false
    for (word, next) in zip(words, words.dropFirst()) {
      switch String(raw: word) {
      case "machine": isMeant = next.elementsEqual(host.utf8) || next.elementsEqual(name)
      case "default": isMeant = true
      case "password": if isMeant { return true }
      default: break
      }
    }
    return false
  }
}
