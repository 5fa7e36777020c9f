import SpoolQueue
import Testing

@Suite("A link below a queue leads nobody out of it")
struct LinkTests {
  /// Every directory and file of a queue with a run that is over, one that waits and one that is held.
  private static let places = [
    "queued", "starting", "running", "done", "agents", "runs", "sweeps", "hooks", "runs/over",
    "runs/over/1", "runs/waits", "runs/over/1/out.log",
    "runs/over/1/start.json", "runs/over/1/end.json", "runs/over/1/job.json", "runs/over/summary",
    "runs/over/progress", "done/over.json", "queued/waits.json", "queue.json", "sweeps/s.json",
  ]

  private static let commands = [
    ["list"], ["list", "--json"], ["show", "over"], ["show", "waits"], ["show", "--json", "over"],
    ["logs", "over"], ["logs", "--tail", "2", "over"], ["why", "waits"], ["stats"],
    ["sweep", "list"], ["sweep", "show", "s"], ["recover", "--check"], ["recover"],
    ["hold", "waits"], ["release", "waits"], ["move", "-p", "7", "waits"], ["edit", "waits"],
    ["launch", "--name", "new", "--", "true"], ["launch", "--from", "over"], ["retry", "over"],
    ["kill", "held"], ["kill", "over"], ["agent", "--once"], ["prune", "--keep-logs", "0s"],
    ["prune", "--keep-count", "0"], ["recover"],
  ]

