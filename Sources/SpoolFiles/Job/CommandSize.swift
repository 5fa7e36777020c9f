/// The kernel's limits for the size of a command's words and environment.
package struct CommandLimits: Sendable, Equatable {
  /// The largest word, or variable with its name, in bytes without the final NUL.
  package var word: Int
  /// The largest size of all words and variables together, in bytes with their ends and the pointers to them.
  package var total: Int

  /// Bytes that every system accepts in total, and in one word.
  static let least = 128 << 10

  package init(word: Int, total: Int) {
    self.word = word
    self.total = total
  }

  /// The limits for a program that this process starts.
  package static var here: CommandLimits {
    let limits = System.execLimits
    return CommandLimits(word: limits.word, total: limits.total)
  }

  /// The limits before the host of the run is known. A larger command is refused, because no host with
  /// a usual set-up takes it.
  package static var usual: CommandLimits {
    var limits = here
    #if os(Linux)
      limits.total = Swift.max(limits.total, 2 << 20)
    #endif
    return limits
  }
}

/// The size of a command, counted before any of it is built.
package struct CommandSize: Sendable, Equatable {
  /// Bytes of all words and variables, with their ends and the pointers to them.
  private(set) var total = 0
  private(set) var words = 0
  private(set) var variables = 0
  /// The number of the longest word, from 1, and its bytes.
  private var longestWord = (number: 0, bytes: 0)
  /// The name of the variable that is longest together with its name, and its bytes.
  private var longestVariable = (name: "", bytes: 0)

  /// Bytes of the smallest variable, `A=`, with its end and the pointer to it.
  package static var smallestVariable: Int { 3 + MemoryLayout<UnsafeRawPointer>.size }

  package init() {}

  package mutating func add(word bytes: Int) {
    words = words.adding(clamped: 1)
    add(bytes)
    if bytes > longestWord.bytes { longestWord = (words, bytes) }
  }

  /// Adds words that were counted before.
  package mutating func add(_ other: CommandSize) {
    if other.longestWord.bytes > longestWord.bytes {
      longestWord = (words.adding(clamped: other.longestWord.number), other.longestWord.bytes)
    }
    if other.longestVariable.bytes > longestVariable.bytes {
      longestVariable = other.longestVariable
    }
    words = words.adding(clamped: other.words)
    variables = variables.adding(clamped: other.variables)
    total = total.adding(clamped: other.total)
  }

  package mutating func add(variable name: String, _ value: String) {
    variables = variables.adding(clamped: 1)
    let bytes = RawText.count(name).adding(clamped: RawText.count(value)).adding(clamped: 1)
    add(bytes)
    if bytes > longestVariable.bytes { longestVariable = (name, bytes) }
  }

  // With the final NUL, and the pointer to it.
  private mutating func add(_ bytes: Int) {
    total = total.adding(clamped: bytes.adding(clamped: 1 + MemoryLayout<UnsafeRawPointer>.size))
  }

  /// Whether every system accepts it, so that the limits need not be read.
  package var isSmall: Bool { total <= CommandLimits.least }

  /// The reason why the kernel would refuse the command, with the numbers; nil if it would not.
  package func complaint(within limits: CommandLimits) -> String? {
    if longestWord.bytes > limits.word {
      return "word \(longestWord.number) of the command has \(longestWord.bytes) bytes, and the"
        + " system takes at most \(limits.word) in one word: put it into a file, or into run_config"
    }
    if longestVariable.bytes > limits.word {
      return
        "the variable \(longestVariable.name.prefix(60)) has \(longestVariable.bytes) bytes with"
        + " its name, and the system takes at most \(limits.word): put the value into a file"
    }
    guard total > limits.total else { return nil }
    return "the command takes \(total) bytes, with \(counted(words, "word")) and"
      + " \(counted(variables, "variable")), and the system takes at most \(limits.total) in all:"
      + " put some of it into a file, or into run_config"
  }

  package static func == (left: CommandSize, right: CommandSize) -> Bool {
    left.total == right.total && left.words == right.words && left.variables == right.variables
      && left.longestWord == right.longestWord && left.longestVariable == right.longestVariable
  }
}
