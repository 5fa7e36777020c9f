/// The kernel's counters of the processes that it has ended for lack of memory.
///
/// They tell the number of processes, and not which processes: a process that got KILL while they rose was perhaps ended
/// by another program. So the words name the counter.
package final class OutOfMemory: Sendable {
  /// A file of the control group that this process and its children are in, kept open: it is read for each run. Nil
  /// if the group counts nothing.
  private let group: Descriptor?

  /// More than such a file has.
  private static let size = 4096

  /// The counters at one moment.
  package struct Count: Sendable, Equatable {
    /// Of the control group; nil if it counts nothing.
    package var group: Int?
    /// Of the whole host; nil if it was not asked, or does not tell.
    package var host: Int?

    package init(group: Int? = nil, host: Int? = nil) {
      self.group = group
      self.host = host
    }

    /// The explanation of an end by KILL, as a part of a sentence. Returns nil if nothing was counted since.
    package func words(since before: Count) -> String? {
      if let count = Self.rise(group, since: before.group) {
        return "out of memory: the kernel has ended \(count) of its control group"
      }
      return Self.rise(host, since: before.host).map {
        "perhaps out of memory: the kernel has ended \($0) of this host for lack of it"
      }
    }

    /// A sentence about a command that ended otherwise, perhaps because a process that it had started was ended.
    package func remark(since before: Count) -> String? {
      Self.rise(group, since: before.group).map {
        "meanwhile the kernel has ended \($0) of its control group for lack of memory"
      }
    }

    private static func rise(_ now: Int?, since before: Int?) -> String? {
      guard let now, let before, now > before else { return nil }
      let count = now.subtracting(clamped: before)
      return count == 1 ? "a process" : "\(count) processes"
    }
  }

  /// Opens the counter of this process's control group.
  package convenience init() { self.init(files: Self.files) }

  /// Opens the first of the files that counts.
  package init(files: [String]) {
    for path in files {
      guard let file = try? System.openFollowing(path),
        let bytes = try? file.read(atMost: Self.size), Self.count(in: bytes) != nil
      else { continue }
      group = consume file
      return
    }
    group = nil
  }

  /// The count of the control group.
  package var countOfGroup: Int? {
    guard (try? group?.seek(to: 0)) != nil, let bytes = try? group?.read(atMost: Self.size) else {
      return nil
    }
    return Self.count(in: bytes)
  }

  /// The count of the whole host. Nil where the kernel has none (before 4.13), and where `/proc` does not tell.
  package static var countOfHost: Int? {
    (try? System.openFollowing("/proc/vmstat").readAll()).flatMap { count(in: $0) }
  }

  /// The number in the line `oom_kill N`, which `memory.events`, `memory.oom_control` and `/proc/vmstat` have.
  package static func count(in bytes: [UInt8]) -> Int? {
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let words = line.split(separator: UInt8(ascii: " "))
      if words.count == 2, words[0].elementsEqual("oom_kill".utf8) {
        return Int(String(raw: words[1]))
      }
    }
    return nil
  }

  /// Where the group may count, by `/proc/self/cgroup`: version 2, then version 1. In a container that has a
  /// namespace of its own the group is the root of what is mounted.
  private static var files: [String] {
    #if os(Linux)
      let groups = (try? System.openFollowing("/proc/self/cgroup").readAll()) ?? []
      return files(of: groups)
    #else
      return []
    #endif
  }

  package static func files(of groups: [UInt8]) -> [String] {
    var (second, first): ([String], [String]) = ([], [])
    for line in groups.split(separator: UInt8(ascii: "\n")) {
      // NUMBER:CONTROLLERS:PATH, where the path may have colons.
      let parts = line.split(
        separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let path = String(raw: parts[2] == [UInt8(ascii: "/")] ? [] : parts[2])
      if parts[1].isEmpty {
        second += ["", "/unified"].map { "/sys/fs/cgroup\($0)\(path)/memory.events" }
      } else if parts[1].split(separator: UInt8(ascii: ",")).contains(where: {
        $0.elementsEqual("memory".utf8)
      }) {
        first += [path, ""].map { "/sys/fs/cgroup/memory\($0)/memory.oom_control" }
      }
    }
    return second + ["/sys/fs/cgroup/memory.events"] + first
  }
}
