/// Splits a line as a shell does: into simple commands, and each of them into words.
///
/// Quotes and backslashes are removed, and redirections left out. Text that the shell would replace (`$HOME`,
/// `$(date)`) stays as it is written. The function is for the examples of the help, which people write. Syntax that
/// it does not know (here documents, `case`) must not be used there.
package func shellCommands(_ line: String) -> [[String]] {
  var splitter = ShellSplitter(line)
  return splitter.split()
}

/// Whether a line is more than words in quotes, so that only a shell can execute it.
///
/// In doubt the answer is true: a shell also executes a line that needs no shell.
package func needsShell(_ line: String) -> Bool {
  var quote: Character?
  var isEscaped = false
  var isFirstWord = true
  for character in line {
    if isEscaped {
      isEscaped = false
    } else if let open = quote {
      if character == open { quote = nil }
      if open == "\"", "$`\\".contains(character) { return true }
    } else if character == "\\" {
      isEscaped = true
    } else if character == "'" || character == "\"" {
      quote = character
    } else if "$`*?[]|;&<>(){}~#!\n".contains(character) || isFirstWord && character == "=" {
      return true
    } else if character == " " || character == "\t" {
      isFirstWord = false
    }
  }
  return quote != nil || isEscaped
}

/// Splits a text into words as a shell does, for an option whose value is a command. Quotes and backslashes are
/// removed, and no other character has a meaning.
///
/// - Returns: Nil if a quote is not closed, or if no character follows the last backslash.
package func shellWords(_ text: String) -> [String]? {
  var splitter = ShellSplitter(text, isOneCommand: true)
  let commands = splitter.split()
  return splitter.isUnfinished ? nil : commands.first ?? []
}

private struct ShellSplitter {
  private let characters: [Character]
  private var index = 0
  private var commands: [[String]] = []
  private var words: [String] = []
  /// The word that is being read; nil between words, empty after `''`.
  private var word: String?
  /// Whether the next word is the file of a redirection.
  private var isRedirected = false
  /// Whether only blanks, quotes and backslashes have a meaning.
  private let isOneCommand: Bool
  /// Whether the text ends inside a quote or after a backslash.
  private(set) var isUnfinished = false

  init(_ line: String, isOneCommand: Bool = false) {
    characters = Array(line)
    self.isOneCommand = isOneCommand
  }

  mutating func split() -> [[String]] {
    while let character = next() {
      switch character {
      case " ", "\t": endWord()
      case "\\": escape()
      case "'": word = (word ?? "") + take(until: "'")
      case "\"": quote()
      case "\n" where isOneCommand: endWord()
      case _ where isOneCommand: word = (word ?? "") + String(character)
      case "\n", ";", "|", "&", "(", ")": endCommand()
      case "<", ">": redirect()
      case "#" where word == nil: skipComment()
      case "$" where peek() == "(": substitute()
      default: word = (word ?? "") + String(character)
      }
    }
    endCommand()
    return commands
  }

  private func peek() -> Character? {
    index < characters.count ? characters[index] : nil
  }

  private mutating func next() -> Character? {
    guard let character = peek() else { return nil }
    index += 1
    return character
  }

  private mutating func take(until end: Character) -> String {
    var text = ""
    while let character = next() {
      if character == end { return text }
      text.append(character)
    }
    isUnfinished = true
    return text
  }

  private mutating func skipComment() {
    while let character = peek(), character != "\n" { index += 1 }
  }

  private mutating func endWord() {
    defer { word = nil }
    guard let word else { return }
    if !isRedirected { words.append(word) }
    isRedirected = false
  }

  private mutating func endCommand() {
    endWord()
    isRedirected = false
    if !words.isEmpty { commands.append(words) }
    words = []
  }

  private mutating func redirect() {
    // In `2>log` the digit is the descriptor, not a word.
    if let number = word, number.allSatisfy(\.isNumber) { word = nil }
    endWord()
    while peek() == ">" || peek() == "&" { index += 1 }
    isRedirected = true
  }

  private mutating func escape() {
    guard let character = next() else {
      isUnfinished = true
      return
    }
    if character == "\n" { return }
    word = (word ?? "") + String(character)
  }

  private mutating func quote() {
    var text = word ?? ""
    isUnfinished = true
    while let character = next() {
      if character == "\"" {
        isUnfinished = false
        break
      }
      // Inside double quotes a backslash protects only these four.
      if character == "\\", let following = peek(), "\"\\$`".contains(following) {
        index += 1
        text.append(following)
      } else {
        text.append(character)
      }
    }
    word = text
  }

  private mutating func substitute() {
    var text = (word ?? "") + "$"
    var depth = 0
    while let character = next() {
      text.append(character)
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if depth == 0 { break }
    }
    word = text
  }
}
