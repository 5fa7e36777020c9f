import SpoolQueue
import SpoolTerminal
import Testing

@testable import spool

@Suite("README and articles")
struct DocumentTests {
  private static let repository =
    #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
  private static let catalogue = repository + "/Sources/SpoolQueue/SpoolQueue.docc"

  private func text(_ path: String) throws -> String {
    String(decoding: try System.open(path, .reading).readAll(), as: UTF8.self)
  }

  /// The paths of everything that people read: the README files, and the articles.
  private func documents() throws -> [String] {
    [Self.repository + "/README.md", Self.repository + "/spool-example/README.md"]
      + (try System.list(Self.catalogue).filter { $0.hasSuffix(".md") }.sorted())
      .map { Self.catalogue + "/" + $0 }
  }

  // MARK: Commands

  @Test("every command of spool that stands in a document is one that spool can read")
  func commands() throws {
    var count = 0
    for path in try documents() {
      for (line, inline) in Markdown(try text(path)).code {
        for words in shellCommands(line) {
          guard let start = words.firstIndex(where: { Self.isSpool($0) }),
            words[..<start].allSatisfy({ Self.mayPrecede($0) })
          else { continue }
          count += 1
          do throws(UsageError) {
            _ = try CommandParser(root: .spool).parse(Array(words[(start + 1)...]))
          } catch {
            // Inside of a sentence a command is named, and not always whole.
            let isPart =
              inline
              && (error.message.hasPrefix("missing") || error.message.contains("needs a value"))
            if !isPart { Issue.record("\(path): \(line)\n\(error.message)") }
          }
        }
      }
    }
    #expect(count > 100)
  }

  private static func isSpool(_ word: String) -> Bool {
    word == "spool" || word.hasSuffix("bin/spool") || word.hasSuffix("debug/spool")
  }

  /// Whether a command line that goes on with spool may begin with this word: a variable, or one of
  /// the five fields of a crontab.
  private static func mayPrecede(_ word: String) -> Bool {
    word.contains("=") || word.allSatisfy { "*0123456789/,-".contains($0) }
  }

  @Test("every JSON file that a document shows is one that spool can read")
  func files() throws {
    var count = 0
    for path in try documents() {
      for text in Markdown(try text(path)).objects {
        count += 1
        let bytes = Array(text.utf8)
        let isRead =
          (try? Job(parsing: bytes)) != nil || (try? QueueSettings(parsing: bytes)) != nil
          || (try? LaunchConfig(parsing: bytes)) != nil || (try? SweepFile(parsing: bytes)) != nil
        #expect(isRead, "\(path): neither a job, a queue, a configuration nor a sweep:\n\(text)")
      }
    }
    #expect(count > 10)
  }

  // MARK: Links

  @Test("every link and picture of a README leads somewhere, down to the heading")
  func links() throws {
    for path in try documents() where path.hasSuffix("README.md") {
      let folder = path.dropLast("README.md".count)
      for target in Markdown(try text(path)).links where !target.contains("://") {
        let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let file = parts[0].isEmpty ? path : String(folder + parts[0])
        guard (try? System.information(file)) != nil else {
          Issue.record("\(path): \(target) is not there")
          continue
        }
        guard parts.count == 2 else { continue }
        let headings = Markdown(try text(file)).anchors
        #expect(headings.contains(String(parts[1])), "\(path): \(target): no such heading")
      }
    }
  }

  @Test("every picture and every article that is linked in the catalogue is there")
  func catalogue() throws {
    let files = Set(
      try System.list(Self.catalogue) + System.list(Self.catalogue + "/Resources"))
    var pages: [String: Markdown] = [:]
    for file in files where file.hasSuffix(".md") {
      pages[String(file.dropLast(3))] = Markdown(try text(Self.catalogue + "/" + file))
    }
    for (name, page) in pages {
      for target in page.links where !target.contains("://") {
        #expect(files.contains(target), "\(name).md: \(target) is not there")
      }
      for target in page.articles {
        let parts = target.split(separator: "#", maxSplits: 1)
        guard let article = pages[String(parts[0])] else {
          Issue.record("\(name).md: <doc:\(target)>: no such article")
          continue
        }
        guard parts.count == 2 else { continue }
        let heading = parts[1].lowercased()
        #expect(article.anchors.contains(heading), "\(name).md: <doc:\(target)>: no such heading")
      }
    }
    // And the reader of the library's page finds each of them.
    let listed = Set(pages["SpoolQueue"]?.articles ?? [])
    #expect(Set(pages.keys).subtracting(["SpoolQueue"]).subtracting(listed) == [])
  }

  // MARK: Files of the repository

  @Test("every file of the repository that a document names is there")
  func paths() throws {
    let paths = try Self.paths(below: "Sources") + Self.paths(below: "Tests")
    var count = 0
    for path in try documents() {
      for (line, _) in Markdown(try text(path)).code {
        for word in line.split(separator: " ").map({ String($0) }) where Self.isFile(word) {
          count += 1
          let isThere = paths.contains { $0 == word || $0.hasSuffix("/" + word) }
          #expect(isThere, "\(path): \(word) is not there")
        }
      }
    }
    #expect(count > 30)
  }

