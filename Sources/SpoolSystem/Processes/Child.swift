import CLibrary

/// How a child process ended.
package struct ChildStatus: Sendable, Equatable {
  private let status: Int32

  /// Takes the number that `waitpid` gave.
  package init(_ status: Int32) { self.status = status }

  /// Its exit status. Returns nil if a signal ended it.
  package var code: Int? { status & 0x7F == 0 ? Int((status >> 8) & 0xFF) : nil }

  /// The name of the signal that ended it, for example `KILL`.
  package var signal: String? { status & 0x7F == 0 ? nil : SignalName.text(status & 0x7F) }

  /// The end in words, for a record.
  package var words: String { code.map { "exit status \($0)" } ?? "signal \(signal ?? "?")" }
}

/// The children of this process.
package enum Child {
  /// The result of a look at the children.
  package enum Look: Equatable {
    /// No child is left.
    case none
    /// Some live, and none has just ended.
    case living
    /// This child ended, and is forgotten now.
    case ended(Int32, ChildStatus)
  }

  /// Takes the next child that ended. `waitpid` with WNOHANG.
  package static func look() -> Look {
    var status: Int32 = 0
    let pid = waitpid(-1, &status, WNOHANG)
    if pid > 0 { return .ended(pid, ChildStatus(status)) }
    return pid == 0 ? .living : .none
  }

  /// Waits until a child has ended. `waitpid`.
  @discardableResult
  package static func reap(_ pid: Int32) -> ChildStatus? {
    var status: Int32 = 0
    guard (try? call(.wait, { waitpid(pid, &status, 0) })) != nil else { return nil }
    return ChildStatus(status)
  }

  /// Whether a child has ended. If so, it is forgotten. `waitpid` with WNOHANG.
  package static func hasEnded(_ pid: Int32) -> Bool {
    var status: Int32 = 0
    return waitpid(pid, &status, WNOHANG) != 0
  }

  /// Sends a signal to a process, or to a group if `pid` is negative. A process that is gone is no
  /// error. `kill`.
  package static func signal(_ number: Int32, _ pid: Int32) { _ = kill(pid, number) }

  /// Sends a signal. Returns the error if it was refused; a process that is gone is no error. `kill`.
  package static func trySignal(_ number: Int32, _ pid: Int32) -> Errno? {
    if kill(pid, number) == 0 { return nil }
    let error = Errno.current
    return error == .notPermitted ? error : nil
  }

  /// Whether a group has a process that is no child of this process. `kill` with 0.
  ///
  /// On Linux always false: there orphans become children of this process.
  package static func isGroupLeft(_ group: Int32) -> Bool {
    #if os(Linux)
      return false
    #else
      return kill(-group, 0) == 0 || Errno.current == .notPermitted
    #endif
  }

  /// Every living descendant of this process, children before their own children. Orphans are among them if
  /// this process adopts them.
  package static func descendants() -> [Int32] {
    #if os(Linux)
      var found: [Int32] = []
      var next = children(of: getpid())
      while let pid = next.popLast() {
        found.append(pid)
        next += children(of: pid)
      }
      return found
    #else
      return []
    #endif
  }

  #if os(Linux)
    private static func children(of pid: Int32) -> [Int32] {
      // Each thread has children of its own. A list that changes while it is read may lack some: callers look
      // again.
      guard let tasks = try? System.list("/proc/\(pid)/task") else { return [] }
      return tasks.flatMap { task -> [Int32] in
        guard
          let bytes = try? System.open("/proc/\(pid)/task/\(task)/children", .reading).readAll()
        else { return [] }
        return bytes.split(separator: UInt8(ascii: " ")).compactMap { Int32(String(raw: $0)) }
      }
    }
  #endif
}
