import SpoolQueue
import SpoolTesting
import Testing

@Suite("A page of real queues") struct PageTests {
  /// The page's data, as its script reads it.
  private func data(_ page: String) throws -> JSON {
    let head = #"<script type="application/json" id="data">"#
    let start = try #require(page.firstRange(of: head)).upperBound
    let end = try #require(page[start...].firstRange(of: "</script>")).lowerBound
    return try JSON(parsing: Array(page[start..<end].utf8), dialect: .strict)
  }

  private func names(_ page: String) throws -> [String] {
    try data(page)["runs"]?.arrayValue?.compactMap { $0.arrayValue?.first?.stringValue } ?? []
  }

  private func isWhole(_ page: String) -> Bool {
    page.hasPrefix("<!doctype html>") && page.hasSuffix("</html>\n")
  }

  @Test("It shows what became of runs, with the ends of their logs") func page() throws {
    try withSpool { spool in
      let good = try spool.launch(["--name", "good", "--", "true"])
      let bad = try spool.launch([
        "--name", "bad", "--retries", "1", "--retry-delay", "1ms", "--", "sh", "-c",
        "echo first; echo '<last> line'; exit 7",
      ])
      try spool.drain()
      let waiting = try spool.launch(["--name", "later", "--hold", "--", "true"])
      let page = try spool.output(["page"])
      #expect(isWhole(page))
      #expect(try names(page) == [waiting, bad, good])
      #expect(page.contains("<pre tabindex=\"0\">first\n&lt;last&gt; line</pre>"))
      #expect(page.contains("attempt 1 failed (7) after 0s"))
      #expect(page.contains("<dt>attempt</dt><dd>2 of 2</dd>"))
      #expect(page.contains("<span>exit status 7</span><b>1</b>"))
      #expect(page.contains("idle held"))
      // To a file it is the same, but for the moment and the nonce.
      try spool.run(["page", "-o", spool.path("page.html"), "--state", "failed"])
      #expect(try names(spool.text("page.html")) == [bad])
      try System.unlink(spool.path("page.html"))
    }
  }

  @Test("Every queue of every entity, those of one, or those that are named") func queues() throws {
    try withSpool { spool in
      try spool.run(["queue", "create", "other"])
      try spool.run(["queue", "create", "-e", "ada", "night"])
      func shown(_ words: [String]) throws -> [String] {
        try data(try spool.output(["page"] + words))["queues"]?.arrayValue?
          .compactMap { $0.stringValue } ?? []
      }
      #expect(try shown([]) == ["ada/night", "lab/other", "lab/tests"])
      #expect(try shown(["--all", "-e", "ada"]) == ["ada/night"])
      #expect(try shown(["--all"]) == ["ada/night", "lab/other", "lab/tests"])
      #expect(try shown(["-e", "lab"]) == ["lab/other", "lab/tests"])
      #expect(try shown(["-q", "other", "-q", "ada/night"]) == ["lab/other", "ada/night"])
      #expect(try shown(["-q", spool.queue]) == ["lab/tests"])
    }
  }

  @Test("However many wait, there is something of what ended") func limit() throws {
    try withSpool { spool in
      for number in 0..<3 { _ = try spool.launch(["--name", "done\(number)", "--", "true"]) }
      try spool.drain()
      for number in 0..<5 { _ = try spool.launch(["--name", "waits\(number)", "--", "true"]) }
      func shown(_ limit: String) throws -> [Substring] {
        try names(try spool.output(["page", "--limit", limit])).map { $0.prefix { $0 != "-" } }
      }
      #expect(try shown("4") == ["waits0", "waits1", "done2", "done1"])
      #expect(try shown("7").count == 7)
      #expect(try shown("0").count == 8)
      #expect(try spool.output(["page", "--limit", "4"]).contains("not on this page <b>4</b>"))
    }
  }

