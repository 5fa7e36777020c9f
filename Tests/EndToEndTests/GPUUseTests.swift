import SpoolQueue
import SpoolTesting
import Testing

/// A stand-in for `nvidia-smi` answers as the real one does; see `GPUCensusTests` for its texts.
@Suite("Gpus that processes outside of spool use")
struct GPUUseTests {
  private struct Host {
    let spool: SpoolUnderTest
    let root: String
    let environment: [String: String]

    init(_ spool: SpoolUnderTest) throws {
      self.spool = spool
      root = try Queue(at: spool.queue).root
      try System.makeDirectory(root + "/bin", permissions: 0o700)
      environment = [
        "PATH": root + "/bin:/usr/bin:/bin", "SPOOL_GPU_DEVICES": root + "/dev",
        "SPOOL_GPU_LOCKS": root + "/locks",
      ]
      let tool = """
        #!/bin/sh
        case $1 in
        -L) printf 'GPU 0: A (UUID: GPU-a)\\nGPU 1: B (UUID: GPU-b)\\n' ;;
        --query-compute-apps=gpu_uuid,pid,used_memory) echo >>\(root)/asked; . \(root)/users ;;
        --query-gpu=*) . \(root)/memory ;;
        esac
        """
      try System.create(root + "/bin/nvidia-smi", permissions: 0o700).write(Array(tool.utf8))
      try say("users", "")
      try say("memory", #"printf '0, GPU-a, 3, 1000\n1, GPU-b, 3, 1000\n'"#)
    }

    /// Sets what the stand-in does: lines of a shell.
    func say(_ file: String, _ script: String) throws {
      try System.create(root + "/.new", .replacing, permissions: 0o600).write(Array(script.utf8))
      try System.rename(root + "/.new", root + "/" + file)
    }

    func agent(_ words: String...) throws -> Program {
      try spool.start(["agent"] + words, environment: environment)
    }

    var timesAsked: Int { (try? readText(root + "/asked").utf8.count) ?? 0 }
  }

  @Test("the other gpu is given; the log and why name the process; when it ends, its gpu is given")
  func used() throws {
    try withSpool { spool in
      let host = try Host(spool)
      let user = try spool.start(
        "/bin/sh", ["-c", "echo $$; exec sleep 300"], output: host.root + "/pid")
      try eventually("the process") { try readText(host.root + "/pid").hasSuffix("\n") }
      let pid = try readText(host.root + "/pid").dropLast()
      try host.say("users", "echo 'GPU-a, \(pid), 512'")
      let agent = try host.agent("--gpus", "all")
      let plain = try spool.launch(["--", "true"])
      try spool.waitForRecord(plain)
      #expect(host.timesAsked == 0)
      let first = try spool.launch(["--gpus", "1", "--", "sh", "-c", "echo $CUDA_VISIBLE_DEVICES"])
      try spool.waitForRecord(first)
      #expect(try spool.log(first) == "GPU-b\n")
      let words = "pid \(pid) (sleep, user \(Account.current.name)), which did not get it"
      try agent.waitFor("gpu GPU-a is used by \(words)")
      let both = try spool.launch(["--gpus", "2", "--", "sh", "-c", "echo $CUDA_VISIBLE_DEVICES"])
      try eventually("why names the process") {
        try spool.output(["why", both]).contains("(gpu GPU-a: \(words)")
      }
      #expect(try spool.output(["queue", "show"]).contains("gpu GPU-a: \(words)"))
      #expect(try spool.output(["doctor"]).contains("gpu GPU-a: \(words)"))
      _ = try user.terminate()
      try spool.waitForRecord(both)
      #expect(try spool.log(both) == "GPU-a,GPU-b\n")
    }
  }

  @Test("memory that is in use counts, and --use-busy-gpus asks nothing") func memory() throws {
    try withSpool { spool in
      let host = try Host(spool)
      try host.say("memory", #"printf '0, GPU-a, 900, 1000\n1, GPU-b, 900, 1000\n'"#)
      let run = try spool.launch(["--gpus", "1", "--", "true"])
      let once = try host.agent("--gpus", "all", "--once")
      #expect(try once.waitForEnd() == 0)
      #expect(once.output.contains("900 MiB of its memory are in use: no run gets it meanwhile"))
      #expect(try System.list(spool.path("queued")).contains { $0.contains(run) })
      let count = host.timesAsked
      let careless = try host.agent("--gpus", "all", "--drain", "--use-busy-gpus")
      #expect(try careless.waitForEnd() == 0)
      #expect(try spool.record(run).state == .finished)
      #expect(host.timesAsked == count)
    }
  }

  @Test(
    "a driver that fails, or a tool that says something else, lets gpus count as free",
    arguments: [
      (
        "echo 'NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.'; exit 9",
        "nvidia-smi failed, so that gpus count as free"
      ), ("echo 'No devices were found'", ""), ("echo 'GPU-a, 0x12, [N/A]'", ""),
    ])
  func fails(script: String, words: String) throws {
    try withSpool { spool in
      let host = try Host(spool)
      try host.say("users", script)
      let run = try spool.launch(["--gpus", "1", "--", "true"])
      let agent = try host.agent("--gpus", "all", "--drain")
      #expect(try agent.waitForEnd() == 0)
      #expect(try spool.record(run).state == .finished)
      #expect(agent.output.contains("so that gpus count as free") == !words.isEmpty)
      #expect(words.isEmpty || agent.output.contains(words), "\(agent.output)")
    }
  }

  @Test("a tool that hangs holds up no run without gpus") func hangs() throws {
    try withSpool { spool in
      let host = try Host(spool)
      try host.say("users", "until [ -e \(host.root)/go ]; do sleep 0.05; done")
      let agent = try host.agent("--gpus", "all")
      let waits = try spool.launch(["--gpus", "1", "--", "true"])
      try eventually("the question") { host.timesAsked > 0 }
      for _ in 0..<3 { try spool.waitForRecord(try spool.launch(["--", "true"])) }
      #expect(!agent.output.contains("\(waits) running"))
      try host.say("go", "")
      try spool.waitForRecord(waits)
    }
  }
}
