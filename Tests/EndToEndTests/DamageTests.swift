import SpoolQueue
import Testing

/// Some of the kinds; all of them are in Tests/Damage.
@Suite("A run that damages its own folder gets to its end")
struct DamageTests {
  /// What a run does: the attempt's folder is `N`, the queue's `Q`.
  private static let damages = [
    "rm -rf $R; echo >$R",
    "rm -rf $R; ln -s /nowhere $R",
    "mv $R $Q/moved; ln -s $Q/moved $R",
    "rm -rf $N; mkfifo $N",
    "mkdir $N/end.json",
    "echo rubbish >$N/end.json",
    #"echo '{"next": "done", "claim": "h-0000.1"}' >$N/end.json"#,
    "mkfifo $N/end.json",
    "mkdir -p $N/job.json/full",
    "rm $N/start.json; mkdir $N/start.json; for f in $J; do mkfifo $N/.start.${f##*@}; done",
    "mkdir -p $Q/done/$SPOOL_RUN.json/full",
    "rm $J",
    "mv $J $Q/running/50-20261122T131501.482913Z-other@${J##*@}",
    "mv $J $Q/running/.other",
    "rm $J; mkdir $J",
  ]

  private static func script(_ damage: String, then: String) -> String {
    """
    R=$SPOOL_RUN_DIR; N=$R/$SPOOL_ATTEMPT; Q=${R%/runs/*}; J=$(echo $Q/running/*-$SPOOL_RUN@*)
    cd /; \(damage); \(then)
    """
  }

  private func drop(_ spool: SpoolUnderTest, _ run: String, _ script: String) throws {
    try spool.drop(run + ".json", JSONObject([("script", .string(script))]).text)
  }

  @Test("with its outcome", arguments: damages)
  func ends(_ damage: String) throws {
    try withDamagedSpool { spool in
      try drop(spool, "it", Self.script(damage, then: "exit 3"))
      try spool.drain()
      #expect(try spool.record("it").exitCode == 3)
      #expect(try spool.names("running").filter { $0.contains("@") } == [])
      try spool.drop("next.json", #"{"command": ["true"]}"#)
      try spool.drain()
    }
  }

  @Test("when it is killed", arguments: damages)
  func isKilled(_ damage: String) throws {
    try withDamagedSpool { spool in
      try drop(
        spool, "it", Self.script(damage, then: "echo >$Q/queued/.ready; exec sleep 1000"))
      let agent = try spool.agent()
      try eventually("the damage done") { try spool.exists("queued/.ready") }
      // One that removed its own file is seen again within seconds.
      try eventually("the run seen") {
        try spool.names("running").contains { $0.contains("-it@") }
          && (try? System.information(spool.path("done/it.json"))) == nil
      }
      try spool.run(["kill", "it"])
      try spool.waitForRecord("it")
      #expect(try spool.record("it").state == .killed)
      #expect(try agent.terminate() == 0)
    }
  }

  @Test("when its runner dies", arguments: damages)
  func runnerDies(_ damage: String) throws {
    try withDamagedSpool { spool in
      // What bears another run's name by then is that run.
      try drop(spool, "it", Self.script(damage, then: "kill -KILL $PPID; exec sleep 1000"))
      let agent = try spool.agent()
      try eventually("a record") { try !spool.names("done").isEmpty }
      try eventually("nothing in running/") {
        try spool.names("running").filter { $0.contains("@") }.isEmpty
      }
      #expect(try agent.terminate() == 0)
      _ = try spool.names("done").map { try spool.text("done/" + $0) }
    }
  }

  @Test("and says in its record what stood in the way")
  func remarks() throws {
    try withDamagedSpool { spool in
      try drop(spool, "it", Self.script("rm -rf $N; mkfifo $N", then: "exit 3"))
      try spool.drain()
      let remarks = try spool.record("it").remarks
      #expect(remarks.contains { $0.contains("its folder 1 was a pipe") }, "\(remarks)")
      #expect(try spool.output(["show", "it"]).contains("its folder 1 was a pipe"))
    }
  }

  @Test("and what it put there is kept, and not taken for an outcome while it runs")
  func planted() throws {
    try withDamagedSpool { spool in
      try drop(
        spool, "it",
        Self.script(
          "echo mine >$N/end.json",
          then: "echo >$Q/queued/.ready; until [ -e $Q/queued/.go ]; do sleep 0.1; done"))
      let agent = try spool.agent()
      try eventually("the damage done") { try spool.exists("queued/.ready") }
      #expect(try spool.run(["recover"]) == "")
      #expect(try spool.output(["list", "--json"]).contains(#""state":"running""#))
      try spool.write("queued/.go", "")
      try spool.waitForRecord("it")
      #expect(try spool.record("it").state == .finished)
      let kept = try spool.names("runs/it/1").filter { $0.hasPrefix(".displaced") }
      #expect(try kept.map { try spool.text("runs/it/1/" + $0) } == ["mine\n"])
      #expect(try agent.terminate() == 0)
    }
  }

  @Test("and is not tried again where its job file is gone")
  func noJobFile() throws {
    try withDamagedSpool { spool in
      let script = Self.script("rm $J", then: "exit 3")
      try spool.drop(
        "it.json",
        JSONObject([("script", .string(script)), ("retries", .number(3))]).text)
      try spool.drain()
      #expect(try spool.record("it").reason?.contains("its job file is gone") == true)
    }
  }

  /// Like ``withSpool(settings:_:)``; what is damaged is not sound.
  private func withDamagedSpool(_ body: (SpoolUnderTest) throws -> Void) throws {
    try body(SpoolUnderTest())
  }
}