  /// Whether a word means a file, or a directory, of the repository.
  private static func isFile(_ word: String) -> Bool {
    [".swift", ".c", ".pml"].contains { word.hasSuffix($0) } || word.hasPrefix("Tests/")
      || word.hasPrefix("Sources/")
  }

  /// The directory, and everything below it.
  private static func paths(below directory: String) throws -> [String] {
    var found = [directory]
    for name in try System.list(repository + "/" + directory) {
      let path = directory + "/" + name
      let isDirectory = try System.information(repository + "/" + path).isDirectory
      found += isDirectory ? try paths(below: path) : [path]
    }
    return found
  }

  // MARK: Tables

  @Test(
    "the tables of keys have every key, and no other",
    arguments: [
      ("The keys of a job file", Job.keys), ("queue.json", QueueSettings.keys),
      ("Sweep files", SweepFile.keys),
    ])
  func keys(heading: String, keys: [String]) throws {
    let lines = try text(Self.catalogue + "/JobFile.md").split(separator: "\n")
    let start = try #require(lines.firstIndex(of: "## " + heading))
    let table = lines[(start + 1)...].drop { !$0.hasPrefix("| ---") }.dropFirst()
      .prefix { $0.hasPrefix("|") }
    let told = table.flatMap { row in
      row.split(separator: "|")[0].split(separator: "`").filter { !$0.contains(" ") }
    }
    #expect(Set(told.map { String($0) }).subtracting(["x-…"]) == Set(keys))
  }

  @Test("README and manual page give the exit statuses the same meaning")
  func statuses() throws {
    let rows = try text(Self.repository + "/README.md").split(separator: "\n")
      .map { $0.split(separator: "|").map { $0.trimmingBlanks } }
      .filter { $0.count == 2 && $0[0].first?.isNumber == true }
    let chapter = try #require(Command.manualChapters.first { $0.title == "EXIT STATUS" })
    let manual = chapter.entries.map { entry in
      [entry.term, entry.text.prefix(1).lowercased() + entry.text.dropFirst().dropLast()]
    }
    #expect(rows == manual)
  }
}

/// A text in Markdown, as far as the checks look at it.
private struct Markdown {
  /// The lines of code blocks, and code inside of sentences.
  private(set) var code: [(line: String, isInline: Bool)] = []
  /// What begins with a brace in a code block, up to where it is JSON.
  private(set) var objects: [String] = []
  /// What links and pictures lead to.
  private(set) var links: [String] = []
  /// What `<doc:…>` leads to.
  private(set) var articles: [String] = []
  /// Headings as they stand behind `#` in a link.
  private(set) var anchors: Set<String> = []

  init(_ text: String) {
    var isFenced = false
    var block: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        isFenced.toggle()
      } else if isFenced || line.hasPrefix("    ") {
        block.append(line.trimmingBlanks)
      } else {
        close(&block)
        if line.hasPrefix("#") { anchors.insert(Self.anchor(line)) }
        read(line)
      }
    }
    close(&block)
  }

  /// Takes the lines of a block. With a prompt in it, what has none is what was printed.
  private mutating func close(_ block: inout [String]) {
    let typed = block.filter { $0.hasPrefix("$ ") }.map { String($0.dropFirst(2)) }
    code += (typed.isEmpty ? block : typed).map { ($0, false) }
    var object: String?
    for line in block {
      if object == nil, !line.hasPrefix("{") { continue }
      let text = (object ?? "") + line + "\n"
      object = text
      guard (try? JSON(parsing: Array(text.utf8), dialect: .relaxed)) != nil else { continue }
      objects.append(text)
      object = nil
    }
    // One that does not end is shown to the check as it is.
    if let object { objects.append(object) }
    block = []
  }

  /// What a line outside of a block has in it.
  private mutating func read(_ line: Substring) {
    for (index, part) in line.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
      if index % 2 == 1 {
        code.append((part.trimmingBlanks, true))
        continue
      }
      articles += Self.between("<doc:", ">", in: part)
    }
    links += Self.between("](", ")", in: line)
    links += Self.between(" src=\"", "\"", in: line) + Self.between("srcset=\"", "\"", in: line)
  }

  /// The texts between two others.
  private static func between(_ start: String, _ end: Character, in text: Substring) -> [String] {
    var found: [String] = []
    var rest = text
    while let range = rest.firstRange(of: start) {
      rest = rest[range.upperBound...]
      found.append(String(rest.prefix { $0 != end }))
    }
    return found
  }

  private static func anchor(_ heading: Substring) -> String {
    let words = heading.drop { $0 == "#" || $0 == " " }.filter { !"`,:’'?".contains($0) }
    return words.lowercased().split(separator: " ", omittingEmptySubsequences: false)
      .joined(separator: "-")
  }
}

extension StringProtocol {
  fileprivate var trimmingBlanks: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