  @Test("A sweep has its pictures and its best runs") func sweep() throws {
    try withSpool { spool in
      try spool.write(
        "s.json",
        """
        {"method": "grid", "metric": {"name": "loss"}, "parameters": {"rate": {"values": [1, 2, 3]}},
         "command": ["sh", "-c", "echo '{\\"loss\\": ${config.rate}}' >\\"$SPOOL_RUN_DIR/summary.json\\""]}
        """)
      let sweep = try spool.output(["sweep", spool.path("s.json")]).split(separator: "\n")[0]
      try System.unlink(spool.path("s.json"))
      try spool.drain(slots: 3)
      let page = try spool.output(["page"])
      #expect(page.contains("<figcaption>rate</figcaption>"))
      #expect(page.split(separator: "<circle ").count == 4)
      #expect(page.contains("<title>\(sweep)-0001: loss 1, rate 1</title>"))
      #expect(page.contains("grid, 3 runs: 3 finished; best first by loss, the least"))
    }
  }

  @Test("Whoever reads it while it is made again and again has a whole one") func rename() throws {
    try withSpool { spool in
      for number in 0..<20 { _ = try spool.launch(["--name", "r\(number)", "--", "true"]) }
      try spool.run(["page", "-o", spool.path("page.html")])
      let first = try spool.text("page.html")
      let program = try spool.start(["page", "-o", spool.path("page.html"), "--every", "1s"])
      var seen: Set<String> = []
      try eventually("the page is made again") {
        let page = try spool.text("page.html")
        #expect(isWhole(page))
        seen.insert(page)
        return page != first && seen.count >= 3
      }
      // By the signal itself: whoever started it sees why it ended.
      #expect(try program.terminate() == 128 + 15)
      #expect(try System.list(spool.queue).filter { $0.hasPrefix(".") } == [])
      #expect(isWhole(try spool.text("page.html")))
      try System.unlink(spool.path("page.html"))
    }
  }

  @Test("What nohup has it ignore does not end it") func hangup() throws {
    try withSpool { spool in
      let file = spool.path("page.html")
      let script = "trap '' HUP; echo $$ >\(file).pid; exec \"$@\""
      let program = try spool.start(
        "/bin/sh",
        ["-c", script, "sh", BuiltProgram.path, "page", "-o", file, "--every", "1s"],
        output: "/dev/null")
      try eventually("the page is there") { try spool.exists("page.html") }
      let first = try spool.text("page.html")
      let pid = try spool.text("page.html.pid").filter { $0 != "\n" }
      let kill = try spool.start("/bin/sh", ["-c", "kill -HUP \(pid)"], output: "/dev/null")
      #expect(try kill.waitForEnd() == 0)
      try eventually("the page is made again") { try spool.text("page.html") != first }
      #expect(try program.terminate() == 128 + 15)
      for name in ["page.html", "page.html.pid"] { try System.unlink(spool.path(name)) }
    }
  }

  @Test("A queue that vanishes is told of, and the others are shown on") func vanished() throws {
    try withSpool { spool in
      let run = try spool.launch(["--name", "stays", "--", "true"])
      try spool.run(["queue", "create", "gone"])
      let gone = String(spool.queue.dropLast("tests".count)) + "gone"
      let file = spool.path("page.html")
      let program = try spool.start([
        "page", "-q", "tests", "-q", "gone", "-o", file, "--every", "1s",
      ])
      try eventually("the page is there") { try spool.exists("page.html") }
      try System.rename(gone, gone + ".away")
      try program.waitFor("lab/gone: \(gone): there is no such queue")
      try eventually("the page tells it") {
        let page = try spool.text("page.html")
        return try page.contains("there is no such queue") && names(page) == [run]
      }
      try System.rename(gone + ".away", gone)
      try eventually("it is there again") {
        try !spool.text("page.html").contains("there is no such queue")
      }
      #expect(try program.terminate() == 128 + 15)
      try System.unlink(file)
    }
  }

  @Test("What cannot be done is said, and nothing is written") func errors() throws {
    try withSpool { spool in
      let cases: [([String], Int32, String)] = [
        (["--every", "5s"], 2, "--every needs a file to write: -o FILE"),
        (["--every", "soon", "-o", "x"], 2, "is not a duration like 90s"),
        (["--all", "-q", "tests"], 2, "--all and --queue: give one of them"),
        (["-q", "nowhere"], 3, "there is no such queue"),
        (["-o", spool.queue], 2, "is a directory: name a file in it"),
        (["-o", "/nowhere/page.html"], 3, "there is no directory /nowhere"),
      ]
      for (words, status, text) in cases {
        let output = try spool.run(["page"] + words, expecting: status)
        #expect(output.contains(text), "\(words): \(output)")
      }
    }
  }
}
