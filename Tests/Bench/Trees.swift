/// What a command cost that ran in a tree of its own.
struct TreeCost {
  /// The command itself: its time, its CPU and that of the children it waited for.
  let command: Cost
  /// Until its last descendant had ended, and the CPU of all of them.
  let whole: Cost
  /// When the command was forked, on the clock of the benchmark.
  let began: Int
}

/// Commands that run below the floor program's `tree`.
///
/// The tree adopts what daemonises, so the CPU of runners and servers is counted whoever their
/// parent is, and nothing survives the benchmark, not even its death.
final class Trees {
  /// A tree that runs until it is stopped.
  struct Running {
    let pid: Int32
    fileprivate let result: String
    fileprivate let errors: String
  }

  private let processes: Processes
  private let floor: String
  private let scratch: BenchDirectory

  init(processes: Processes, floor: String, scratch: BenchDirectory) {
    self.processes = processes
    self.floor = floor
    self.scratch = scratch
  }

  /// Starts a command that is to run on, an agent say.
  func start(
    _ command: [String], standardOutput: String = "/dev/null", extra: [(String, String)] = []
  ) throws -> Running {
    let result = scratch.freshPath("result")
    let errors = scratch.freshPath("errors")
    let output = Processes.Output(standardOutput: standardOutput, standardError: errors)
    let pid = try processes.start([floor, "tree", result] + command, output: output, extra: extra)
    return Running(pid: pid, result: result, errors: errors)
  }

  /// Ends every process of a tree.
  func stop(_ tree: Running) {
    processes.end(tree.pid)
  }

  /// Whether a command and all it started have ended.
  func hasEnded(_ tree: Running) -> Bool { Files.exists(tree.result) }

  /// What a command wrote to its errors first.
  func complaint(of tree: Running) -> String? {
    (try? Files.text(tree.errors))?.split(separator: "\n").first.map(String.init)
  }

  /// Runs a command and all it starts to the end; a status other than 0 throws.
  func measure(
    _ command: [String], standardOutput: String = "/dev/null", extra: [(String, String)] = [],
    seconds: Int = 180
  ) throws -> TreeCost {
    let machine = machineMicroseconds()
    let tree = try start(command, standardOutput: standardOutput, extra: extra)
    let treeStatus = try processes.wait(tree.pid, seconds: seconds)
    let machineAfter = machineMicroseconds()
    guard treeStatus == .exited(0) else { throw CommandFailure("its tree \(treeStatus)") }
    defer {
      // A file too many in the scratch directory is removed with it in the end.
      try? Files.remove(tree.result)
      try? Files.remove(tree.errors)
    }
    let figures = try Files.text(tree.result).split(whereSeparator: \.isWhitespace).compactMap {
      Int($0)
    }
    guard figures.count == 6 else { throw CommandFailure("its tree told no figures") }
    let status = ProcessEnd(waitStatus: Int32(truncatingIfNeeded: figures[0]))
    guard status == .exited(0) else {
      throw CommandFailure("\(status)" + (complaint(of: tree).map { ": \($0)" } ?? ""))
    }
    var whole = Cost(wall: figures[3], cpu: figures[4])
    if let machine, let machineAfter { whole.machineCPU = machineAfter - machine }
    return TreeCost(
      command: Cost(wall: figures[1], cpu: figures[2]), whole: whole, began: figures[5])
  }
}
