import SpoolQueue
import SpoolTesting
import Testing

@Suite("When runs start: times, other runs, room, labels")
struct ScheduleTests {
  @Test("a run waits for its time, and an agent that drains waits for the run")
  func notBefore() throws {
    try withSpool { spool in
      let time = Timestamp(nanoseconds: Timestamp.now.nanoseconds + 1_500_000_000)
      try spool.drop("10-late.json", #"{"command": ["true"], "not_before": "\#(time.text)"}"#)
      try spool.drop("20-now.json", #"{"command": ["true"]}"#)
      try spool.drain()
      let late = try #require(try spool.record("late").startedAt)
      #expect(late >= time)
      #expect(try #require(try spool.record("now").startedAt) < time)
    }
  }

  @Test("runs start behind those they wait for, and end as crashed where that cannot come")
  func after() throws {
    try withSpool { spool in
      // In an order in which every one of them is read before what it waits for.
      try spool.drop("10-last.json", #"{"command": ["true"], "after": {"ok": ["middle"]}}"#)
      try spool.drop("11-middle.json", #"{"command": ["true"], "after": {"any": ["bad"]}}"#)
      try spool.drop("12-mend.json", #"{"command": ["true"], "after": {"failed": ["bad"]}}"#)
      try spool.drop("13-never.json", #"{"command": ["true"], "after": {"ok": ["bad"]}}"#)
      try spool.drop("14-behind.json", #"{"command": ["true"], "after": {"ok": ["never"]}}"#)
      try spool.drop("20-bad.json", #"{"command": ["false"]}"#)
      try spool.drain(slots: 3)
      for run in ["last", "middle", "mend"] {
        #expect(try spool.record(run).state == .finished, "\(run)")
      }
      let never = try spool.record("never")
      #expect(never.state == .crashed)
      #expect(never.reason == "it waits for bad to finish, and that failed")
      #expect(never.startedAt == nil)
      #expect(
        try spool.record("behind").reason == "it waits for never to finish, and that crashed")
      let middle = try #require(try spool.record("middle").endedAt)
      #expect(try #require(try spool.record("last").startedAt) >= middle)
    }
  }

  @Test("a run that is not there is never waited for, and no circle is")
  func unknown() throws {
    try withSpool { spool in
      try spool.drop("a.json", #"{"command": ["true"], "after": {"ok": ["b"]}}"#)
      try spool.drop("b.json", #"{"command": ["true"], "after": {"ok": ["a"]}}"#)
      try spool.drop("self.json", #"{"command": ["true"], "after": {"any": ["self"]}}"#)
      try spool.drop("lost.json", #"{"command": ["true"], "after": {"any": ["nobody"]}}"#)
      try spool.drain()
      #expect(
        try spool.record("lost").reason == "it waits for nobody, and there is no such run")
      #expect(try spool.record("self").reason == "it waits for itself: self → self")
      let reasons = try ["a", "b"].map { try spool.record($0).reason ?? "" }
      #expect(reasons.contains { $0.hasPrefix("it waits for itself: ") })
      #expect(reasons.contains { $0.contains(" to finish, and that crashed") })
    }
  }

  @Test("another's agent hears of the end of a run that it did not start")
  func otherAgent() throws {
    try withSpool { spool in
      let first = try spool.start(["agent", "--label", "first", "--slots", "2"])
      try first.waitFor("serving")
      try spool.drop(
        "10-one.json",
        #"{"script": "until [ -e $SPOOL_RUN_DIR/go ]; do sleep 0.05; done", "require": ["first"]}"#)
      try spool.drop(
        "20-two.json", #"{"command": ["true"], "require": ["second"], "after": {"ok": ["one"]}}"#)
      try first.waitFor("two.json waits for one")
      let second = try spool.start(["agent", "--label", "second", "--slots", "2"])
      try second.waitFor("two.json waits for one")
      try spool.write("runs/one/go", "")
      try second.waitFor("two finished")
    }
  }

  @Test("slots are the host's, and a run takes as many as it says")
  func slots() throws {
    try withSpool { spool in
      let agent = try spool.agent(slots: 3)
      let wait = "until [ -e $SPOOL_RUN_DIR/../go ]; do sleep 0.05; done"
      try spool.drop("10-two.json", #"{"script": "\#(wait)", "slots": 2}"#)
      try agent.waitFor("two running")
      try spool.drop("20-large.json", #"{"command": ["true"], "slots": 2}"#)
      try spool.drop("30-huge.json", #"{"command": ["true"], "slots": 4}"#)
      try spool.drop("40-small.json", #"{"command": ["true"]}"#)
      // The small one passes; the large one does not fit beside the first.
      try agent.waitFor("small finished")
      try agent.waitFor("30-huge.json left alone")
      #expect(!agent.output.contains("large running"))
      // Nor does it for an agent that comes later: the host has three slots, whoever asks.
      let second = try spool.start(["agent", "--slots", "3", "--once"])
      #expect(try second.waitForEnd() == 0)
      #expect(!second.output.contains("large running"))
      try spool.write("runs/go", "")
      try agent.waitFor("large finished")
      #expect(try spool.names("queued") == ["30-huge.json"])
      try System.unlink(spool.path("runs/go"))
    }
  }

  @Test("small runs pass a large one for ten minutes, then room is kept for it")
  func starvation() throws {
    try withSpool { spool in
      let agent = try spool.agent(slots: 2)
      let wait = "until [ -e $SPOOL_RUN_DIR/../go ]; do sleep 0.05; done"
      try spool.drop("10-first.json", #"{"script": "\#(wait)"}"#)
      try agent.waitFor("first running")
      // A submission of long ago, by its name.
      try spool.drop(
        "50-20201122T131501.482913Z-old.json", #"{"command": ["true"], "slots": 2}"#)
      try spool.drop("60-small.json", #"{"command": ["true"]}"#)
      // What goes before it in the queue's order still does.
      try spool.drop("40-before.json", #"{"command": ["true"]}"#)
      try agent.waitFor("before finished")
      #expect(!agent.output.contains("small running"))
      try spool.write("runs/go", "")
      try agent.waitFor("old finished")
      try agent.waitFor("small finished")
      let old = try #require(try spool.record("old").startedAt)
      #expect(try #require(try spool.record("small").startedAt) >= old)
      try System.unlink(spool.path("runs/go"))
    }
  }

  @Test("a run goes to an agent with all its labels; the host's name is one")
  func labels() throws {
    try withSpool { spool in
      let host = Host.current.name
      try spool.drop("a.json", #"{"command": ["true"], "require": ["cuda12"]}"#)
      try spool.drop("b.json", #"{"command": ["true"], "require": ["cuda12", "fast"]}"#)
      try spool.drop("c.json", #"{"command": ["true"], "require": ["\#(host)"]}"#)
      let plain = try spool.start(["agent", "--drain"])
      #expect(try plain.waitForEnd() == 0)
      #expect(plain.output.contains("b.json left alone: \(host) lacks the labels cuda12, fast"))
      #expect(try spool.names("done") == ["c.json"])
      let agent = try spool.start(["agent", "--drain", "--label", "cuda12", "--label", "fast"])
      #expect(try agent.waitForEnd() == 0)
      #expect(try spool.names("done").sorted() == ["a.json", "b.json", "c.json"])
    }
  }
}

@Suite("Gpus")
struct GPUTests {
  /// Locks of this test's own: the host's may be in use.
  private func agent(
    _ spool: SpoolUnderTest, _ locks: String, _ arguments: [String]
  ) throws -> Program {
    try spool.start(
      ["agent", "--slots", "8", "--poll", "200ms"] + arguments,
      environment: ["SPOOL_GPU_LOCKS": locks])
  }

  private static let waiting =
    #""script": "echo gpus=$CUDA_VISIBLE_DEVICES; until [ -e $SPOOL_RUN_DIR/../go ]; do sleep 0.05; done""#

  @Test("each run gets gpus of its own, none are seen by one that asked for none")
  func eachItsOwn() throws {
    try withTemporaryDirectory { locks in
      try withSpool { spool in
        let agent = try agent(spool, locks, ["--gpus", "a,b,c"])
        try spool.drop("10-two.json", #"{\#(Self.waiting), "gpus": 2}"#)
        try spool.drop("20-one.json", #"{\#(Self.waiting), "gpus": 1}"#)
        try spool.drop("30-more.json", #"{"script": "echo gpus=$CUDA_VISIBLE_DEVICES", "gpus": 1}"#)
        try spool.drop("40-none.json", #"{"script": "echo gpus=${CUDA_VISIBLE_DEVICES-unset}"}"#)
        try agent.waitFor("none finished")
        #expect(try spool.log("none") == "gpus=\n")
        try eventually("both logs") {
          try !spool.log("two").isEmpty && !spool.log("one").isEmpty
        }
        #expect(try spool.log("two") == "gpus=a,b\n")
        #expect(try spool.log("one") == "gpus=c\n")
        #expect(!agent.output.contains("more running"))
        try spool.write("runs/go", "")
        try agent.waitFor("more finished")
        try System.unlink(spool.path("runs/go"))
      }
    }
  }

  @Test("without --gpus an agent hands out none, and leaves the variable alone")
  func noGPUs() throws {
    try withSpool { spool in
      try spool.drop("a.json", #"{"script": "echo gpus=${CUDA_VISIBLE_DEVICES-unset}"}"#)
      try spool.drop("b.json", #"{"command": ["true"], "gpus": 1}"#)
      let agent = try spool.start(["agent", "--drain"])
      #expect(try agent.waitForEnd() == 0)
      #expect(try spool.log("a") == "gpus=unset\n")
      #expect(agent.output.contains("b.json left alone: \(Host.current.name) hands out 0 gpus"))
    }
  }

  @Test("gpus are remembered across agents, and never given out twice on a host, whatever queue")
  func acrossAgents() throws {
    try withTemporaryDirectory { locks in
      try withSpool { spool in
        try withSpool { other in
          let first = try agent(spool, locks, ["--gpus", "2"])
          try spool.drop("10-held.json", #"{\#(Self.waiting), "gpus": 1}"#)
          try first.waitFor("held running")
          first.killOutright()
          // The same queue after a restart, and another queue beside it.
          let second = try agent(spool, locks, ["--gpus", "2"])
          try spool.drop(
            "20-both.json", #"{"script": "echo gpus=$CUDA_VISIBLE_DEVICES", "gpus": 2}"#)
          try spool.drop("30-one.json", #"{\#(Self.waiting), "gpus": 1}"#)
          try second.waitFor("one running")
          try eventually("its log") { try !spool.log("one").isEmpty }
          #expect(try spool.log("held") != spool.log("one"))
          let third = try agent(other, locks, ["--gpus", "2"])
          try other.drop(
            "10-elsewhere.json", #"{"script": "echo gpus=$CUDA_VISIBLE_DEVICES", "gpus": 1}"#)
          try other.drop("20-plain.json", #"{"command": ["true"]}"#)
          try third.waitFor("plain finished")
          #expect(!third.output.contains("elsewhere running"))
          #expect(!second.output.contains("both running"))
          try spool.write("runs/go", "")
          try second.waitFor("both finished")
          try third.waitFor("elsewhere finished")
          #expect(try spool.log("both") == "gpus=0,1\n")
          try System.unlink(spool.path("runs/go"))
        }
      }
    }
  }

  @Test("of many agents that start runs at the same moment no two give out the same gpu")
  func racing() throws {
    try withTemporaryDirectory { locks in
      try withSpool { spool in
        // A run makes a directory for its gpu, which fails where another run has it.
        let script =
          #"mkdir $SPOOL_RUN_DIR/../gpu$CUDA_VISIBLE_DEVICES && sleep 0.02 && rmdir $SPOOL_RUN_DIR/../gpu$CUDA_VISIBLE_DEVICES"#
        for number in 1...40 {
          try spool.drop("job\(number).json", #"{"script": "\#(script)", "gpus": 1}"#)
        }
        let agents = try (1...3).map { _ in
          try agent(spool, locks, ["--gpus", "2", "--drain"])
        }
        for agent in agents { #expect(try agent.waitForEnd(within: 600) == 0) }
        for number in 1...40 {
          #expect(try spool.record("job\(number)").state == .finished, "job\(number)")
        }
      }
    }
  }
}
