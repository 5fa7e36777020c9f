import SpoolQueue
import Testing

@testable import spool

@Suite("What differs from the run that a job comes from")
struct JobDifferenceTests {
  private func lines(_ old: String, _ new: String, priority: Int = 50) throws -> [String] {
    let old = AskedRun(
      run: "t-9x7c", job: try Job(parsing: Array(old.utf8), partial: true), priority: 50)
    return JobDifference.between(
      old, try Job(parsing: Array(new.utf8), partial: true), priority: priority
    ).map(\.text)
  }

  @Test(
    "A line a key, in the order of a job file",
    arguments: [
      (#"{"gpus":1}"#, #"{"gpus":2}"#, ["gpus 1 -> 2"]),
      (#"{"gpus":1,"notes":"a"}"#, #"{"notes":"a","gpus":1}"#, []),
      (#"{"timeout":60}"#, #"{"timeout":5400}"#, ["timeout 1m -> 1h30m"]),
      (#"{}"#, #"{"run_config":{"a":{"b":1.0}}}"#, ["run_config.a.b none -> 1.0"]),
      (
        #"{"run_config":{"a":{"b":1},"c":"x"}}"#, #"{"run_config":{"a":2}}"#,
        [#"run_config.a {"b":1} -> 2"#, #"run_config.c "x" -> none"#]
      ),
      (#"{"command":["a b","c"]}"#, #"{"command":["d"]}"#, ["command 'a b' c -> d"]),
      (#"{"retry_of":"a"}"#, #"{"retry_of":"b"}"#, []),
      (#"{"x-a":1}"#, #"{"x-b":"\u001b[2J"}"#, ["x-a 1 -> none", #"x-b none -> "\u001b[2J""#]),
      (#"{"after":{"ok":["a"]}}"#, #"{}"#, [#"after.ok ["a"] -> none"#]),
    ])
  func keys(_ old: String, _ new: String, _ expected: [String]) throws {
    #expect(try lines(old, new) == expected)
  }

  @Test("The priority is that of the names, whatever the files say; long values are cut")
  func priority() throws {
    #expect(try lines(#"{"priority":3}"#, #"{"priority":3}"#, priority: 7) == ["priority 50 -> 7"])
    let long = String(repeating: "x", count: 5000)
    let line = try lines("{}", #"{"notes":"\#(long)"}"#)[0]
    #expect(line.count < 250 && line.hasSuffix("…"))
  }
}
