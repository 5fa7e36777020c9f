import SpoolQueue
import SpoolTesting
import Testing

@Suite("What the kernel counts of processes that it ended for lack of memory")
struct OutOfMemoryTests {
  @Test(
    "The number is in a line of its own",
    arguments: [
      ("low 0\nhigh 0\nmax 12\noom 2\noom_kill 1\noom_group_kill 0\n", 1),
      ("oom_kill_disable 0\nunder_oom 0\noom_kill 7\n", 7), ("oom_kill 3", 3), ("", nil),
      ("oom_kill\n", nil), ("oom_kill x\n", nil), ("oom_kill 1 2\n", nil),
      ("oom_kill 99999999999999999999\n", nil), ("oom_kill_disable 1\n", nil),
    ])
  func counts(text: String, count: Int?) {
    #expect(OutOfMemory.count(in: Array(text.utf8)) == count)
  }

  @Test("The control group is found in both versions, whatever its name") func groups() {
    func files(_ text: String) -> [String] { OutOfMemory.files(of: Array(text.utf8)) }
    #expect(
      files("0::/user.slice/a:b\n").first == "/sys/fs/cgroup/user.slice/a:b/memory.events")
    #expect(files("0::/\n").first == "/sys/fs/cgroup/memory.events")
    #expect(
      files("4:cpu,memory:/x\n0::/\n").contains("/sys/fs/cgroup/memory/x/memory.oom_control"))
    #expect(files("nonsense\n::\n:::\n").contains("/sys/fs/cgroup/memory.events"))
  }

  @Test("The words name what was counted, and say nothing where nothing was") func words() {
    typealias Count = OutOfMemory.Count
    let before = Count(group: 2, host: 5)
    #expect(Count(group: 2, host: 5).words(since: before) == nil)
    #expect(
      Count(group: 3, host: 6).words(since: before)
        == "out of memory: the kernel has ended a process of its control group")
    #expect(
      Count(group: 2, host: 7).words(since: before)
        == "perhaps out of memory: the kernel has ended 2 processes of this host for lack of it")
    #expect(Count(group: 2, host: 7).remark(since: before) == nil)
    #expect(
      Count(group: 4).remark(since: before)
        == "meanwhile the kernel has ended 2 processes of its control group for lack of memory")
    // A counter that was not there, or that began anew, tells nothing.
    #expect(Count(group: 9, host: 9).words(since: Count()) == nil)
    #expect(Count(group: 1, host: 1).words(since: before) == nil)
    #expect(Count(group: .max).words(since: Count(group: .min))?.isEmpty != true)
  }

  @Test("A file that counts is read again and again") func file() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/memory.events"
      try writeFile(path, "oom_kill 1\n")
      let memory = OutOfMemory(files: [directory + "/none", "/dev/null", path])
      #expect(memory.countOfGroup == 1)
      try System.openForWriting(path).write(Array("oom_kill 2\n".utf8))
      #expect(memory.countOfGroup == 2)
      #expect(OutOfMemory(files: [directory + "/none"]).countOfGroup == nil)
    }
  }
}
