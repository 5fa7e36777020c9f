/// What Linux tells in /proc about a process that was not waited for.
struct ProcessFigures {
  /// User and system time in milliseconds, by the kernel's ticks.
  var cpuTicks = 0.0
  /// Time on a processor in microseconds, to the nanosecond; 0 where the kernel does not keep it.
  var onProcessor = 0.0
  /// Voluntary context switches of all threads: it slept and something woke it.
  var wakeups = 0.0
  var threads = 0
  /// Resident and proportional memory in KiB; what is shared counts fully, or by its share.
  var resident = 0
  var proportional = 0

  /// The figures of one process; nil if it is gone.
  init?(of pid: Int) {
    let process = "/proc/\(pid)"
    guard let fields = Self.fields(of: pid), fields.count > 12,
      let user = Double(fields[11]), let system = Double(fields[12])
    else { return nil }
    cpuTicks = (user + system) * 1_000 / Double(Host.ticksPerSecond)
    for thread in (try? Files.names(in: "\(process)/task")) ?? [] {
      threads += 1
      let task = "\(process)/task/\(thread)"
      let schedule = (try? Files.text("\(task)/schedstat")) ?? ""
      onProcessor +=
        schedule.split(separator: " ").first.flatMap { Double($0) }.map { $0 / 1e3 } ?? 0
      wakeups += Double(Self.value("voluntary_ctxt_switches", in: "\(task)/status"))
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
