import SpoolQueue
import SpoolTesting
import Testing

@testable import SpoolAgent

@Suite("The gpus that an agent hands out") struct GPUListTests {
  private static let listing = """
    GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-aa11-0)
    GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-aa22-1)
      MIG 1g.5gb      Device  0: (UUID: MIG-part-a)
      MIG 1g.5gb      Device  1: (UUID: MIG-GPU-aa22-1/7/0)
    GPU 2: NVIDIA GeForce GT 710 (UUID: GPU-bb33-2)

    """

  private static let nothing = GPUInventory(listing: nil)
  private static let tool = GPUInventory(listing: listing, devices: [0, 1, 2])

  private func ids(_ text: String, _ found: GPUInventory) throws -> [String] {
    try GPUList(text).gpus(of: found).map(\.id)
  }

  @Test(
    "As a person says it, where nothing tells what is there",
    arguments: [
      ("0", []), ("none", []), ("2", ["0", "1"]), ("0,2", ["0", "2"]), ("2,", ["2"]), ("all", []),
      ("0-3", ["0", "1", "2", "3"]), ("5,0-1,7-7", ["5", "0", "1", "7"]), ("auto", []),
      ("GPU-3f2a,GPU-77", ["GPU-3f2a", "GPU-77"]), ("MIG-GPU-1/2/0", ["MIG-GPU-1/2/0"]),
      ("a,b", ["a", "b"]), ("card0,", ["card0"]),
    ] as [(String, [String])])
  func numbers(text: String, expected: [String]) throws {
    #expect(try ids(text, Self.nothing) == expected)
  }

  @Test(
    "By their names, where nvidia-smi tells them",
    arguments: [
      ("auto", ["GPU-aa11-0", "MIG-part-a", "MIG-GPU-aa22-1/7/0", "GPU-bb33-2"]),
      ("2", ["GPU-aa11-0", "MIG-part-a"]), ("0,2", ["GPU-aa11-0", "GPU-bb33-2"]),
      ("1,", ["MIG-part-a", "MIG-GPU-aa22-1/7/0"]), ("GPU-bb", ["GPU-bb33-2"]),
      ("GPU-bb33-2,0", ["GPU-bb33-2", "GPU-aa11-0"]), ("MIG-part-a", ["MIG-part-a"]), ("none", []),
    ] as [(String, [String])])
  func names(text: String, expected: [String]) throws {
    #expect(try ids(text, Self.tool) == expected)
  }

  @Test(
    "What is none of these is refused with a sentence",
    arguments: [
      "", ",", "-1", "1,1", "a b", "0,,2", "2000", "1025", "99999999999999999999", "3-1", "0-",
      "-3",
      "0-99999999", "1e3", "four", "ALL", "0x1", "+1", "1.5", "0,all", "GPU-", "GPU-a b", "٣",
      "0-2,1",
    ])
  func refused(text: String) throws {
    let error = #expect(throws: SpoolError.self) { try ids(text, Self.nothing) }
    #expect(error?.kind == .badInput && error?.message.hasPrefix("--gpus \(text): ") == true)
  }

  @Test(
    "So is what is not there",
    arguments: [
      ("5", "this host has 4 gpus (nvidia-smi)"), ("0,3", "there is no gpu 3 here"),
      ("GPU-aa", "there is no gpu GPU-aa, or more than one begins so"),
      ("GPU-ff", "there is no gpu GPU-ff"), ("0,GPU-aa11-0", "GPU-aa11-0 is named twice"),
    ])
  func missing(text: String, reason: String) throws {
    let error = #expect(throws: SpoolError.self) { try ids(text, Self.tool) }
    #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
  }

