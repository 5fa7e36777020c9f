import SpoolQueue
import SpoolTesting
import Testing

@testable import SpoolTerminal
@testable import spool

/// A run that is told by its JSON, as a list reads it.
private func makeRun(_ members: JSONObject = [:]) throws -> Run {
  var object: JSONObject = ["run": "train-9x7c", "queue": "gpu", "entity": "lab"]
  object["state"] = .string("finished")
  for (key, value) in members.members { object[key] = value }
  return try #require(Run(object))
}

private let now = Timestamp(nanoseconds: 1_795_353_301_482_000_000)

@Suite struct RunRowTests {
  private func status(_ members: JSONObject) throws -> String {
    RunRow.status(of: try makeRun(members))
  }

  @Test func stylesOfStates() {
    #expect(Style(state: "finished") == .green)
    #expect(Style(state: "nonsense") == .plain)
  }

  @Test func statuses() throws {
    #expect(try status(["state": "running", "paused": true]) == "running")
    #expect(try status(["state": "running", "reason": "no end"]) == "running (stuck)")
    #expect(
      try status(["state": "running", "suspended": true, "reason": "by ana"])
        == "running (suspended)")
    #expect(try status(["state": "starting"]) == "starting")
    #expect(try status(["state": "queued"]) == "queued")
    #expect(try status(["state": "queued", "held": true]) == "queued held")
    #expect(try status(["state": "idle", "paused": true]) == "idle paused")
    #expect(try status(["state": "idle", "held": true, "paused": true]) == "idle held paused")
    #expect(try status(["state": "failed", "exit_code": 3]) == "failed (3)")
    #expect(try status(["state": "failed", "signal": "SEGV"]) == "failed (SEGV)")
    #expect(try status(["state": "failed"]) == "failed")
    #expect(try status(["state": "killed", "signal": "TERM"]) == "killed")
    #expect(try status(["state": "crashed"]) == "crashed")
    #expect(try status(["state": "finished", "exit_code": 0]) == "finished")
  }

  private func job(_ members: JSONObject) throws -> String {
    try RunWhat.words([RunWhat(makeRun(members))])[0]
  }

  @Test func theJobIsItsNameOrItsCommand() throws {
    #expect(try job([:]) == "-")
    #expect(try job(["job": "train:v3", "command": ["python3", "train.py"]]) == "train:v3")
    #expect(try job(["command": ["python3", "train.py"]]) == "python3 train.py")
    #expect(try job(["command": ["echo", "a b"], "args": ["--x", ""]]) == "echo 'a b' --x ''")
  }

  @Test func aScriptIsItsFirstLine() throws {
    func script(_ text: String) throws -> String {
      try job(["command": .strings(["/bin/sh", "-c", text])])
    }
    #expect(try script("make all") == "make all")
    #expect(try script("#!/bin/sh\n\n  \n# why\nmake all\nmake check\n") == "make all")
    #expect(try script("") == "")
    #expect(try script("# nothing") == "")
  }

  @Test func macrosAreShownAsTheWordsThatAreExecuted() throws {
    let config: JSONObject = ["lr": 0.5]
    let members: JSONObject = [
      "command": ["python3", "train.py", "${args}"], "run_config": .object(config), "sweep": "s",
    ]
    #expect(try job(members) == "python3 train.py --lr=0.5")
    let literal = try job([
      "command": ["echo", "${args}"], "file": #"{"command": ["echo", "${args}"], "literal": true}"#,
    ])
    #expect(literal == "echo '${args}'")
  }

  @Test func runsOfOneJobAreToldApartByTheValuesThatDiffer() throws {
    func words(_ members: [JSONObject]) throws -> [String] {
      try RunWhat.words(members.map { RunWhat(try makeRun($0)) })
    }
    func run(_ job: String, _ config: JSONObject) -> JSONObject {
      ["job": .string(job), "command": ["t"], "run_config": .object(config)]
    }
    #expect(
      try words([
        run("train:v0", ["lr": 0.1, "seed": 1, "o": ["k": "a"], "s": "same"]),
        run("train:v1", ["lr": 0.30000000000000004, "seed": 2, "o": ["k": "b"], "s": "same"]),
        run("other:v0", ["lr": 0.1]), ["command": ["echo", "hi"]], ["job": "train:v0"],
      ]) == [
        "train:v0 lr=0.1 seed=1 o.k=a", "train:v1 lr=0.3 seed=2 o.k=b", "other:v0", "echo hi",
        "train:v0",
      ])
    // A sweep without a named job: its runs share one command.
    func point(_ rate: JSON) -> JSONObject {
      ["command": ["t", "${args}"], "run_config": .object(["lr": rate]), "sweep": "s"]
    }
    #expect(try words([point(1), point(2)]) == ["lr=1", "lr=2"])
    #expect(try words([point(1), point(1)]) == ["t --lr=1", "t --lr=1"])
    let long = String(repeating: "x", count: 100)
    #expect(
      try words([point(.string(long)), point(2)])[0] == "lr=" + String(repeating: "x", count: 24)
        + "…")
  }

  @Test func severalHostsHaveAColumn() throws {
    let rows = try ["gpu1", "gpu2"].map { host in
      RunRow(try makeRun(["host": .string(host), "command": ["t"]]), now: now)
    }
    func lines(_ rows: [RunRow]) -> [Substring] {
      String(decoding: RunRow.table(rows).render(), as: UTF8.self).split(separator: "\n")
    }
    #expect(lines(rows)[0].contains("STATUS    HOST"))
    #expect(lines(rows)[2].contains(" gpu2 "))
    #expect(!lines([rows[0], rows[0]])[0].contains("HOST"))
  }

  @Test func theAuthorStandsBesideTheOwner() throws {
    func author(_ members: JSONObject) throws -> String {
      try RunRow(makeRun(members), now: now).cells[3]
    }
    #expect(try author([:]) == "-")
    #expect(try author(["owner": "ada"]) == "ada")
    #expect(try author(["owner": "ada", "author": "ada"]) == "ada")
    #expect(try author(["owner": "ada", "author": "Ada L."]) == "Ada L. (ada)")
    #expect(try author(["author": "Ada L."]) == "Ada L.")
  }

  @Test func timesAndDuration() throws {
    let created = Timestamp(nanoseconds: now.nanoseconds - 60_000_000_000)
    let cells = try RunRow(
      makeRun(["created_at": .string(created.text), "duration_s": 3904.25]), now: now
    ).cells
    let seconds = now.nanoseconds / 1_000_000_000
    #expect(cells[4] == MomentText.short(secondsSince1970: seconds - 60, now: seconds))
    #expect(cells[5] == "-")
    #expect(cells[6] == "1h05m")
  }

  @Test func theColumns() {
    #expect(
      RunRow.columns.map { $0.title }
        == ["RUN", "WHAT", "STATUS", "AUTHOR", "CREATED", "STARTED", "DURATION"])
  }

  static let records: [JSONObject] = [
    ["command": ["python3", "train.py"], "author": "Ada", "owner": "ada", "exit_code": 0],
    ["state": "failed", "exit_code": 3, "job": "train:v3", "command": ["x"], "signal": .null],
    ["state": "failed", "signal": "SEGV", "duration_s": 0.5, "args": ["--x"], "command": ["y"]],
    ["state": "killed", "reason": "killed by \"ada\"", "exit_code": .null, "duration_s": .null],
    ["state": "crashed", "command": .null, "summary": ["signal": "HUP", "state": "running"]],
    [
      "author": "A\u{1b}[1m\"da\u{e9}", "created_at": "2026-11-22T13:15:01.482Z",
      "started_at": "2026-11-22T13:15:02.482Z", "file": "{\"state\": \"failed\"}\n",
    ],
  ]

  @Test(arguments: records)
  func aRecordGivesTheSameRowUnbuilt(members: JSONObject) throws {
    let run = try makeRun(members)
    var ranges: [Range<Int>?] = []
    let row = run.json.bytes().withUnsafeBytes { bytes in
      RunRow(run: run.run, record: bytes, &ranges, now: now)
    }
    #expect(row == RunRow(run, now: now))
  }

  @Test(arguments: ["", "{}", "[]", "{\"state\":\"asleep\"}", "{\"run\":\"a\",\"sta"])
  func whatIsNoRecordGivesNoRow(text: String) {
    var ranges: [Range<Int>?] = []
    Array(text.utf8).withUnsafeBytes { bytes in
      #expect(RunRow(run: "a", record: bytes, &ranges, now: now) == nil)
    }
  }
}

