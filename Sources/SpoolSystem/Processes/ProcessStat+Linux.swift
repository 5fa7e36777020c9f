#if os(Linux)
  /// The facts of `/proc/PID/stat` that spool uses.
  struct ProcessStat: Equatable {
    /// The process's state, one letter in ASCII: `S`, `D`, `Z`.
    let state: UInt8
    let session: Int32
    /// When the process started, in clock ticks since boot.
    let started: UInt64

    var isZombie: Bool { state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") }

    /// Reads the facts of a process. Returns nil if it is gone.
    init?(of pid: Int32) {
      guard let bytes = try? System.openFollowing("/proc/\(pid)/stat").readAll(limit: 65_536)
      else { return nil }
      self.init(bytes)
    }

    /// Parses the file. The second field is the program's name in brackets, which may contain any byte except NUL:
    /// brackets, blanks, newlines, and parts of characters. Therefore bytes are searched, and the last bracket counts.
    init?(_ bytes: [UInt8]) {
      guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
      let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
      // Fields 3, 6 and 22 of proc_pid_stat(5).
      guard fields.count > 19, let state = fields[0].first,
        let session = Int32(String(raw: fields[3])), let started = UInt64(String(raw: fields[19]))
      else { return nil }
      (self.state, self.session, self.started) = (state, session, started)
    }
  }
#endif
