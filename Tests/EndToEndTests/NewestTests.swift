import SpoolQueue
import Testing

@Suite("The newest run, and the newest words of a log")
struct NewestTests {
  @Test("without a name the newest run is meant; @latest and @latest-failed stand for names")
  func names() throws {
    try withSpool { spool in
      #expect(try spool.run(["show"], expecting: 3) == "spool: lab/tests: there is no run\n")
      let bad = try spool.launch(["--name", "bad", "--", "sh", "-c", "echo oh; exit 3"])
      let slow = try spool.launch(["--name", "slow", "--", "sh", "-c", "echo slow"])
      let good = try spool.launch(["--name", "good", "--", "sh", "-c", "echo good"])
      // The last that was submitted need not be the last that ends.
      try spool.run(["move", "-p", "10", good])
      try spool.drain()
      #expect(try spool.output(["logs"]) == "good\n")
      #expect(try spool.output(["logs", "@latest"]) == "good\n")
      #expect(try spool.output(["logs", "@latest-failed"]) == "oh\n")
      #expect(try spool.output(["show"]).hasPrefix("run         \(good)\n"))
      #expect(try spool.output(["why"]).hasPrefix("\(good) "))
      try spool.run(["wait"])
      try spool.run(["wait", "@latest-failed"], expecting: 3)
      #expect(
        try spool.run(["show", "@first"], expecting: 2).contains("@latest and @latest-failed"))
      let again = try spool.output(["retry"])
      #expect(again == "\(good)-2\n")
      #expect(try spool.output(["show", "@latest"]).hasPrefix("run         \(good)-2\n"))
      // What waits is not over.
      #expect(try spool.output(["retry"]) == "\(good)-3\n")
      let after = try spool.launch(["--after-any", "@latest", "--", "true"])
      #expect(try spool.output(["show", after]).contains("after any   \(good)-3\n"))
      let copy = try spool.launch(["--from", "@latest-failed"])
      #expect(try spool.output(["show", copy]).contains("exit 3"))
      try spool.run(["kill", "@latest"])
      #expect(try spool.record(copy).state == .killed)
      #expect(
        try spool.output(["_complete", "zsh", "--", "logs", "@"]).contains("@latest"))
      #expect(try spool.output(["retry", "@latest-failed"]) == "\(bad)-2\n")
      _ = slow
      try spool.drain()
    }
  }

  @Test("a run waits for all runs of a sweep, and for all with a tag")
  func groups() throws {
    try withSpool { spool in
      try spool.write(
        "s.json",
        #"{"method": "grid", "parameters": {"a": {"values": [1, 2]}}, "command": ["true"]}"#)
      let sweep = String(try spool.output(["sweep", spool.path("s.json")]).dropLast())
      let after = try spool.launch(["--after", sweep, "--", "true"])
      #expect(
        try spool.output(["show", after]).contains("after       \(sweep)-0001 \(sweep)-0002\n"))
      let tagged = try ["x", "x", "y"].map { tag in
        try spool.launch(["--tag", tag, "--tag", "all", "--", "true"])
      }
      let both = try spool.launch(["--after-tag", "x", "--after-tag", "all", "--", "true"])
      #expect(try spool.output(["show", both]).contains("after       \(tagged[0]) \(tagged[1])\n"))
      let text = try spool.run(["launch", "--after-tag", "z", "--", "true"], expecting: 3)
      #expect(text.contains("lab/tests: there is no run with the tag z that is not over"))
      try spool.run(["launch", "--after", "nosuch", "--", "true"], expecting: 3)
      try spool.drain(slots: 2)
      #expect(try spool.record(both).state == .finished && spool.record(after).state == .finished)
    }
  }

  @Test("however many ended since, the newest is found")
  func many() throws {
    try withSpool { spool in
      let queue = try Queue(at: spool.queue)
      for number in 0..<200 {
        _ = try queue.enqueue(Job(command: ["true"]), named: "r\(number)", priority: 90)
      }
      let last = try queue.enqueue(Job(command: ["true"]), named: "last", priority: 1)
      try spool.drain(slots: 4)
      #expect(try queue.newestRun() == last)
      #expect(try queue.newestRun(of: Selection(states: [.failed])) == nil)
    }
  }

  @Test("a line that was written over again and again is its last state, but for the whole log")
  func states() throws {
    try withSpool { spool in
      let script = "printf 'start\\n'; for n in 1 2 3; do printf '\\r %d/3 step' $n; done"
      let run = try spool.launch(["--", "sh", "-c", script])
      try spool.drain()
      #expect(try spool.output(["logs", run]) == "start\n\r 1/3 step\r 2/3 step\r 3/3 step")
      #expect(try spool.output(["logs", "--tail", "1", run]) == " 3/3 step")
      #expect(try spool.output(["logs", "--tail", "2", run]) == "start\n 3/3 step")
      #expect(try spool.output(["logs", "-f", "--tail", "1", run]) == " 3/3 step")
      // Megabytes of one line: the end is enough, and there is nothing to be said of the rest.
      let long = try spool.launch([
        "--", "sh", "-c",
        "yes '' | head -n 200000 | tr '\\n' '\\r'; yes ' 99%' | head -n 500000 | tr '\\n' '\\r'; printf ' 100%%'",
      ])
      try spool.drain()
      #expect(try spool.run(["logs", "--tail", "1", long]) == " 100%")
    }
  }

  @Test("progress is read from the log where no progress file is written")
  func progress() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      let run = try spool.launch([
        "--", "sh", "-c",
        "printf '\\r 10%%|#   | 1/10\\r 50%%|##  | 5/10'; until [ -e \(spool.path("go")) ]; do sleep 0.01; done",
      ])
      try eventually("the log") { try spool.log(run).hasSuffix("5/10") }
      #expect(try spool.output(["show", run]).contains("progress    50% 5/10\n"))
      #expect(try spool.output(["page"]).contains("aria-label=\"50 percent\""))
      let watch = try spool.startOnTerminal(["watch"], environment: ["TERM": "xterm"])
      try watch.waitFor("50%")
      watch.type("q")
      #expect(try watch.waitForEnd() == 0)
      let wait = try spool.startOnTerminal(["wait"], environment: ["TERM": "xterm"])
      try wait.waitFor("50%")
      try spool.write("go", "")
      #expect(try wait.waitForEnd() == 0)
      #expect(try agent.terminate() == 0)
    }
  }
}
