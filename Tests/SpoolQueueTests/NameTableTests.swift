import SpoolTesting
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

@Suite struct NameTableTests {
  @Test func namesStayTheBytesThatTheyAre() throws {
    try withTemporaryDirectory { directory in
      let names = ["a", "é", "\u{10FE80}\u{10FEFF}.json", "x y"]
      for name in names { try writeFile(directory + "/" + name, "") }
      let table = try NameTable(listing: directory) { _ in true }
      #expect(Set(table.texts) == Set(names))
      #expect(table.contained(of: Set(names + ["b"])) == Set(names))
      #expect(table.contained(of: []) == [])
      let some = try NameTable(listing: directory) { $0.count == 1 }
      #expect(some.texts == ["a"])
      #expect(Set(table.subtracting(some)) == Set(names.dropFirst()))
      #expect(some.subtracting(table) == [])
    }
  }

  @Test func goneFilesHaveNoTime() throws {
    try withTemporaryDirectory { directory in
      try writeFile(directory + "/a", "")
      var table = try NameTable(listing: directory) { _ in true }
      table.append("b")
      let folder = try System.open(directory, .directory)
      let times = table.modificationTimes(in: folder.number)
      #expect(times.count == 2)
      #expect(times[0] == (try System.information(directory + "/a").modified.nanoseconds))
      #expect(times[1] == nil)
    }
  }

  @Test func longFilesAreReadWhole() throws {
    try withTemporaryDirectory { directory in
      let text = String(repeating: "0123456789", count: 100_000)
      for (name, text) in [("long", text), ("empty", ""), ("exact", String(text.prefix(65_536)))] {
        try writeFile(directory + "/" + name, text)
      }
      let folder = try System.open(directory, .directory)
      var reader = RecordReader(in: folder.number)
      for (name, size) in [("long", 1_000_000), ("empty", 0), ("exact", 65_536)] {
        var table = NameTable()
        table.append(name)
        let count = try table.withNames { try reader.contents(of: $0[0]).count }
        #expect(count == size)
      }
    }
  }
}
