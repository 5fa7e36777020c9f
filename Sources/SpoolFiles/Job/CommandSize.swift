#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#else
  #error("Unsupported platform")
#endif

/// How much a command may be: what the kernel takes of its words and of its environment.
package struct CommandLimits: Sendable, Equatable {
  /// Bytes of one word, or of one variable with its name, without the NUL at its end.
  package var word: Int
  /// Bytes of all words and variables together, with their ends and the pointers to them.
  package var total: Int

  /// Bytes that every system takes in all, and in one word.
  static let least = 128 << 10

  /// Gives the two numbers.
  package init(word: Int, total: Int) {
    self.word = word
    self.total = total
  }

  /// What a program that this process starts may be given. `getrlimit`, `sysconf`.
  ///
  /// Linux takes a quarter of what the stack may have, from 128 KiB to 6 MiB, and 32 pages a word;
  /// macOS takes `ARG_MAX`.
  package static var here: CommandLimits {
    #if os(Linux)
      var limit = rlimit()
      #if canImport(Glibc)
        let isKnown = getrlimit(__rlimit_resource_t(RLIMIT_STACK.rawValue), &limit) == 0
      #else
        let isKnown = getrlimit(Int32(RLIMIT_STACK), &limit) == 0
      #endif
      // Without a limit it is the largest number of its type.
      let stack = isKnown ? Int(clamping: limit.rlim_cur) : 8 << 20
      let pages = Int(clamping: sysconf(Int32(_SC_PAGESIZE)))
      return CommandLimits(
        word: 32 * (pages > 0 ? pages : 4096) - 1,
        total: Swift.min(Swift.max(stack / 4, least), 6 << 20))
    #else
      let known = sysconf(_SC_ARG_MAX)
      let total = known > 0 ? known : 256 << 10
      return CommandLimits(word: total, total: total)
    #endif
  }

  /// What is refused before it is known where the run will start: what no host takes that is set up
  /// as most are.
  package static var usual: CommandLimits {
    var limits = here
    #if os(Linux)
      limits.total = Swift.max(limits.total, 2 << 20)
    #endif
    return limits
  }
}

/// The size of a command, counted before anything of it is built.
package struct CommandSize: Sendable, Equatable {
  /// Bytes of all words and variables, with their ends and the pointers to them.
  private(set) var total = 0
  /// How many words there are.
  private(set) var words = 0
  /// How many variables there are.
  private(set) var variables = 0
  /// The longest word: which it is, from 1, and its bytes.
  private var longestWord = (number: 0, bytes: 0)
  /// The variable that is longest with its name, and its bytes.
  private var longestVariable = (name: "", bytes: 0)

  /// Bytes of the smallest variable, `A=`, with its end and the pointer to it.
  package static var smallestVariable: Int { 3 + MemoryLayout<UnsafeRawPointer>.size }

  /// Counts nothing yet.
  package init() {}

  /// Adds a word of so many bytes.
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

  /// Adds a variable.
  package mutating func add(variable name: String, _ value: String) {
    variables = variables.adding(clamped: 1)
    let bytes = RawText.count(name).adding(clamped: RawText.count(value)).adding(clamped: 1)
    add(bytes)
    if bytes > longestVariable.bytes { longestVariable = (name, bytes) }
  }

  // The NUL behind it, and the pointer to it.
  private mutating func add(_ bytes: Int) {
    total = total.adding(clamped: bytes.adding(clamped: 1 + MemoryLayout<UnsafeRawPointer>.size))
  }

  /// Whether every system takes it, so that no limits need be asked for.
  package var isSmall: Bool { total <= CommandLimits.least }

  /// Why the kernel would not take it, with the numbers; nil: it would.
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