  /// Makes the queue and its twin outside, in which each word INSIDE is OUTSIDE.
  private func withTwin(_ body: (SpoolUnderTest, _ twin: String) throws -> Void) throws {
    let spool = try SpoolUnderTest()
    let outside = base(spool) + "/.outside"
    let script =
      #"echo INSIDE; echo INSIDE >&2; cd $SPOOL_RUN_DIR; echo INSIDE >progress;"#
      + #" echo {\\\"INSIDE\\\": 1} >summary"#
    try spool.drop("over.json", "{\"script\": \"\(script)\", \"hooks\": {\"on_end\": [\"true\"]}}")
    try spool.drain()
    #expect(try spool.record("over").state == .finished)
    try spool.drop("waits.json", #"{"command": ["echo", "INSIDE"], "after": ["held"]}"#)
    try spool.drop("held.json.held", #"{"command": ["echo", "INSIDE"]}"#)
    try System.makeDirectory(spool.path("runs/waits"), permissions: 0o700)
    try spool.write("queue.json", #"{"tags": ["INSIDE"]}"#)
    try spool.write("sweeps/s.json", #"{"sweep": "s", "INSIDE": 1}"#)
    try shell(spool, "cp -a \"$1\" \"$2\"", spool.queue, outside)
    try shell(
      spool, "grep -rlZ INSIDE \"$1\" | xargs -0 sed -i s/INSIDE/OUTSIDE/g", outside)
    try body(spool, outside)
  }

  /// The root, where nothing that begins with a dot is anybody's.
  private func base(_ spool: SpoolUnderTest) -> String {
    String(spool.queue.dropLast("/lab/tests".utf8.count))
  }

  private func shell(_ spool: SpoolUnderTest, _ script: String, _ words: String...) throws {
    let program = try spool.start(
      "/bin/sh", ["-ec", script, "sh"] + words, output: base(spool) + "/shell.log")
    #expect(try program.waitForEnd() == 0, "\(script): \(program.output)")
  }

  /// All that can be known of a tree but when it was read.
  private func snapshot(_ path: String) throws -> [String] {
    try System.list(path).sorted().flatMap { name in
      let file = path + "/" + name
      let seen = try System.information(file)
      let line =
        "\(file) \(seen.inode) \(seen.permissions) \(seen.owner) \(seen.group) \(seen.links)"
        + " \(seen.size) \(seen.modified) \(seen.changed)"
      if seen.isDirectory { return [line] + (try snapshot(file)) }
      return [line + (seen.isRegular ? " " + (try readText(file)) : "")]
    }
  }

  @Test("whatever was replaced, nothing outside is read, written or removed")
  func replaced() throws {
    try withTwin { spool, outside in
      let template = base(spool) + "/.template"
      try shell(spool, "mv \"$1\" \"$2\"", spool.queue, template)
      let before = try snapshot(outside)
      for place in Self.places {
        #expect(try snapshot(outside) == before, "before \(place)")
        try shell(
          spool,
          """
          rm -rf "$1" "$3-aside"
          cp -a "$2" "$1"
          mv "$1/$4" "$3-aside"
          ln -s "$3/$4" "$1/$4"
          """, spool.queue, template, outside, place)
        var texts: [String] = []
        for command in Self.commands {
          let program = try spool.start(command, environment: ["EDITOR": "true"])
          let status = try program.waitForEnd(within: 120)
          #expect((0...5).contains(status), "\(place): \(command): \(program.output)")
          texts.append("\(command): \(program.output)")
        }
        let page = try spool.start(["page", "-o", base(spool) + "/page.html"])
        #expect((0...5).contains(try page.waitForEnd(within: 120)), "\(place): \(page.output)")
        if let page = try? readText(base(spool) + "/page.html") { texts.append(page) }
        for text in texts {
          #expect(!text.contains("OUTSIDE"), "\(place): \(text)")
        }
        if ["runs", "done", "queued", "running"].contains(place) {
          let words = "a symbolic link, and none is followed in a queue"
          let isNamed = texts.contains {
            $0.contains("\(spool.path(place)) is \(words)")
              || $0.contains("\(spool.path(place)): cannot ") && $0.contains("it is \(words)")
          }
          #expect(isNamed, "\(place): \(texts)")
        }
        #expect(try snapshot(outside) == before, "\(place)")
      }
    }
  }

  @Test("nor while directories are exchanged for links and back")
  func exchanged() throws {
    try withTwin { spool, outside in
      let before = try snapshot(outside)
      for place in ["runs", "runs/over", "runs/over/1", "done", "hooks"] {
        let swap = """
          ln -sfn "$2/$3" "$1/../tests-link"
          cd "$1"
          while [ -e ../tests-swaps ]; do
            mv -T "$3" ../tests-away && mv -T ../tests-link "$3" &&
              mv -T "$3" ../tests-link && mv -T ../tests-away "$3"
          done
          """
        try shell(spool, ": >\"$1/../tests-swaps\"", spool.queue)
        let swapper = try spool.start(
          "/bin/sh", ["-c", swap, "sh", spool.queue, outside, place],
          output: base(spool) + "/swap.log")
        for command in [
          ["logs", "over"], ["show", "over"], ["retry", "over"], ["launch", "--", "true"],
          ["kill", "held"], ["recover"], ["agent", "--once"], ["prune", "--keep-logs", "0s"],
          ["prune", "--keep-count", "0"],
        ] {
          let program = try spool.start(command)
          let status = try program.waitForEnd(within: 120)
          #expect((0...5).contains(status), "\(place): \(command): \(program.output)")
          #expect(!program.output.contains("OUTSIDE"), "\(place): \(command)")
        }
        // Not killed: its last mv would go on for a moment.
        try shell(spool, "rm \"$1/../tests-swaps\"", spool.queue)
        _ = try swapper.waitForEnd()
        try shell(
          spool,
          """
          cd "$1"
          if [ -L "$2" ]; then rm "$2"; fi
          # An empty folder of a run, which it was meanwhile, is swept.
          mkdir -p "$(dirname "$2")"
          if [ -e ../tests-away ]; then mv -T ../tests-away "$2"; fi
          rm -f ../tests-link
          """, spool.queue, place)
        #expect(try snapshot(outside) == before, "\(place)")
      }
    }
  }
}