  @Test("A container with some devices of its host counts its own, and locks its host's")
  func container() throws {
    try withTemporaryDirectory { directory in
      for name in ["nvidia5", "nvidia3", "nvidiactl", "nvidia-uvm", "nvidia", "null"] {
        _ = try System.create(directory + "/" + name, permissions: 0o600)
      }
      let devices = GPUInventory.devices(in: directory)
      #expect(devices == [3, 5])
      let found = GPUInventory(listing: nil, devices: devices)
      let gpus = [GPU(id: "0", locks: ["3"]), GPU(id: "1", locks: ["5"])]
      for text in ["auto", "all", "2", "0-1"] { #expect(try GPUList(text).gpus(of: found) == gpus) }
      for text in ["3", "0,3", "5,"] {
        #expect(throws: SpoolError.self) { try GPUList(text).gpus(of: found) }
      }
      // With the tool: names, and still the host's numbers for those who have no tool.
      let named = GPUInventory(
        listing: "GPU 0: A (UUID: GPU-a)\nGPU 1: B (UUID: GPU-b)\n", devices: devices)
      #expect(
        try GPUList("auto").gpus(of: named)
          == [GPU(id: "GPU-a", locks: ["GPU-a", "3"]), GPU(id: "GPU-b", locks: ["GPU-b", "5"])])
    }
  }

  @Test("One gpu is the same by its name and by its number")
  func same() throws {
    let named = try GPUList("2,").gpus(of: Self.tool)
    let numbered = try GPUList("2,").gpus(of: Self.nothing)
    #expect(!Set(named[0].locks).isDisjoint(with: numbered[0].locks))
    #expect(named[0].isAmong(["2"]) && named[0].isAmong(["GPU-bb33-2"]) && !named[0].isAmong(["0"]))
  }

  @Test("What nvidia-smi says in trouble names no gpu")
  func trouble() throws {
    for text in [
      "", "No devices were found\n", "GPU 0: x\n", "GPU : (UUID: a)\n",
      "MIG 1g Device 0: (UUID: MIG-a)",
      "GPU 0 (UUID: a)", "GPU 0: (UUID: )", "GPU 0: (UUID: a",
    ] {
      #expect(try ids("auto", GPUInventory(listing: text)) == [])
    }
  }

  @Test("A lock says who has it; what others wrote there is not believed") func users() throws {
    try withTemporaryDirectory { directory in
      let locks = directory + "/locks"
      #expect(GPULock.user(of: "0", in: locks) == nil)
      var user = GPUUser(owner: "ann", queue: "ann/night", run: "train-with-a-long-name-9x7c")
      for run in ["train-with-a-long-name-9x7c", "b"] {
        user.run = run
        guard let lock = try GPULock("0", for: user, in: locks) else {
          Issue.record("the taker is refused")
          return
        }
        let found = GPULock.user(of: "0", in: locks)
        _ = consume lock
        #expect(found == user)
      }
      #expect(user.words == "b of ann/night, by ann")
      // The runner is gone, and one of an early version has the lock.
      user.holder.process = ProcessIdentity(pid: user.holder.process.pid, started: 1)
      _ = try GPULock("0", for: user, in: locks)
      #expect(GPULock.user(of: "0", in: locks) == nil)
      for text in [
        "", "\n", "{}\n", "[]\n", #"{"owner": "a\u001b[2J", "queue": "q", "run": "r"}"# + "\n",
      ] {
        try writeFile(locks + "/0", text)
        #expect(GPULock.user(of: "0", in: locks) == nil)
      }
      // Somebody linked a file of another there: that is not written into.
      try writeFile(directory + "/letter", "dear")
      try System.link(directory + "/letter", locks + "/1")
      _ = try GPULock("1", for: user, in: locks)
      #expect(try readFile(directory + "/letter") == "dear")
    }
  }

  @Test("A lock is one process's at a time, and free when it lets go") func locks() throws {
    try withTemporaryDirectory { directory in
      let locks = directory + "/locks"
      #expect(!GPULock.isTaken("0", in: locks))
      do {
        guard let lock = try GPULock("0", in: locks) else {
          Issue.record("the first taker is refused")
          return
        }
        let isTaken = GPULock.isTaken("0", in: locks)
        let isOtherTaken = GPULock.isTaken("1", in: locks)
        let isGivenTwice = if try GPULock("0", in: locks) != nil { true } else { false }
        _ = consume lock
        #expect(isTaken && !isOtherTaken && !isGivenTwice)
      }
      #expect(!GPULock.isTaken("0", in: locks))
      // Everybody's, whatever the umask of who made it.
      #expect(try System.information(locks).permissions == 0o1777)
      #expect(try System.information(locks + "/0").permissions == 0o666)
    }
  }
}
