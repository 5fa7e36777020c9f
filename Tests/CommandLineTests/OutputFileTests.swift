import SpoolQueue
import SpoolTesting
import Testing

@testable import spool

@Suite("A file that is written as a whole") struct OutputFileTests {
  private func write(_ path: String, _ text: String, permissions: UInt32? = nil) throws {
    try OutputFile(path).write(Array(text.utf8), permissions: permissions)
  }

  @Test("The old file or the new one, and nothing beside it") func replaces() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/page.html"
      try write(path, "one")
      #expect(try readFile(path) == "one")
      try write(path, "two")
      #expect(try readFile(path) == "two")
      #expect(try System.list(directory) == ["page.html"])
    }
  }

  @Test("A file keeps its permissions, a new one gets those that are asked for") func permissions()
    throws
  {
    try withTemporaryDirectory { directory in
      let path = directory + "/page.html"
      try write(path, "one", permissions: 0o640)
      #expect(try System.information(path).permissions == 0o640)
      try System.setPermissions(path, 0o604)
      try write(path, "two", permissions: 0o640)
      #expect(try System.information(path).permissions == 0o604)
    }
  }

  @Test("A symbolic link stays one") func symbolicLink() throws {
    try withTemporaryDirectory { directory in
      try writeFile(directory + "/real.html", "one")
      let link = directory + "/link.html"
      try Platform.makeLink(link, to: "real.html")
      try write(link, "two")
      #expect(try System.information(link).isSymbolicLink)
      #expect(try readFile(directory + "/real.html") == "two")
    }
  }

  @Test("What is not a file is not replaced, and the message says what to do") func refusals()
    throws
  {
    try withTemporaryDirectory { directory in
      try Platform.makeLink(directory + "/dangling", to: "nowhere")
      let cases: [(String, SpoolError.Kind, String)] = [
        (directory, .badInput, "is a directory: name a file in it"),
        ("/dev/null", .badInput, "is not a regular file, and is not replaced"),
        ("", .badInput, "the name of the file is empty"),
        (directory + "/dangling", .badInput, "is a symbolic link to nowhere"),
        (directory + "/missing/page.html", .notFound, "there is no directory"),
      ]
      for (path, kind, text) in cases {
        let error = #expect(throws: SpoolError.self) { try OutputFile(path) }
        #expect(error?.kind == kind, "\(path)")
        #expect(error?.message.contains(text) == true, "\(path): \(error?.message ?? "")")
      }
      #expect(try System.list(directory) == ["dangling"])
    }
  }

  @Test("A name may be as long as a file system takes it") func longName() throws {
    try withTemporaryDirectory { directory in
      let name = String(repeating: "\u{1F600}", count: 62) + ".html"
      try write(directory + "/" + name, "one")
      #expect(try System.list(directory) == [name])
    }
  }

  @Test("Who tells of a failure once knows it again") func sameFailure() throws {
    try withTemporaryDirectory { directory in
      let folder = directory + "/folder"
      try System.makeDirectory(folder, permissions: 0o700)
      let file = try OutputFile(folder + "/page.html")
      try System.removeDirectory(folder)
      let errors = (0..<2).map { _ in
        #expect(throws: SpoolError.self) { try file.write([0x61]) }
      }
      #expect(errors[0]?.message == errors[1]?.message)
      #expect(
        errors[0]?.message.hasPrefix(
          folder + "/page.html: cannot write a new file beside it: ") == true)
    }
  }

  @Test("A failed write leaves the old file and no litter") func failure() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/page.html"
      try writeFile(path, "old")
      let file = try OutputFile(path)
      // What is in its place by now cannot be replaced by a file.
      try System.unlink(path)
      try System.makeDirectory(path, permissions: 0o700)
      let error = #expect(throws: SpoolError.self) { try file.write([0x61]) }
      #expect(error?.message.hasPrefix("\(path): cannot replace: ") == true)
      #expect(try System.list(directory) == ["page.html"])
    }
  }
}
