import SpoolTesting
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

@Suite("What a program of the host says") struct ProgramOutputTests {
  private func shell(
    _ script: String, within seconds: Double = 60, limit: Int = 1 << 20
  ) -> ProgramOutput {
    ProgramOutput.of(["sh", "-c", script], within: seconds, limit: limit)
  }

  @Test("Its output, when it ends well") func output() {
    #expect(shell("echo a; echo b >&2; cat") == .output(Array("a\n".utf8)))
    #expect(shell("true") == .output([]))
    #expect(shell("head -c 300000 /dev/zero") == .output([UInt8](repeating: 0, count: 300_000)))
    #expect(
      ProgramOutput.of(["printf", "%s", "a b$HOME"], within: 60) == .output(Array("a b$HOME".utf8)))
    #expect(
      ProgramOutput.of(["printf", "%s", String(raw: [0x61, 0xE9])], within: 60)
        == .output([0x61, 0xE9]))
  }

  @Test("Nothing of it, when it ends badly, says too much or is not there") func failed() {
    #expect(shell("echo a; exit 3") == .failed)
    #expect(shell("kill -9 $$") == .failed)
    #expect(shell("head -c 300000 /dev/zero", limit: 1000) == .failed)
    #expect(ProgramOutput.of(["no-such-program-here"], within: 60) == .missing)
    #expect(ProgramOutput.of(["sh", "-c", "echo\0 a"], within: 60) == .missing)
    #expect(ProgramOutput.of([], within: 60) == .missing)
  }

  @Test("It is ended with what it started, when its time is over") func late() throws {
    try withTemporaryDirectory { directory in
      let script =
        "sleep 1000 & echo $! >\(directory)/.pid; mv \(directory)/.pid \(directory)/pid; wait"
      #expect(shell(script, within: 2) == .late)
      let pid = try #require(Int32(try readFile(directory + "/pid").dropLast()))
      eventually("its child is gone") { !Processes.isAlive(pid) }
    }
  }

  @Test("What it leaves behind does not hold anybody up") func left() throws {
    try withTemporaryDirectory { directory in
      // The child keeps the pipe open until the test lets it go, or is over.
      try writeFile(directory + "/held", "")
      let start = Instant.now
      #expect(
        shell("echo a; (while [ -e \(directory)/held ]; do sleep 0.1; done) & exit 0")
          == .output(Array("a\n".utf8)))
      #expect(Instant.now - start < .seconds(50))
    }
  }
}
