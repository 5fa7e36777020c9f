import SpoolQueue
import Testing

@Suite("A report for a mail")
struct ReportTests {
  /// A `sendmail` that writes down what it gets.
  private func makeSendmail(_ spool: SpoolUnderTest, _ end: String = "") throws {
    try System.makeDirectory(spool.path("bin"), permissions: 0o700)
    try spool.write(
      "bin/sendmail",
      "#!/bin/sh\necho \"$@\" >\(spool.path("arguments"))\ncat >\(spool.path("mail"))\n\(end)\n")
    try System.setPermissions(spool.path("bin/sendmail"), 0o700)
  }

  @Test("it says how the run ended, its last words, and how to repeat it")
  func report() throws {
    try withSpool { spool in
      let script = "for n in $(seq 1 30); do echo line $n; done; printf '\\r 1%%\\r 2%%\\n'; exit 3"
      let run = try spool.launch(["--name", "bad", "--", "sh", "-c", script])
      try spool.drain()
      let text = try spool.output(["report"])
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
      #expect(lines[0].hasPrefix("\(run) failed (3) on ") && lines[0].contains(" after "))
      #expect(lines[1] == "exit status 3" && lines[2] == "")
      #expect(lines.contains { $0.hasPrefix("what      sh -c 'for n in") })
      #expect(lines.contains("The last lines of its log:"))
      #expect(lines.contains("    line 12") && !lines.contains("    line 11"))
      #expect(lines.contains("     2%") && !lines.contains("     1%"))
      #expect(lines.contains("spool retry -q \(spool.queue) \(run)"))
      let quiet = try spool.launch(["--hold", "--", "true"])
      let waiting = try spool.output(["report", quiet])
      #expect(
        waiting.hasPrefix("\(quiet) is idle held\n") && waiting.contains("It printed nothing.\n"))
      #expect(!waiting.contains("spool retry"))
    }
  }

  @Test("a hook with an address mails it, by sendmail")
  func hook() throws {
    let settings = #"{"hooks": {"on_failure": {"mail": "ann@example.org, ben@example.org"}}}"#
    try withSpool(settings: settings) { spool in
      try makeSendmail(spool)
      let path = spool.path("bin") + ":/usr/bin:/bin"
      try spool.drop("good.json", #"{"command": ["true"], "env": {"PATH": "\#(path)"}}"#)
      try spool.drain()
      #expect(try !spool.exists("mail"))
      try spool.drop(
        "bad.json", #"{"script": "echo o weh; exit 4", "env": {"PATH": "\#(path)"}, "tags": ["é"]}"#
      )
      try spool.drain()
      #expect(try spool.text("arguments") == "-oi -t\n")
      let mail = try spool.text("mail")
      #expect(
        mail.hasPrefix("To: ann@example.org, ben@example.org\nSubject: spool: bad failed (4) on "))
      #expect(mail.contains("\nContent-Type: text/plain; charset=utf-8\n"))
      let body = try #require(mail.firstRange(of: "\n\n"))
      #expect(mail[body.upperBound...].hasPrefix("bad failed (4) on "))
      #expect(mail.contains("\n    o weh\n"))
      #expect(try spool.output(["show", "bad"]).contains("on_failure  exit status 0 after "))
    }
  }

  @Test("mail that cannot be sent is an error, and a wrong address one of the file")
  func wrong() throws {
    try withSpool { spool in
      let run = try spool.launch(["--hold", "--", "true"])
      try makeSendmail(spool, "exit 75")
      let failing = try spool.start(
        ["report", "--mail", "ann", run],
        environment: ["PATH": spool.path("bin") + ":/usr/bin:/bin"])
      #expect(try failing.waitForEnd() == 5)
      #expect(failing.output.contains("cannot mail the report of \(run) to ann: sendmail failed"))
      for (value, words) in [
        (#"{"mail": ""}"#, "must not be empty"),
        (#"{"mail": "a\nBcc: b"}"#, "must be an address on one line"),
        (#"{"mail": 3}"#, "must be a string"),
        (#"{"male": "a"}"#, "or {\"mail\": \"you@example.org\"}"), ("{}", "or {"),
      ] {
        try spool.write("queue.json", #"{"hooks": {"on_end": \#(value)}}"#)
        #expect(try spool.run(["queue", "show"]).contains(words), "\(value)")
      }
      try spool.write("queue.json", #"{"hooks": {"on_end": {"mail": "a"}, "on_failure": ["x"]}}"#)
      #expect(
        try spool.output(["queue", "show"]).contains(
          #"{"hooks":{"on_end":{"mail":"a"},"on_failure":["x"]}}"#))
      try spool.write("queue.json", "{}")
    }
  }
}
