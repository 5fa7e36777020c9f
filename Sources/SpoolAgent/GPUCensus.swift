import SpoolProtocol

/// The processes that use the gpus of a host, as its `nvidia-smi` tells of them. It does not know which of them are
/// of runs: only a gpu that no run has is asked for.
struct GPUCensus: Sendable, Equatable {
  private struct User: Sendable, Equatable {
    let pid: Int32
    /// Nil if this process cannot see it: it is of another container, or has ended meanwhile.
    let process: ProcessIdentity?
    let words: String
  }

  private struct Memory: Sendable, Equatable {
    let used: Int
    let total: Int
  }

  private var users: [String: [User]] = [:]
  private var memory: [String: Memory] = [:]
  /// The names of the cards by their numbers, for agents that know numbers only.
  private var names: [String: String] = [:]

  /// Reads the two outputs of ``processesQuestion`` and ``memoryQuestion``. A line that is none of theirs is left out.
  ///
  /// - Parameter describe: Returns the words for a process, nil if it cannot be seen.
  init(
    processes: String, memory lines: String,
    describe: (Int32) -> (ProcessIdentity, String)? = Self.describe
  ) {
    for fields in Self.fields(processes) where fields.count >= 2 {
      guard Self.isName(fields[0]), let pid = Int32(fields[1]), pid > 0 else { continue }
      let seen = describe(pid)
      if let seen, Self.isShared(seen.1) { continue }
      let words =
        seen.map { "pid \(pid) (\($0.1))" } ?? "pid \(pid), which cannot be seen from here"
      users[fields[0], default: []].append(User(pid: pid, process: seen?.0, words: words))
    }
    for fields in Self.fields(lines) where fields.count == 4 {
      guard Int(fields[0]) != nil, Self.isName(fields[1]) else { continue }
      names[fields[0]] = fields[1]
      if let used = Int(fields[2]), let total = Int(fields[3]), total > 0 {
        memory[fields[1]] = Memory(used: used, total: total)
      }
    }
  }

  /// A line for each process that computes: `GPU-5d5b…, 4711, 1024`. The amount, in MiB, may be `[N/A]`. A divided gpu
  /// (MIG) stands there under the name of the whole card or under that of its part, as the driver has it.
  static let processesQuestion = [
    "nvidia-smi", "--query-compute-apps=gpu_uuid,pid,used_memory", "--format=csv,noheader,nounits",
  ]

  /// A line for each card: `0, GPU-5d5b…, 3, 81920`, in MiB; `[N/A]` where the card does not tell.
  static let memoryQuestion = [
    "nvidia-smi", "--query-gpu=index,uuid,memory.used,memory.total",
    "--format=csv,noheader,nounits",
  ]

  /// Words for the process that uses a gpu. Returns nil if none does, as far as is known.
  ///
  /// - Parameter wasHeld: Whether a run had the gpu when the census was taken. Its memory tells nothing then.
  func user(of gpu: GPU, wasHeld: Bool) -> String? {
    let name = names[gpu.id] ?? gpu.id
    let living = (users[name] ?? []).filter { user in
      // One that cannot be seen may have been of that run.
      user.process.map { $0.isAlive } ?? !wasHeld
    }
    if let first = living.first {
      let more = living.count > 1 ? " and \(living.count - 1) more" : ""
      return "\(first.words)\(more), which did not get it from spool"
    }
    // Processes of other containers may be in no list. A desktop and a driver need a little memory, too.
    guard !wasHeld, let memory = memory[name], memory.used > memory.total / 10 else { return nil }
    return "a process that cannot be seen from here: \(memory.used) MiB of its memory are in use"
  }

  /// The name of the program and the user of a process. Returns nil if it cannot be seen.
  private static func describe(_ pid: Int32) -> (ProcessIdentity, String)? {
    let process = ProcessIdentity(of: pid)
    guard process.started != 0, process.isAlive else { return nil }
    let facts = ProcessFacts(of: pid)
    return (process, facts.name + (facts.owner.map { ", user \($0)" } ?? ""))
  }

  /// Whether it is the service through which processes share gpus: it is on each of them all the time.
  private static func isShared(_ words: String) -> Bool { words.hasPrefix("nvidia-cuda-mps") }

  private static func isName(_ text: String) -> Bool {
    text.hasPrefix("GPU-") || text.hasPrefix("MIG-")
  }

  private static func fields(_ output: String) -> [[String]] {
    output.split(whereSeparator: \.isNewline).prefix(65_536).map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map { field in
        let start = field.drop { $0 == " " || $0 == "\t" }
        return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
      }
    }
  }
}
