import SpoolQueue
import SpoolTesting
import Testing

@testable import SpoolAgent

/// The outputs are those of `nvidia-smi` 535 and 550: `--query-compute-apps=gpu_uuid,pid,used_memory` and
/// `--query-gpu=index,uuid,memory.used,memory.total`, each with `--format=csv,noheader,nounits`.
@Suite("Which gpus processes use, as nvidia-smi tells it") struct GPUCensusTests {
  private static let idle = """
    0, GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77, 3, 81920
    1, GPU-c6d4e5f0-8a1b-4c5d-9e0f-112233445566, 1, 81920

    """

  private static let card = GPU(id: "GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77", locks: [])
  private static let second = GPU(id: "GPU-c6d4e5f0-8a1b-4c5d-9e0f-112233445566", locks: [])

  /// A process of this table lives; no other process can be seen.
  private func census(_ processes: String, memory: String = idle) -> GPUCensus {
    let living = ProcessIdentity(of: ProcessIdentity.current.pid)
    return GPUCensus(processes: processes, memory: memory) { pid in
      switch pid {
      case 1234: (living, "python, user ana")
      case 1235: (living, "nvidia-cuda-mps, user root")
      case 1236: (ProcessIdentity(pid: Int32.max, started: 1), "ended, user ana")
      default: nil
      }
    }
  }

  @Test("A process on a card, by its name and its user; two of them; none")
  func processes() {
    let one = census("GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77, 1234, 1024\n")
    let words = "pid 1234 (python, user ana), which did not get it from spool"
    #expect(one.user(of: Self.card, wasHeld: false) == words)
    #expect(one.user(of: GPU(id: "0", locks: ["0"]), wasHeld: false) == words)
    #expect(one.user(of: Self.second, wasHeld: false) == nil)
    #expect(one.user(of: GPU(id: "1", locks: ["1"]), wasHeld: false) == nil)
    // A process outlives the run that had the gpu.
    #expect(one.user(of: Self.card, wasHeld: true) == words)
    let two = census(
      """
      GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77, 1234, [N/A]
      GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77, 99, [Insufficient Permissions]
      """)
    #expect(
      two.user(of: Self.card, wasHeld: false)
        == "pid 1234 (python, user ana) and 1 more, which did not get it from spool")
    #expect(census("").user(of: Self.card, wasHeld: false) == nil)
  }

  @Test("A process of another container; one that has ended; the service that shares gpus")
  func unseen() {
    let foreign = census("GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77, 99, 1024")
    #expect(
      foreign.user(of: Self.card, wasHeld: false)
        == "pid 99, which cannot be seen from here, which did not get it from spool")
    // It may have been of the run that has ended since.
    #expect(foreign.user(of: Self.card, wasHeld: true) == nil)
    for pid in [1235, 1236] {
      let none = census("GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77, \(pid), 1024")
      #expect(none.user(of: Self.card, wasHeld: false) == nil)
    }
  }

  @Test("Memory that no process in the list has; a desktop and a driver have a little")
  func memory() {
    let used = """
      0, GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77, 60124, 81920
      1, GPU-c6d4e5f0-8a1b-4c5d-9e0f-112233445566, 8192, 81920
      """
    let census = census("", memory: used)
    #expect(
      census.user(of: Self.card, wasHeld: false)
        == "a process that cannot be seen from here: 60124 MiB of its memory are in use")
    #expect(census.user(of: Self.card, wasHeld: true) == nil)
    #expect(census.user(of: Self.second, wasHeld: false) == nil)
  }

  @Test("A part of a divided card (MIG) is used only if its own name stands there")
  func parts() {
    let part = GPU(id: "MIG-c6d4a1b2-0000-5555-8888-aabbccddeeff", locks: [])
    let whole = census("GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77, 1234, [N/A]")
    #expect(whole.user(of: part, wasHeld: false) == nil)
    let named = census("MIG-c6d4a1b2-0000-5555-8888-aabbccddeeff, 1234, [N/A]")
    #expect(named.user(of: part, wasHeld: false)?.hasPrefix("pid 1234") == true)
  }

  @Test(
    "Anything else tells nothing",
    arguments: [
      "No devices were found\n", "No running processes found\n",
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n",
      "Failed to initialize NVML: Driver/library version mismatch\n",
      "Unable to determine the device handle for GPU 0000:02:00.0: Unknown Error\n",
      "GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77)\n",
      "gpu_uuid, pid, used_gpu_memory [MiB]\n", ",,,\n,\n\n",
      "GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77, -1, 3",
      "GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77, 99999999999999999999, 3", "0, GPU-a, [N/A], [N/A]",
      "0, GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77, [Not Supported], 81920",
      "0, GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77, 99999999999999999999, 1",
    ])
  func nonsense(text: String) {
    let census = census(text, memory: text)
    #expect(census.user(of: Self.card, wasHeld: false) == nil)
    #expect(census.user(of: GPU(id: "0", locks: ["0"]), wasHeld: false) == nil)
  }
}
