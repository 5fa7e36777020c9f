import SpoolQueue
import SpoolTesting
import Testing

@Suite struct JobFileErrorTests {
  /// Members that stand beside a command, on the second line, and what is said of them.
  static let members: [(String, String)] = [
    (#""comand": 1"#, #"line 2, column 1: unknown key "comand" (did you mean "command"?)"#),
    (#""retires": 1"#, #"line 2, column 1: unknown key "retires" (did you mean "retries"?)"#),
    (
      #""run-config": {}"#,
      #"line 2, column 1: unknown key "run-config" (did you mean "run_config"?)"#
    ),
    (#""nev": {}"#, #"line 2, column 1: unknown key "nev" (did you mean "env"?)"#),
    (#""foo": 1"#, #"line 2, column 1: unknown key "foo""#),
    (#""quite\nelse": 1"#, #"line 2, column 1: unknown key "quite\nelse""#),
    (#""X-a": 1"#, #"line 2, column 1: unknown key "X-a""#),

    (
      #""retries": "3""#,
      #"line 2, column 12: "retries" must be a whole number of 0 or more, not a string"#
    ),
    (
      #""retries": -1"#,
      #"line 2, column 12: "retries" must be a whole number of 0 or more, not -1"#
    ),
    (
      #""retries": 1.5"#,
      #"line 2, column 12: "retries" must be a whole number of 0 or more, not 1.5"#
    ),
    (
      #""retries": 1e400"#,
      #"line 2, column 12: "retries" must be a whole number of 0 or more, not 1e400"#
    ),
    (
      #""retries": null"#,
      #"line 2, column 12: "retries" must be a whole number of 0 or more, not null"#
    ),
    (#""slots": 0"#, #"line 2, column 10: "slots" must be a whole number of 1 or more, not 0"#),
    (
      #""gpus": true"#,
      #"line 2, column 9: "gpus" must be a whole number of 0 or more, or a share of one gpu in"#
        + " eighths: 0.125, 0.25 … 0.875, not true"
    ),
    (
      #""gpus": 0.3"#,
      #"line 2, column 9: "gpus" must be a whole number of 0 or more, or a share of one gpu in"#
        + " eighths (0.25 or 0.375), not 0.3"
    ),
    (
      #""gpus": 1.5"#,
      #"line 2, column 9: "gpus" must be a whole number of 0 or more, or a share of one gpu in"#
        + " eighths (1 or 2), not 1.5"
    ),
    (
      #""priority": 100"#,
      #"line 2, column 13: "priority" must be a whole number from 0 to 99, not 100"#
    ),
    (
      #""retry_on": [1, 256]"#,
      #"line 2, column 17: entry 2 of "retry_on" must be a whole number from 0 to 255, not 256"#
    ),
    (#""retry_on": 1"#, #"line 2, column 13: "retry_on" must be an array, not a number"#),
    (#""split": "yes""#, #"line 2, column 10: "split" must be true or false, not a string"#),

    (
      #""timeout": "soon""#,
      #"line 2, column 12: "timeout" must be a duration like "90s", "15m" or "1h30m", or a number of"#
        + #" seconds, not "soon""#
    ),
    (
      #""timeout": []"#,
      #"line 2, column 12: "timeout" must be a duration like "90s", "15m" or "1h30m", or a number of"#
        + " seconds, not an array"
    ),
    (#""timeout": 0"#, #"line 2, column 12: "timeout" must be more than 0, not 0"#),
    (#""timeout": "0s""#, #"line 2, column 12: "timeout" must be more than 0, not "0s""#),
    (#""warn": -1"#, #"line 2, column 9: "warn" must be more than 0, not -1"#),
    (#""retry_delay": -0.5"#, #"line 2, column 16: "retry_delay" must be 0 or more, not -0.5"#),
    (#""timeout": 1e300"#, #"line 2, column 12: "timeout" must be at most 36500d, not 1e300"#),

    (
      #""not_before": "tomorrow""#,
      #"line 2, column 15: "not_before" must be a time like "2026-11-22T13:15:01Z", not "tomorrow""#
    ),
    (
      #""not_before": 5"#,
      #"line 2, column 15: "not_before" must be a time like "2026-11-22T13:15:01Z", not a number"#
    ),
    (
      #""not_before": "2026-11-22T13:15:01""#,
      #"line 2, column 15: "not_before" needs a time zone at its end, as in "2026-11-22T13:15:01Z""#
    ),
    (
      #""not_before": "2026-11-31T13:15:01Z""#,
      #"line 2, column 15: "not_before" is not a time that exists: "2026-11-31T13:15:01Z""#
    ),

    (#""args": "-x""#, #"line 2, column 9: "args" must be an array of strings, not a string"#),
    (
      #""args": ["-n", 3]"#, #"line 2, column 16: entry 2 of "args" must be a string, not a number"#
    ),
    (
      #""args": ["a\u0000b"]"#,
      #"line 2, column 10: entry 1 of "args" must not hold a NUL character"#
    ),
    (#""entry_point": [""]"#, #"line 2, column 17: entry 1 of "entry_point" must not be empty"#),
    (#""tags": [""]"#, #"line 2, column 10: entry 1 of "tags" must not be empty"#),
    (#""cwd": """#, #"line 2, column 8: "cwd" must not be empty"#),
    (#""cwd": "a\u0000""#, #"line 2, column 8: "cwd" must not hold a NUL character"#),
    (#""run_config": []"#, #"line 2, column 15: "run_config" must be an object, not an array"#),

    (#""env": ["A=B"]"#, #"line 2, column 8: "env" must be an object, not an array"#),
    (#""env": {"A": true}"#, #"line 2, column 14: "A" of "env" must be a string, not true"#),
    (#""env": {"A": "\u0000"}"#, #"line 2, column 14: "A" of "env" must not hold a NUL character"#),
    (#""env": {"": "x"}"#, #"line 2, column 9: "" of "env" is not the name of a variable"#),
    (
      #""env": {"A=B": "x"}"#,
      #"line 2, column 9: "A=B" of "env" is not the name of a variable: it holds a '=' or a NUL character"#
    ),

    (#""umask": 22"#, #"line 2, column 10: "umask" must be octal text like "022", not a number"#),
    (#""umask": "088""#, #"line 2, column 10: "umask" must be octal text like "022", not "088""#),
    (#""umask": "1777""#, #"line 2, column 10: "umask" must be octal text like "022", not "1777""#),
    (#""umask": "-22""#, #"line 2, column 10: "umask" must be octal text like "022", not "-22""#),
    (
      #""name": "a b""#,
      #"line 2, column 9: "name" must be a name (letters, digits and '_', after the first also '.'"#
        + #" and '-'; at most 128), not "a b""#
    ),
    (
      #""unique": "-a""#,
      #"line 2, column 11: "unique" must be a name (letters, digits and '_', after the first also"#
        + #" '.' and '-'; at most 118), not "-a""#
    ),
    (#""retry_of": """#, #"line 2, column 13: "retry_of" must not be empty"#),

    (#""after": ["a"]"#, #"line 2, column 10: "after" must be an object, not an array"#),
    (
      #""after": {"okk": []}"#,
      #"line 2, column 11: unknown key "okk" in "after" (did you mean "ok"?)"#
    ),
    (
      #""after": {"ok": "a"}"#,
      #"line 2, column 17: "ok" of "after" must be an array of runs, not a string"#
    ),
    (
      #""after": {"any": ["a", 1]}"#,
      #"line 2, column 24: entry 2 of "any" of "after" must be a string, not a number"#
    ),
    (
      #""hooks": {"on_fail": []}"#, #"line 2, column 11: unknown key "on_fail" in "hooks""#
    ),
    (
      #""hooks": {"on_end": [""]}"#,
      #"line 2, column 22: entry 1 of "on_end" of "hooks" must not be empty"#
    ),
    (
      #""inputs": {"a": {"type": "float"}}"#,
      #"line 2, column 26: "type" of "a" of "inputs" must be one of string, integer, number,"#
        + #" boolean, array, object, not "float""#
    ),
    (
      #""inputs": {"a": {"mni": 1}}"#,
      #"line 2, column 18: unknown key "mni" in "a" of "inputs" (did you mean "min"?)"#
    ),
    (
      #""inputs": {"a": {"min": 5, "max": 1.5}}"#,
      #"line 2, column 35: "max" of "a" of "inputs" must be at least "min", 5, not 1.5"#
    ),
    (
      #""inputs": {"a": {"b": {"choices": []}}}"#,
      #"line 2, column 35: "choices" of "b" of "a" of "inputs" must not be empty: no value would"#
        + " be allowed"
    ),
    (
      #""inputs": {"a": {"type": "string", "min": 1}}"#,
      #"line 2, column 26: "type" of "a" of "inputs" has no order, so that "min" and "max" have no"#
        + " place beside it"
    ),
    (#""format": 0"#, #"line 2, column 11: "format" must be 1 or 2, not 0"#),
    (#""format": "1""#, #"line 2, column 11: "format" must be 1 or 2, not "1""#),
    (
      #""script": "x""#,
      #"line 2, column 1: "script" beside "command": only one of "command", "script" and "job" can"#
        + " be given"
    ),
    (
      #""job": "x""#,
      #"line 2, column 1: "job" beside "command": only one of "command", "script" and "job" can be"#
        + " given"
    ),
    (#""é": "é", ]"#, #"line 2, column 11: expected a key in double quotes"#),
  ]

  @Test(arguments: members)
  func saysWhatIsWrongBesideACommand(_ members: String, _ description: String) {
    let text = "{\"command\": [\"true\"],\n\(members)}"
    let error = #expect(throws: JobFileError.self) { try Job(parsing: Array(text.utf8)) }
    #expect(error?.description == description)
    #expect(error?.isTruncation == false)
    #expect(error?.isTooNew == false)
  }

  @Test(arguments: [
    ("[]", "line 1, column 1: the file must be an object, not an array"),
    ("// x\n 7", "line 2, column 2: the file must be an object, not a number"),
    (
      " {}", #"line 1, column 2: one of "command", "script" and "job" is needed"#
    ),
    (#"{"command": []}"#, #"line 1, column 13: "command" must not be empty"#),
    (#"{"command": [""]}"#, #"line 1, column 14: entry 1 of "command" must not be empty"#),
    (
      #"{"command": "make all"}"#,
      #"line 1, column 13: "command" must be an array of strings, not a string"#
    ),
    (#"{"script": ""}"#, #"line 1, column 12: "script" must not be empty"#),
    (
      #"{"job": "a:b:c"}"#,
      #"line 1, column 9: "job" must be a job's name as in [ENTITY/]JOB[:VERSION], not "a:b:c""#
    ),
    (
      #"{"job": "/a"}"#,
      #"line 1, column 9: "job" must be a job's name as in [ENTITY/]JOB[:VERSION], not "/a""#
    ),
    (
      #"{"job": "a", "script": "x", "comand": 1}"#,
      #"line 1, column 29: unknown key "comand" (did you mean "command"?)"#
    ),
    (
      #"{"job": "a", "job": "a"}"#, #"line 1, column 14: the key "job" is given twice"#
    ),
  ])
  func saysWhatIsWrongWithAFile(_ text: String, _ description: String) {
    let error = #expect(throws: JobFileError.self) { try Job(parsing: Array(text.utf8)) }
    #expect(error?.description == description)
  }

  @Test func aFileThatEndsTooEarlyIsATruncation() {
    let whole = Array(JobFileTests.whole.utf8)
    for length in 0..<whole.count {
      let error = #expect(throws: JobFileError.self) {
        try Job(parsing: Array(whole.prefix(length)))
      }
      #expect(error?.isTruncation == true)
    }
  }

  @Test func aNewerFormatIsToldApartBeforeItsKeysAreLookedAt() {
    let text = "{\"novelty\": 1,\n \"format\": 3}"
    let error = #expect(throws: JobFileError.self) { try Job(parsing: Array(text.utf8)) }
    #expect(error?.isTooNew == true)
    #expect(
      error?.description == """
        line 2, column 2: "format" is 3 and this spool knows none above 2; a newer spool is needed
        """)
  }

  @Test func limitsAreHeld() throws {
    func error(_ text: String) -> String? {
      #expect(throws: JobFileError.self) { try Job(parsing: Array(text.utf8)) }?.description
    }
    func notes(_ count: Int) -> String {
      #"{"command": ["x"], "notes": ""# + String(repeating: "n", count: count) + "\"}"
    }
    #expect(throws: Never.self) { try Job(parsing: Array(notes(65_536).utf8)) }
    #expect(
      error(notes(65_537)) == #"line 1, column 29: "notes" must be at most 65536 bytes, not 65537"#)
    #expect(
      error(notes(1 << 20)) == "the file has more than 1048576 bytes, which is the limit")

    func after(_ count: Int) -> String {
      let names = (0..<count).map { "\"r\($0)\"" }.joined(separator: ",")
      return #"{"command": ["x"], "after": {"any": ["# + names + "]}}"
    }
    #expect(throws: Never.self) { try Job(parsing: Array(after(10_000).utf8)) }
    #expect(
      error(after(10_001))
        == #"line 1, column 29: "after" must name at most 10000 runs, not 10001"#)

    let deep = String(repeating: "[", count: 62) + String(repeating: "]", count: 62)
    #expect(throws: Never.self) {
      try Job(parsing: Array(#"{"command": ["x"], "run_config": {"a": \#(deep)}}"#.utf8))
    }
    #expect(
      error(#"{"command": ["x"], "run_config": {"a": [\#(deep)]}}"#)
        == "line 1, column 102: more than 64 levels of nesting")
  }

  @Test func aLongValueIsShownInPart() {
    let text = #"{"command": ["x"], "timeout": ""# + String(repeating: "y", count: 500) + "\"}"
    let error = #expect(throws: JobFileError.self) { try Job(parsing: Array(text.utf8)) }
    #expect(error?.message.hasSuffix("not \"" + String(repeating: "y", count: 58) + "…") == true)
  }

  @Test func anErrorInsideAPartNamesThePlaceInTheFile() {
    func error(_ text: String) -> String? {
      #expect(throws: JobFileError.self) {
        try Job(parsing: Array(text.utf8), at: [.key("overrides")], partial: true)
      }?.description
    }
    #expect(
      error("{\"overrides\":\n {\"args\": 1}}")
        == "line 2, column 11: \"args\" must be an array of strings, not a number")
    #expect(
      error("{\"overrides\": 1}")
        == "line 1, column 15: \"overrides\" must be an object, not a number")
    #expect(error(" {}") == "line 1, column 2: the file has no such value")
  }

  @Test(arguments: 0..<4) func aDamagedFileIsReadOrRefused(_ seed: Int) {
    var generator = SeededGenerator(state: UInt64(seed))
    let whole = Array(JobFileTests.whole.utf8)
    for _ in 0..<2_000 {
      let bytes = mutate(whole, with: &generator)
      do throws(JobFileError) {
        let job = try Job(parsing: bytes)
        #expect(try Job(recorded: job.json) == job)
        _ = try? job.launchedCommand(run: "r", queue: "q")
      } catch {
        #expect(error.line != nil && error.column != nil)
      }
      _ = try? QueueSettings(parsing: bytes)
    }
  }
}
