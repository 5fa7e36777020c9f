import SpoolQueue
import SpoolTesting
import Testing

/// What a small file may stand for is counted before it is made.
@Suite struct CommandSizeTests {
  private let limits = CommandLimits.usual

  private func complaint(_ job: Job) -> String {
    let error = #expect(throws: JobFileError.self) {
      _ = try job.launchedCommand(run: "r", queue: "q/q")
    }
    return error?.description ?? ""
  }

  /// What is said of a word that is too long.
  private func tooLong(word number: Int, _ bytes: Int) -> String {
    "word \(number) of the command has \(bytes) bytes, and the system takes at most \(limits.word)"
      + " in one word: put it into a file, or into run_config"
  }

  /// What is said of a command that is too large.
  private func tooLarge(
    _ bytes: Int, words: Int, variables: Int = 0, limit: Int = CommandLimits.usual.total
  ) -> String {
    "the command takes \(bytes) bytes, with \(counted(words, "word")) and"
      + " \(counted(variables, "variable")), and the system takes at most \(limit) in all:"
      + " put some of it into a file, or into run_config"
  }

  private func repeated(_ word: String, _ count: Int) -> [String] {
    Array(repeating: word, count: count)
  }

  @Test func argumentsThatAMacroRepeatsAreCounted() throws {
    var job = Job(command: ["true"] + repeated("${args}", 60_000))
    job.args = [String(repeating: "x", count: 100_000)]
    // 60,000 words of 100,000 bytes, `true`, and for each word its end and its pointer.
    let total = 60_000 * (100_000 + 9) + 4 + 9
    #expect(complaint(job) == tooLarge(total, words: 60_001))
    // As many words as no list has room for.
    job.args = repeated("x", 450_000)
    #expect(complaint(job) == tooLarge(60_000 * 450_000 * 10 + 13, words: 60_000 * 450_000 + 1))
  }

  @Test(arguments: [
    ("${config.a}", 3_000_000_001), ("${spool.run}", 200_000), ("${spool.queue}", 180_001),
  ])
  func everyMacroIsCountedInsideAWord(_ macro: String, _ bytes: Int) {
    let word = "=" + String(repeating: macro, count: 60_000)
    var job = Job(command: ["true", word])
    job.args = [String(repeating: "x", count: 50_000)]
    job.runConfig = ["a": .string(String(repeating: "y", count: 50_000))]
    job.launcher = nil
    if macro == "${spool.run}" {
      // A name has few bytes: so many of it pass a word's limit all the same.
      job.command = ["true", String(repeating: macro, count: 200_000)]
    }
    #expect(complaint(job) == tooLong(word: 2, bytes))
  }

  @Test(arguments: [
    "${args}", "${args_no_hyphens}", "${args_no_equals}", "${args_no_boolean_flags}",
    "${args_json}",
  ])
  func everyMacroOfSweepsIsCounted(_ macro: String) {
    var job = Job(command: ["true"] + repeated(macro, 60_000))
    job.sweep = "s"
    job.runConfig = ["a": .string(String(repeating: "y", count: 100_000)), "b": 1]
    #expect(complaint(job).hasPrefix("the command takes "))
  }

  @Test func launcherArgumentsScriptAndEnvironmentAreCounted() {
    let long = String(repeating: "x", count: limits.word + 1)
    var job = Job(command: ["true"])
    job.launcher = ["nice", long]
    #expect(complaint(job) == tooLong(word: 2, long.utf8.count))
    job.launcher = ["nice"] + repeated("${config.a}", 60_000)
    job.runConfig = ["a": .string(String(repeating: "y", count: 100_000))]
    #expect(complaint(job).hasPrefix("the command takes "))
    job = Job()
    job.script = long
    #expect(complaint(job) == tooLong(word: 3, long.utf8.count))
    job = Job(command: ["true"])
    job.args = [long]
    #expect(complaint(job) == tooLong(word: 2, long.utf8.count))
    job.args = nil
    job.env = ["A": long]
    #expect(
      complaint(job)
        == "the variable A has \(long.utf8.count + 2) bytes with its name, and the system takes at"
        + " most \(limits.word): put the value into a file")
    job.env = Environment()
    let count = limits.total / 100_000 + 1
    var total = "true".utf8.count + 9
    for index in 0..<count {
      job.env?["A\(index)"] = String(repeating: "x", count: 100_000)
      total += "A\(index)=".utf8.count + 100_000 + 9
    }
    #expect(complaint(job) == tooLarge(total, words: 1, variables: count))
  }

  @Test func whatTheKernelTakesIsLeftAlone() throws {
    var job = Job(command: ["true", String(repeating: "x", count: limits.word)])
    job.env = ["A": String(repeating: "x", count: limits.word - 2)]
    #expect(try job.launchedCommand(run: "r", queue: "q").count == 2)
    // One word more than fits, and one less.
    let each = 100_000 + 9
    job = Job(command: repeated(String(repeating: "x", count: 100_000), limits.total / each))
    #expect(try job.launchedCommand(run: "r", queue: "q").count == limits.total / each)
    job.args = ["x"] + (limits.total % each >= 10 ? [String(repeating: "y", count: each)] : [])
    #expect(complaint(job).hasPrefix("the command takes "))
  }

  @Test func sizesBeyondAllNumbersAreCountedToTheLast() {
    var size = CommandSize()
    for _ in 0..<4 { size.add(word: .max) }
    #expect(size.complaint(within: limits) == tooLong(word: 1, .max))
    var sum = size
    for _ in 0..<70 { sum.add(sum) }
    #expect(
      sum.complaint(within: CommandLimits(word: .max, total: 1))
        == tooLarge(.max, words: .max, limit: 1))
  }

  @Test func limitsOfThisHostAreTheKernels() {
    let here = CommandLimits.here
    #expect(here.word >= 4095)
    #expect(here.total >= 128 << 10)
    #expect(limits.total >= here.total)
  }

  @Test func aSweepThatWouldFillTheMemoryIsRefused() throws {
    func points(_ text: String, count: Int? = nil) throws -> SweepPoints {
      try SweepPoints(try SweepFile(parsing: Array(text.utf8)), count: count)
    }
    let many = (0..<20_000).map { #""p\#($0)": {"value": 1}"# }.joined(separator: ", ")
    let error = #expect(throws: SpoolError.self) {
      try points(
        #"{"method": "random", "parameters": {\#(many), "x": {"min": 0.0, "max": 1.0}}, "run_cap": 100000, "program": "a"}"#
      )
    }
    #expect(
      error?.message
        == "100000 points of 20001 parameters are too much: they have more than \(224 << 20) bytes,"
        + " which is the limit of a sweep")
  }

  @Test func aVariableThatASweepRepeatsIsCounted() throws {
    let words = Array(repeating: #""${envvar:LONG}""#, count: 40_000).joined(separator: ", ")
    let file = try SweepFile(
      parsing: Array(
        #"{"method": "grid", "parameters": {"a": {"values": [1]}}, "command": [\#(words)]}"#.utf8))
    let long = String(repeating: "x", count: 100_000)
    let error = #expect(throws: SpoolError.self) {
      try SweepRequest(file, environment: { _ in long })
    }
    #expect(
      error?.message
        == "the command of the sweep has more than \(Job.sizeLimit) bytes once its macros are"
        + " replaced, and a job file holds no more")
  }

  @Test func theLengthOfAJSONTextIsCountedExactly() throws {
    for text in [
      "null", "[true,false,1.50,-2e7]", #"{"a":{"b":[],"c":{}},"é":"\n\u0001\"\\ü"}"#, "[]", "{}",
      #"["\u007f\t\r\b\f/"]"#,
    ] {
      let value = try JSON(parsing: Array(text.utf8), dialect: .strict)
      #expect(value.textCount == value.text.utf8.count)
    }
  }
}
