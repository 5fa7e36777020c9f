import SpoolQueue
import SpoolTesting
import Testing

@Suite("The gpus of a host, as its nvidia-smi and its devices tell them")
struct GPUNamesTests {
  /// A host of its own: a directory of devices, one of locks, and perhaps an `nvidia-smi`.
  private struct Host {
    let spool: SpoolUnderTest
    let environment: [String: String]

    init(_ spool: SpoolUnderTest) throws {
      self.spool = spool
      let root = try Queue(at: spool.queue).root
      for name in ["/dev", "/bin"] { try System.makeDirectory(root + name, permissions: 0o700) }
      environment = [
        "PATH": root + "/bin:/usr/bin:/bin", "SPOOL_GPU_DEVICES": root + "/dev",
        "SPOOL_GPU_LOCKS": root + "/locks",
      ]
      self.root = root
    }

    let root: String

    func makeDevice(_ number: Int) throws {
      _ = try System.create(root + "/dev/nvidia\(number)", permissions: 0o600)
    }

    func setTool(_ text: String) throws {
      let aside = root + "/bin/.tool"
      try System.create(aside, .replacing, permissions: 0o700).write(
        Array("#!/bin/sh\n\(text)\n".utf8))
      try System.rename(aside, root + "/bin/nvidia-smi")
    }

    func drain(_ words: String...) throws -> String {
      let agent = try spool.start(["agent", "--drain"] + words, environment: environment)
      #expect(try agent.waitForEnd(within: 120) == 0, "\(agent.output)")
      return agent.output
    }

    func launch(_ options: String...) throws -> String {
      try spool.launch(
        options + [
          "--", "sh", "-c", "echo ${CUDA_VISIBLE_DEVICES-unset} ${CUDA_DEVICE_ORDER-unset}",
        ])
    }
  }

  private static let two = #"printf 'GPU 0: A (UUID: GPU-a)\nGPU 1: B (UUID: GPU-b)\n'"#

  @Test("names of nvidia-smi; a job that names some itself has what it says")
  func named() throws {
    try withSpool { spool in
      let host = try Host(spool)
      try host.setTool(Self.two)
      let both = try host.launch("--gpus", "2")
      let none = try host.launch()
      let own = try host.launch("--env", "CUDA_VISIBLE_DEVICES=7", "--env", "CUDA_DEVICE_ORDER=X")
      let over = try host.launch("--gpus", "1", "--env", "CUDA_VISIBLE_DEVICES=7")
      let said = try host.drain("--gpus", "auto")
      #expect(said.contains("lab/tests: serving, 2 slots, 2 gpus\n"), "\(said)")
      #expect(try spool.log(both) == "GPU-a,GPU-b PCI_BUS_ID\n")
      #expect(try spool.log(none) == "PCI_BUS_ID\n")
      #expect(try spool.log(own) == "7 X\n")
      #expect(try spool.log(over) == "GPU-a PCI_BUS_ID\n")
      let unmanaged = try host.launch()
      _ = try host.drain()
      #expect(try spool.log(unmanaged) == "unset unset\n")
    }
  }

  @Test("launch tells what becomes of gpus that the job names itself") func told() throws {
    try withSpool { spool in
      #expect(
        try spool.run(["launch", "--env", "CUDA_VISIBLE_DEVICES=1", "--hold", "--", "true"])
          .contains("is the job's own: no agent keeps these gpus for it"))
      #expect(
        try spool.run([
          "launch", "--gpus", "1", "--env", "CUDA_VISIBLE_DEVICES=1", "--hold", "--", "true",
        ]).contains("the agent chooses"))
      let quiet = try spool.run(["launch", "--gpus", "1", "--hold", "--", "true"])
      #expect(!quiet.contains("CUDA"))
    }
  }

  @Test("a broken tool, and none, leave the devices; what is not there is refused at the start")
  func devices() throws {
    try withSpool { spool in
      let host = try Host(spool)
      for number in [3, 5] { try host.makeDevice(number) }
      let first = try host.launch("--gpus", "2")
      #expect(try host.drain("--gpus", "auto").contains("2 gpus\n"))
      #expect(try spool.log(first) == "0,1 PCI_BUS_ID\n")
      #expect(try System.list(host.root + "/locks").sorted() == ["3", "5"])
      try host.setTool(
        "echo 'NVIDIA-SMI has failed because it could not talk to the driver'; exit 9")
      let second = try host.launch("--gpus", "1")
      #expect(try host.drain("--gpus", "1").contains("1 gpu\n"))
      #expect(try spool.log(second) == "0 PCI_BUS_ID\n")
      for (gpus, words) in [
        ("3", "this host has 2 gpus"), ("four", "must be a number of gpus"),
        ("1-0", "is not a range"),
        ("0-1024", "a host has 1024 gpus at most"),
        ("0-99999999999", "a host has 1024 gpus at most"),
      ] {
        let agent = try spool.start(
          ["agent", "--once", "--gpus", gpus], environment: host.environment)
        #expect(try agent.waitForEnd(within: 120) == 2)
        #expect(agent.output.hasPrefix("spool: --gpus \(gpus): ") && agent.output.contains(words))
      }
    }
  }

  @Test("--gpus auto before the driver is there: none is said, and they come later")
  func later() throws {
    try withSpool { spool in
      let host = try Host(spool)
      let agent = try spool.start(["agent", "--gpus", "auto"], environment: host.environment)
      try agent.waitFor("serving, 1 slot, 0 gpus")
      let run = try host.launch("--gpus", "1")
      try agent.waitFor("hands out 0 gpus")
      try host.setTool(Self.two)
      try agent.waitFor("2 gpus by now: GPU-a, GPU-b")
      try spool.waitForRecord(run)
      #expect(try spool.log(run) == "GPU-a PCI_BUS_ID\n")
    }
  }

  @Test("two agents of one host do not give one gpu twice, by its name and by its number")
  func twoAgents() throws {
    try withSpool { spool in
      let host = try Host(spool)
      let other = host.root + "/lab/other"
      try spool.run(["queue", "create", "other"])
      // This one knows numbers alone.
      let first = try spool.launch([
        "--gpus", "1", "--", "sh", "-c", "until [ -e \(spool.path("go")) ]; do sleep 0.01; done",
      ])
      let numbered = try spool.start(["agent", "--gpus", "0,"], environment: host.environment)
      try numbered.waitFor("\(first) running")
      try host.setTool("echo 'GPU 0: A (UUID: GPU-a)'")
      let second = try spool.launch(["-q", "other", "--gpus", "1", "--", "true"])
      let named = try spool.start(
        ["agent", "-q", "other", "--gpus", "all", "--slots", "2"], environment: host.environment)
      try named.waitFor("serving, 2 slots, 1 gpu")
      let third = try spool.launch(["-q", "other", "--", "true"])
      try eventually("the run that needs none is over") {
        (try? System.information("\(other)/done/\(third).json")) != nil
      }
      #expect(try System.list(other + "/queued").contains { $0.contains(second) })
      try spool.write("go", "")
      try eventually("the other has the gpu at last") {
        (try? System.information("\(other)/done/\(second).json")) != nil
      }
    }
  }
}