@Suite struct RunPageTests {
  @Test func aPageTellsAllThatIsKnown() throws {
    try withQueue { queue in
      let run = try makeRun([
        "state": "failed", "exit_code": 3, "reason": "exit status 3", "name": "train",
        "job": "train:v3", "command": ["python3", "train.py"], "args": ["--verbose"],
        "run_config": ["lr": 0.1], "author": "Ada", "owner": "ada", "tags": ["a", "b"],
        "notes": "first\n\nthird", "duration_s": 13.04, "host": "node07", "agent": "node07-4kq2",
        "attempt": 2, "attempts": 3, "priority": 50, "summary": ["loss": 0.5],
        "file": "{\"command\": [\"x\"], \"cwd\": \"/home/ada\", \"env\": {\"TOKEN\": \"secret\"}}",
        "progress": "\u{1b}[2Jhalf",
      ])
      var attempt = RunAttempt(number: 2)
      attempt.host = "node07"
      attempt.outcome = run
      attempt.logs = [RunAttempt.Log(path: "/q/out.log", size: 12, modifiedAt: now)]
      #expect(
        RunPage(run: run, attempts: [attempt], queue: queue, now: now).text == """
          run         train-9x7c
          state       failed (3)
          reason      exit status 3
          progress    \\x1b[2Jhalf
          queue       tester/queue
          name        train
          job         train:v3
          command     python3 train.py --verbose
          config      {"lr":0.1}
          cwd         /home/ada
          env         TOKEN
          author      Ada
          owner       ada
          priority    50
          tags        a b
          notes       first

                      third
          duration    13s
          host        node07
          agent       node07-4kq2
          attempts    2 of 3
          summary     {"loss":0.5}
          folder      \(queue.runPath("train-9x7c"))
          record      \(queue.path(.done, "train-9x7c.json"))
          attempt 2   failed (3) after 13s on node07 – exit status 3
                      /q/out.log, 12 bytes

          """)
    }
  }

  @Test func whatARunWaitsForIsTold() throws {
    try withQueue { queue in
      let file = """
        {"command": ["true"], "not_before": "2026-11-28T07:30:00Z", "require": ["a100", "fast"],
         "slots": 2, "gpus": 1, "after": {"ok": ["a", "b"], "failed": ["c"]}, "unique": "k"}
        """
      let job = try Job(parsing: Array(file.utf8))
      let run = try makeRun([
        "state": "idle", "held": true, "after": try #require(job.json["after"]), "unique": "k",
        "file": .string(file),
      ])
      let text = RunPage(run: run, attempts: [], queue: queue, now: now).text
      #expect(text.contains("state       idle held\n"))
      #expect(text.contains("not before  2026-11-28 "))
      #expect(
        text.contains(
          """
          after       a b
          after failed c
          require     a100 fast
          slots       2
          gpus        1
          unique      k

          """))
    }
  }

  @Test func aScriptStandsOnItsLines() throws {
    try withQueue { queue in
      let run = try makeRun(["state": "idle", "command": ["/bin/sh", "-c", "a\n\tb"]])
      let text = RunPage(run: run, attempts: [], queue: queue, now: now).text
      #expect(text.contains("script      a\n            \\tb\n"))
      #expect(!text.contains("record"))
    }
  }
}
