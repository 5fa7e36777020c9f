import CLibrary

/// A process, with its start, which distinguishes it from later processes with the same number.
package struct ProcessIdentity: Sendable, Equatable {
  /// The number, in the namespace of this process.
  package let pid: Int32
  /// Its start, in the kernel's own unit since boot; 0 if it cannot be read.
  package let started: UInt64

  package init(pid: Int32, started: UInt64) {
    self.pid = pid
    self.started = started
  }

  /// The process that has that number now.
  package init(of pid: Int32) {
    self.init(pid: pid, started: Self.status(of: pid)?.started ?? 0)
  }

  package static let current = ProcessIdentity(of: getpid())

  /// No process; never alive.
  package static let nobody = ProcessIdentity(pid: 0, started: 0)

  /// Whether it still runs; a zombie does not. A process whose state cannot be read counts as alive: a live run
  /// must not be taken over.
  package var isAlive: Bool {
    // For `kill` 0 and negative numbers are groups, this process's own among them.
    if pid <= 0 { return false }
    // Signal 0 only asks whether the number is in use.
    if kill(pid, 0) == -1, errno == ESRCH { return false }
    guard let status = Self.status(of: pid) else { return true }
    if status.isZombie { return false }
    return started == 0 || status.started == started
  }

  private struct Status {
    let started: UInt64
    let isZombie: Bool
  }

  #if os(Linux)
    private static func status(of pid: Int32) -> Status? {
      // If not, /proc has another process under that number.
      guard Host.current.seesProcesses, let stat = ProcessStat(of: pid) else { return nil }
      return Status(started: stat.started, isZombie: stat.isZombie)
    }
  #else
    private static func status(of pid: Int32) -> Status? {
      var info = proc_bsdinfo()
      let size = Int32(MemoryLayout<proc_bsdinfo>.size)
      guard proc_pidinfo(pid, PROC_PIDTBSDINFO, 0, &info, size) == size else { return nil }
      let started = info.pbi_start_tvsec * 1_000_000 + info.pbi_start_tvusec
      return Status(started: started, isZombie: info.pbi_status == UInt32(SZOMB))
    }
  #endif
}
