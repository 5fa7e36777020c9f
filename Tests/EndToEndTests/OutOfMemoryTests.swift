import SpoolQueue
import SpoolTesting
import Testing

/// A control group with a memory limit; removed at the end.
private final class LimitedGroup {
  let path: String

  /// Returns nil where this user may not make one.
  init?(bytes: Int) {
    let name = "/spool-test-" + RunName.randomPart() + RunName.randomPart()
    for (parent, limit, swap) in [
      ("/sys/fs/cgroup", "memory.max", "memory.swap.max"),
      ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.memsw.limit_in_bytes"),
    ] {
      let path = parent + name
      guard (try? System.makeDirectory(path, permissions: 0o755)) != nil else { continue }
      if (try? System.openForWriting(path + "/" + limit).write(Array("\(bytes)".utf8))) != nil {
        // On a machine without swap there is no such file.
        try? System.openForWriting(path + "/" + swap).write(Array("\(bytes)".utf8))
        self.path = path
        return
      }
      try? System.removeDirectory(path)
    }
    return nil
  }

  deinit {
    // Until the last process has left it, it cannot be removed.
    try? eventually("the group is empty", within: 5) { (try? System.removeDirectory(path)) != nil }
  }
}

@Suite("Runs that the kernel ends for lack of memory")
struct OutOfMemoryRunTests {
  @Test(
    "the reason tells of it, of a command and of what a shell says of one; others' KILL does not")
  func hog() throws {
    guard let group = LimitedGroup(bytes: 100 << 20) else { return }
    try withSpool { spool in
      let agent = try spool.start(
        "/bin/sh",
        ["-c", "echo $$ >\(group.path)/cgroup.procs && exec \(BuiltProgram.path) agent --slots 1"],
        output: spool.path("agent.out"))
      try agent.waitFor("serving")
      let hog = #"awk 'BEGIN { for (text = "x"; ; text = text text) ; }'"#
      try spool.drop("direct.json", #"{"command": ["sh", "-c", "exec \#(hog.jsonEscaped)"]}"#)
      try spool.drop("shell.json", #"{"script": "\#(hog.jsonEscaped); exit $?"}"#)
      try spool.drop("other.json", #"{"script": "kill -KILL $$"}"#)
      for run in ["direct", "shell", "other"] { try spool.waitForRecord(run) }
      let lack = "out of memory: the kernel has ended a process of its control group"
      #expect(try spool.record("direct").reason == "signal KILL, " + lack)
      #expect(try spool.record("shell").reason == "exit status 137, " + lack)
      #expect(try spool.record("other").reason == "signal KILL")
      #expect(try agent.terminate() == 0)
    }
    withExtendedLifetime(group) {}
  }
}

extension String {
  /// As it stands in a JSON text.
  fileprivate var jsonEscaped: String { String(JSON.string(self).text.dropFirst().dropLast()) }
}
