import SpoolQueue
import Testing

@Suite struct JobFileMergingTests {
  /// Merges parts of jobs, the first over the others, and gives the result as text.
  private func merge(_ parts: String...) throws -> String {
    let jobs = try parts.map { try Job(parsing: Array($0.utf8), partial: true) }
    return jobs.dropFirst().reduce(jobs.first ?? Job()) { $0.merging(over: $1) }.json.text
  }

  @Test func whatIsGivenReplaces() throws {
    #expect(
      try merge(
        #"{"args":["a"],"tags":[],"priority":3,"after":{"ok":["x"]}}"#,
        #"{"args":["b","c"],"tags":["t"],"after":{"any":["y"]},"timeout":5}"#)
        == #"{"args":["a"],"tags":[],"priority":3,"timeout":5,"after":{"ok":["x"]}}"#)
  }

  @Test func objectsMerge() throws {
    #expect(
      try merge(
        #"{"run_config":{"b":{"d":9,"e":8},"new":1,"l":[3]},"env":{"B":"own"}}"#,
        #"{"run_config":{"a":1.0,"b":{"c":2,"d":3},"l":[1,2]},"env":{"A":"1","B":"2"}}"#)
        == #"{"run_config":{"a":1.0,"b":{"c":2,"d":9,"e":8},"l":[3],"new":1},"#
        + #""env":{"A":"1","B":"own"}}"#)
  }

  @Test func anObjectAndAnythingElseReplaceEachOther() throws {
    #expect(
      try merge(#"{"run_config":{"a":1,"b":{"c":2}}}"#, #"{"run_config":{"a":{"x":1},"b":3}}"#)
        == #"{"run_config":{"a":1,"b":{"c":2}}}"#)
  }

  @Test func anEmptyEntryPointGivesNothing() throws {
    #expect(
      try merge(#"{"entry_point":[]}"#, #"{"entry_point":["x"]}"#) == #"{"entry_point":["x"]}"#)
    #expect(
      try merge(#"{"entry_point":["y"]}"#, #"{"entry_point":["x"]}"#) == #"{"entry_point":["y"]}"#)
  }

  @Test func anEmptyListIsALauncherAndAHookThatIsNone() throws {
    #expect(
      try merge(#"{"launcher":[]}"#, #"{"launcher":["nice"]}"#) == #"{"launcher":[]}"#)
    #expect(
      try merge(
        #"{"hooks":{"on_end":[],"timeout":5}}"#,
        #"{"hooks":{"on_end":["a"],"on_failure":["b"],"timeout":9}}"#)
        == #"{"hooks":{"on_end":[],"on_failure":["b"],"timeout":5}}"#)
  }

  @Test func launcherAndHooksOfAQueueStandBelowItsDefaults() throws {
    func defaults(_ text: String) throws -> String {
      try QueueSettings(parsing: Array(text.utf8)).jobDefaults.json.text
    }
    #expect(try defaults(#"{"launcher":["nice"],"defaults":{}}"#) == #"{"launcher":["nice"]}"#)
    #expect(
      try defaults(#"{"launcher":["nice"],"defaults":{"launcher":[]}}"#) == #"{"launcher":[]}"#)
    #expect(
      try defaults(
        #"{"hooks":{"on_end":["a"],"on_empty":["b"]},"defaults":{"hooks":{"on_end":["c"]}}}"#)
        == #"{"hooks":{"on_end":["c"],"on_empty":["b"]}}"#)
    #expect(try defaults(#"{"max_running":1}"#) == "{}")
  }

  @Test func aNamedJobGivesItsCommand() throws {
    #expect(
      try merge(#"{"job":"train","args":["x"]}"#, #"{"command":["python3"],"args":["y","z"]}"#)
        == #"{"job":"train","command":["python3"],"args":["x"]}"#)
  }

  @Test func aCommandOfItsOwnTakesNoOther() throws {
    #expect(
      try merge(#"{"script":"make"}"#, #"{"command":["x"],"entry_point":["y"],"cwd":"/"}"#)
        == #"{"script":"make","cwd":"/"}"#)
    #expect(
      try merge(#"{"command":["a"]}"#, #"{"job":"train","command":["b"]}"#) == #"{"command":["a"]}"#
    )
  }

  @Test func anotherNamedJobTakesNoCommandOfTheFirst() throws {
    #expect(
      try merge(#"{"job":"train:v2"}"#, #"{"job":"train:v1","command":["old"],"args":["a"]}"#)
        == #"{"job":"train:v2","args":["a"]}"#)
  }

  @Test func extensionsAreCarriedAlong() throws {
    #expect(
      try merge(#"{"x-a":1,"x-b":{"c":1}}"#, #"{"x-b":{"d":2},"x-c":3}"#)
        == #"{"x-a":1,"x-b":{"c":1},"x-c":3}"#)
  }

  @Test func theWholeOrderOfPrecedence() throws {
    #expect(
      try merge(
        #"{"job":"train","run_config":{"a":1}}"#, #"{"command":["x"],"run_config":{"a":2,"b":2}}"#,
        #"{"run_config":{"a":3,"b":3,"c":3},"retries":1}"#)
        == #"{"job":"train","command":["x"],"run_config":{"a":1,"b":2,"c":3},"retries":1}"#)
  }
}
