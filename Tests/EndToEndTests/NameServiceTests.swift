import SpoolQueue
import SpoolTesting
import Testing

@Suite("People and groups whom only getent knows")
struct NameServiceTests {
  /// A `getent` that knows one person and one group, and counts how often it is asked.
  private func withService(
    _ script: String? = nil,
    _ body: (SpoolUnderTest, _ path: String, _ asked: String) throws -> Void
  ) throws {
    try withTemporaryDirectory { directory in
      let asked = directory + "/asked"
      let answers = """
        echo "$@" >>\(asked)
        case "$1 $2" in
          "passwd 54321" | "passwd dora") echo "dora:*:54321:54321:Dora:/home/dora:/bin/zsh" ;;
          "group biology" | "group 54400") echo "biology:*:54400:emil,dora" ;;
          "group big group") echo "big group:*:54401:" ;;
          *) exit 2 ;;
        esac
        """
      try System.create(directory + "/getent", permissions: 0o700).write(
        Array("#!/bin/sh\n\(script ?? answers)\n".utf8))
      try withSpool { try body($0, directory + ":/usr/bin:/bin", asked) }
    }
  }

  @Test("names of owners are shown, and asked for once", .enabled(if: Platform.isRoot))
  func owners() throws {
    try withService { spool, path, asked in
      for number in 1...20 {
        try spool.drop("a\(number).json", #"{"command": ["true"]}"#)
        try Platform.setOwner(spool.path("queued/a\(number).json"), 54_321)
      }
      try spool.drop("b.json", #"{"command": ["true"]}"#)
      try Platform.setOwner(spool.path("queued/b.json"), 54_322)
      let list = try spool.start(["list", "--json"], environment: ["PATH": path])
      #expect(try list.waitForEnd(within: 120) == 0)
      #expect(list.output.split(separator: "\n").count { $0.contains(#""owner":"dora""#) } == 20)
      #expect(list.output.contains(#""owner":"54322""#))
      #expect(
        try readText(asked).split(separator: "\n").sorted() == ["passwd 54321", "passwd 54322"])
    }
  }

  @Test("queue create --group takes its names and numbers", .enabled(if: Platform.isRoot))
  func groups() throws {
    try withService { spool, path, asked in
      for (group, number) in [("biology", 54_400), ("54400", 54_400), ("big group", 54_401)] {
        let queue = spool.queue + "-\(group.replacing(" ", with: "_"))"
        let create = try spool.start(
          ["queue", "create", "--group", group, queue], environment: ["PATH": path])
        #expect(try create.waitForEnd(within: 120) == 0, "\(create.output)")
        #expect(try System.information(queue).group == UInt32(number))
      }
      for group in ["nobody-knows", "-x", ""] {
        let create = try spool.start(
          ["queue", "create", "--group=\(group)", spool.queue + "-x"], environment: ["PATH": path])
        #expect(try create.waitForEnd(within: 120) == 2)
        #expect(create.output.contains("there is no such group on this host"), "\(create.output)")
      }
      // What could be an option of getent is not handed to it.
      #expect(try !readText(asked).contains("-x"))
    }
  }

  @Test("a service that is away costs its time once; none, nothing", .enabled(if: Platform.isRoot))
  func away() throws {
    try withService("exec sleep 1000") { spool, path, _ in
      for number in 0..<30 {
        try spool.drop("a\(number).json", #"{"command": ["true"]}"#)
        try Platform.setOwner(spool.path("queued/a\(number).json"), UInt32(60_000 + number))
      }
      let create = try spool.start(
        ["queue", "create", "--group", "biology", spool.queue + "-x"], environment: ["PATH": path])
      #expect(try create.waitForEnd(within: 120) == 2)
      #expect(create.output.contains("has not answered within 5 seconds"), "\(create.output)")
      for path in [path, "/nowhere"] {
        let start = Instant.now
        let list = try spool.start(["list", "--json"], environment: ["PATH": path])
        #expect(try list.waitForEnd(within: 120) == 0)
        #expect(list.output.split(separator: "\n").count == 30)
        // Each of 30 names alone would have cost five seconds.
        #expect(Instant.now - start < .seconds(100))
      }
    }
  }
}
