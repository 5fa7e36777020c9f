import SpoolQueue
import SpoolTesting
import Testing

@testable import SpoolAgent

@Suite("Files of variables") struct EnvironmentFileTests {
  private func read(_ path: String) throws -> [String] {
    var files = EnvironmentFiles()
    return try files.read(path).map { "\($0.0)=\($0.1)" }
  }

  private func complaint(_ path: String) -> SpoolError? {
    #expect(throws: SpoolError.self) { try read(path) }
  }

  @Test("Blank lines, comments, export, quotes and the ends of DOS's lines are taken off")
  func lines() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/env"
      try writeFile(
        path, "# A=0\n\n  A=1\r\nexport B='b c'\r\n\tC=\"d\"\nD=\"e\nE==f=\nF=\n\r\nG=\"\n")
      #expect(
        try read(path) == ["A=1", "B=b c", "C=d", "D=\"e", "E==f=", "F=", "G=\""])
      #expect(try read("/dev/null") == [])
    }
  }

  @Test("A path that leads to no readable file is the job's fault, whatever is wrong with it")
  func paths() throws {
    try withTemporaryDirectory { directory in
      func path(_ name: String) -> String { directory + "/" + name }
      try writeFile(path("file"), "A=1\n")
      try Platform.makeLink(path("loop"), to: "loop")
      try Platform.makeLink(path("one"), to: path("two"))
      try Platform.makeLink(path("two"), to: path("one"))
      try Platform.makeLink(path("dangling"), to: path("nothing"))
      try Platform.makePipe(path("pipe"))
      try Platform.makePipe(path("written"))
      // A writer that writes nothing: to read is to wait.
      let reader = try System.openFollowing(path("written"))
      let writer = try System.openForWriting(path("written"))
      let socket = Descriptor(try Platform.makeSocket(path("socket")))
      let wrong = [
        "loop", "one", "dangling", "pipe", "written", "socket", "nothing", "file/below",
        "loop/below", "nothing/below", String(repeating: "n", count: 256),
        String(repeating: "n/", count: 3000), ".", "",
      ].map { path($0) }
      for path in wrong + ["/dev/zero", "/dev/full", "/dev/random", "/", ""] {
        #expect(complaint(path)?.kind == .badInput, "\(path)")
      }
      _ = (reader.number, writer.number, socket.number)
    }
  }

  @Test("One line that is none, a NUL and too many bytes are told")
  func contents() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/env"
      for (text, words) in [
        ("A=1\nB\n", "line 2, column 1: is not of the form NAME=value"),
        ("=1\n", "line 1, column 1: is not of the form NAME=value"),
        ("A=1\nB=\0\n", "line 2, column 1: holds a NUL character"),
      ] {
        try writeFile(path, text)
        #expect(complaint(path)?.message == "\(path): \(words)")
      }
      let line = "A=" + String(repeating: "x", count: 61) + "\n"
      try writeFile(path, String(repeating: line, count: EnvironmentFiles.limit / 64))
      var files = EnvironmentFiles()
      for _ in 0..<16 { _ = try files.read(path) }
      let error = #expect(throws: SpoolError.self) { _ = try files.read(path) }
      #expect(error?.message.contains("more than 16777216 bytes together") == true)
      try writeFile(path, String(repeating: line, count: EnvironmentFiles.limit / 64) + "B=1\n")
      #expect(complaint(path)?.message.contains("more than 1048576 bytes") == true)
    }
  }
}
