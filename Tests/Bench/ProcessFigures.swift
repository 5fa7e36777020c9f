/// What Linux tells in /proc about a thread.
struct ThreadFigures {
  /// Time on a processor in microseconds, to the nanosecond; 0 where the kernel does not keep it.
  var onProcessor = 0.0
  /// Voluntary context switches: it slept and something woke it.
  var wakeups = 0.0
}

/// What Linux tells in /proc about a process that was not waited for.
struct ProcessFigures {
  /// User and system time in milliseconds, by the kernel's ticks.
  var cpuTicks = 0.0
  /// Its threads by their identifiers.
  var threads: [Int: ThreadFigures] = [:]
  /// Resident and proportional memory in KiB; what is shared counts fully, or by its share.
  var resident = 0
  var proportional = 0

  /// The figures of one process; nil if it is gone.
  init?(of pid: Int) {
    let process = "/proc/\(pid)"
    guard let fields = Self.fields(of: pid), fields.count > 12,
      let user = Double(fields[11]), let system = Double(fields[12])
    else { return nil }
    cpuTicks = (user + system) * 1_000 / Double(Machine.ticksPerSecond)
    for name in (try? Files.names(in: "\(process)/task")) ?? [] {
      guard let thread = Int(name) else { continue }
      let task = "\(process)/task/\(name)"
      let schedule = ((try? Files.text("\(task)/schedstat")) ?? "").split(separator: " ")
      threads[thread] = ThreadFigures(
        onProcessor: (schedule.first.flatMap { Double($0) } ?? 0) / 1e3,
        wakeups: Double(Self.value("voluntary_ctxt_switches", in: "\(task)/status")))
    }
    resident = Self.value("Rss", in: "\(process)/smaps_rollup")
    proportional = Self.value("Pss", in: "\(process)/smaps_rollup")
  }

  /// The number after `KEY:` in a file of such lines; 0 if there is none.
  private static func value(_ key: String, in path: String) -> Int {
    guard let text = try? Files.text(path) else { return 0 }
    for line in text.split(separator: "\n") where line.hasPrefix("\(key):") {
      let words = line.dropFirst(key.count + 1).split(whereSeparator: \.isWhitespace)
      return words.first.flatMap { Int($0) } ?? 0
    }
    return 0
  }

  /// The fields of /proc/PID/stat behind the name: state, parent, …; utime and stime are 11 and 12.
  private static func fields(of pid: Int) -> [Substring]? {
    guard let text = try? Files.text("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")")
    else { return nil }
    return text[text.index(after: end)...].split(separator: " ")
  }

  /// All descendants of a process, it itself left out, each with its figures.
  static func descendants(of ancestor: Int) throws -> [Int: ProcessFigures] {
    var children: [Int: [Int]] = [:]
    for name in try Files.names(in: "/proc") {
      // A process may end between the listing and the look.
      guard let pid = Int(name), let fields = fields(of: pid), fields.count > 1,
        let parent = Int(fields[1])
      else { continue }
      children[parent, default: []].append(pid)
    }
    var found: [Int: ProcessFigures] = [:]
    var left = children[ancestor] ?? []
    while let pid = left.popLast() {
      found[pid] = ProcessFigures(of: pid)
      left += children[pid] ?? []
    }
    return found
  }
}

/// What a tree of processes has used since the account was opened.
///
/// The kernel drops the figures of a thread that ends, and pools end theirs when there is nothing
/// to do. So this looks often, and what is lost is what a thread did after the last look at it.
struct IdleAccount {
  private(set) var used = ThreadFigures()
  private(set) var cpuTicks = 0.0
  /// As they were when last looked at.
  private(set) var processes: [Int: ProcessFigures]

  init(of ancestor: Int) throws {
    processes = try ProcessFigures.descendants(of: ancestor)
  }

  mutating func look(at ancestor: Int) throws {
    let now = try ProcessFigures.descendants(of: ancestor)
    for (pid, figures) in now {
      // What came in between counts from its beginning.
      cpuTicks += figures.cpuTicks - (processes[pid]?.cpuTicks ?? 0)
      for (identifier, thread) in figures.threads {
        let before = processes[pid]?.threads[identifier] ?? ThreadFigures()
        used.onProcessor += thread.onProcessor - before.onProcessor
        used.wakeups += thread.wakeups - before.wakeups
      }
    }
    processes = now
  }
}
