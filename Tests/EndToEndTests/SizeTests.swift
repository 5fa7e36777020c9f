import SpoolQueue
import SpoolTesting
import Testing

@Suite("Commands that are more than a system takes")
struct SizeTests {
  private static func repeated(_ word: String, _ count: Int) -> String {
    Array(repeating: "\"\(word)\"", count: count).joined(separator: ",")
  }

  /// 27 GB out of a file of 900 kB.
  private static let bomb =
    #"{"command":["true",\#(repeated("${args}", 60_000))],"args":["\#(String(repeating: "x", count: 120_000))"]}"#

  @Test("A file whose macros stand for gigabytes crashes with the numbers; the next run is started")
  func bomb() throws {
    try withSpool { spool in
      try spool.drop("10-bomb.json", Self.bomb)
      try spool.drop("20-good.json", #"{"command": ["true"]}"#)
      try spool.drain()
      let record = try spool.record("bomb")
      #expect(record.state == .crashed)
      #expect(
        record.reason?.hasPrefix(
          "the command takes \(60_000 * 120_009 + 13) bytes, with 60001 words and 0 variables")
          == true,
        "\(record.reason ?? "")")
      #expect(try spool.record("good").state == .finished)
    }
  }

  @Test("launch, its dry run and a sweep refuse it with the same sentence")
  func refused() throws {
    try withSpool { spool in
      try spool.write("bomb", Self.bomb)
      // The variables of the caller come to it.
      let words = "bytes, with 60001 words and 1 variable, and the system takes at most"
      for more in [[], ["--dry-run"], ["--hold"]] {
        let text = try spool.run(["launch", "--file", spool.path("bomb")] + more, expecting: 2)
        #expect(text.contains(words), "\(text.prefix(500))")
      }
      try spool.write(
        "sweep",
        #"{"method": "grid", "parameters": {"a": {"values": ["\#(String(repeating: "x", count: 120_000))"]}}, "command": ["true", \#(Self.repeated("${args}", 60_000))]}"#
      )
      for more in [[], ["--dry-run"]] {
        let text = try spool.run(["sweep", spool.path("sweep")] + more, expecting: 2)
        #expect(
          text.contains("the command takes 7200780") && text.contains(words), "\(text.prefix(500))")
      }
      #expect(try spool.names("queued").isEmpty)
      #expect(try spool.names("runs").isEmpty)
    }
  }

  @Test("What the files of variables add is counted as well")
  func variables() throws {
    try withSpool { spool in
      let line = String(repeating: "x", count: 100_000)
      for file in 0..<7 {
        try spool.write("\(file).env", (0..<10).map { "A\(file)\($0)=\(line)\n" }.joined())
      }
      try spool.write("long.env", "LONG=" + String(repeating: "x", count: 200_000) + "\n")
      let files = (0..<7).map { "\"\(spool.path("\($0).env"))\"" }.joined(separator: ", ")
      try spool.drop("all.json", #"{"command": ["true"], "env_file": [\#(files)]}"#)
      try spool.drop(
        "long.json", #"{"command": ["true"], "env_file": ["\#(spool.path("long.env"))"]}"#)
      try spool.drain()
      let all = try spool.record("all")
      #expect(all.state == .crashed)
      #expect(all.reason?.contains("the command takes 70") == true, "\(all.reason ?? "")")
      let long = try spool.record("long")
      #expect(long.state == .crashed)
      #expect(long.reason?.contains("the variable LONG has 200005 bytes") == true)
    }
  }

  @Test("A job whose file would be too large is refused at once")
  func file() throws {
    try withSpool { spool in
      let words = Array(repeating: String(repeating: "\u{1}", count: 100_000), count: 2)
      let text = try spool.run(["launch", "--", "true"] + words, expecting: 2)
      #expect(text.contains("more than 1048576 bytes"), "\(text.prefix(300))")
      #expect(try spool.names("runs").isEmpty)
    }
  }

  @Test("A path of env_file that leads to no file ends the run at once")
  func paths() throws {
    try withSpool { spool in
      try Platform.makeLink(spool.path("loop"), to: "loop")
      try Platform.makePipe(spool.path("pipe"))
      for (name, path) in [
        ("loop", spool.path("loop")), ("pipe", spool.path("pipe")), ("device", "/dev/zero"),
        ("directory", spool.path("")), ("below", spool.path("loop/x")),
        ("long", "/" + String(repeating: "n", count: 300)),
      ] {
        try spool.drop("\(name).json", #"{"command": ["true"], "env_file": ["\#(path)"]}"#)
      }
      // Somebody holds the pipe open, and writes nothing.
      let holder = try spool.start(
        "/bin/sh", ["-c", "exec 3<>\(spool.path("pipe")); echo open; exec sleep 1000"],
        output: spool.path("holder"))
      try eventually("the pipe to be held") { try spool.text("holder") == "open\n" }
      try spool.drain()
      for name in ["loop", "pipe", "device", "directory", "below", "long"] {
        let record = try spool.record(name)
        #expect(record.state == .crashed)
        #expect(
          record.reason?.contains("cannot read the env_file: ") == true, "\(record.reason ?? "")")
      }
      _ = holder
    }
  }
}
