import SpoolQueue
import Testing

@Suite("spool stats, with the real program")
struct StatsTests {
  private func prepare(_ spool: SpoolUnderTest) throws {
    try spool.drop("10-a.json", #"{"command": ["true"], "tags": ["t"]}"#)
    try spool.drop("20-b.json", #"{"script": "exit 3"}"#)
    try spool.drop("30-c.json", #"{"command": ["sleep", "60"], "timeout": "50ms"}"#)
    try spool.drain()
    _ = try spool.launch(["--hold", "--", "true"])
  }

  @Test("figures of what ran, as text and as JSON, of all and of some")
  func figures() throws {
    try withSpool { spool in
      try prepare(spool)
      let text = try spool.output(["stats"])
      #expect(text.hasPrefix("lab/tests\nwaiting     1 idle, 1 of them held\n"))
      #expect(text.contains("\nended       1 finished, 2 failed\n"))
      #expect(text.contains("\nfailures    1  exit status 3\n            1  time limit\n"))
      let line = try spool.output(["stats", "--json", "--tag", "t"])
      let json = try JSON(parsing: Array(line.utf8), dialect: .strict)
      #expect(json["runs"]?["finished"]?.intValue == 1)
      #expect(json["runs"]?["failed"]?.intValue == 0)
      #expect(json["held"]?.intValue == 0)
      #expect(json["wait_s"]?["count"]?.intValue == 1)
      let none = try spool.output(["stats", "--json", "--since", "2200-01-01T00:00:00Z"])
      #expect(none.contains(#""idle":1,"queued":0"#) && none.contains(#""finished":0}"#))
    }
  }

  @Test("several queues, and one that is not there")
  func queues() throws {
    try withSpool { spool in
      try spool.run(["queue", "create", "second"])
      try spool.run(["queue", "create", "-e", "other", "third"])
      func queues(_ words: [String]) throws -> [String] {
        try spool.output(["stats", "--json"] + words).split(separator: "\n").map { line in
          let json = try JSON(parsing: Array(line.utf8), dialect: .strict)
          return "\(json["entity"]?.stringValue ?? "")/\(json["queue"]?.stringValue ?? "")"
        }
      }
      #expect(
        try queues(["-q", "second", "-q", "tests", "-q", "second"]) == ["lab/second", "lab/tests"])
      #expect(try queues(["--all"]) == ["lab/second", "lab/tests", "other/third"])
      #expect(try queues(["--all", "-e", "other"]) == ["other/third"])
      let listed = try spool.run(["list", "--all", "-e", "other"])
      #expect(listed.hasPrefix("other/third: ") && !listed.contains("lab/"), "\(listed)")
      #expect(try spool.output(["stats", "-q", "nowhere"], expecting: 3) == "")
      for words in [
        ["--all", "-q", "tests"], ["--json", "--prometheus"], ["--all", "--sweep", "x"],
        ["--every", "soon"], ["-o", ""],
      ] {
        #expect(try spool.output(["stats"] + words, expecting: 2) == "")
      }
      // A wrong name is no trouble that passes.
      try spool.run(["stats", "-o", "/nowhere/s", "--every", "100ms"], expecting: 3)
    }
  }

  @Test("metrics replace the file by a rename, readable for others; what fails leaves the old one")
  func file() throws {
    try withSpool { spool in
      try prepare(spool)
      let folder = spool.path("hooks/metrics")
      try System.makeDirectory(folder, permissions: 0o755)
      let file = folder + "/spool.prom"
      let words = ["stats", "--all", "--prometheus", "-o", file]
      #expect(try spool.output(words) == "")
      let first = try System.information(file)
      #expect(first.permissions == 0o644)
      let text = try readText(file)
      #expect(text.contains(#"spool_runs{entity="lab",queue="tests",state="failed"} 2"# + "\n"))
      #expect(text.contains("# TYPE spool_runs gauge\n"))
      #expect(text.hasSuffix("\n"))
      try spool.run(words)
      #expect(try System.information(file).inode != first.inode)
      #expect(try System.list(folder) == ["spool.prom"])

      // A directory in its place; a directory that is not there.
      let folderInPlace = folder + "/taken.prom"
      try System.makeDirectory(folderInPlace, permissions: 0o755)
      let refused = try spool.run(["stats", "--prometheus", "-o", folderInPlace], expecting: 2)
      #expect(refused.contains(folderInPlace + ": is a directory: name a file in it"))
      try spool.run(["stats", "-o", folder + "/missing/x"], expecting: 3)
      #expect(try System.list(folder).sorted() == ["spool.prom", "taken.prom"])
      #expect(try readText(file).hasPrefix("# HELP spool_queue_up "))
      try System.removeDirectory(folderInPlace)
      try System.unlink(file)
      try System.removeDirectory(folder)
    }
  }

  @Test("--every writes again and again, whole each time, and ends by the signal that ends it")
  func every() throws {
    try withSpool { spool in
      try prepare(spool)
      let file = spool.path("hooks/spool.prom")
      let program = try spool.start([
        "stats", "--all", "--prometheus", "-o", file, "--every", "100ms",
      ])
      var inodes: Set<UInt64> = []
      try eventually("five files") {
        guard let information = try? System.information(file) else { return false }
        inodes.insert(UInt64(information.inode))
        let text = try readText(file)
        #expect(text.hasPrefix("# HELP spool_queue_up ") && text.hasSuffix("\n"))
        #expect(text.contains("\nspool_stats_timestamp_seconds "))
        // The inode of a file that was replaced may be used again.
        return inodes.count >= 2
      }
      #expect(try program.terminate() == 128 + 15)
      #expect(try spool.names("hooks") == ["spool.prom"])
      #expect(program.output == "")
      try System.unlink(file)
    }
  }

  @Test("a queue that goes away is told of, keeps no other from being counted, and comes back")
  func away() throws {
    try withSpool { spool in
      try spool.run(["queue", "create", "second"])
      let second = spool.path("../second")
      let file = spool.path("hooks/spool.prom")
      let program = try spool.start([
        "stats", "-q", "second", "-q", "tests", "--prometheus", "-o", file, "--every", "100ms",
      ])
      func waitFor(_ up: Int) throws {
        try eventually("second up \(up), tests up 1") {
          let text = (try? readText(file)) ?? ""
          return text.contains("spool_queue_up{entity=\"lab\",queue=\"second\"} \(up)\n")
            && text.contains("spool_queue_up{entity=\"lab\",queue=\"tests\"} 1\n")
        }
      }
      try waitFor(1)
      try System.rename(second, second + ".away")
      try waitFor(0)
      // Told once, however often the file is written.
      var texts: Set<String> = []
      try eventually("written again and again") {
        texts.insert(try readText(file))
        return texts.count >= 4
      }
      let lines = program.output.split(separator: "\n")
      #expect(lines.count { $0.hasPrefix("spool: lab/second: ") } == lines.count)
      #expect(Set(lines).count == lines.count)
      try System.rename(second + ".away", second)
      try waitFor(1)
      #expect(try program.terminate() == 128 + 15)
      try System.unlink(file)
    }
  }
}
