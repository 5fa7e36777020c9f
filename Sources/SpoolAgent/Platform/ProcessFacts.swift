import CLibrary
import SpoolProtocol

/// What this host says of a process that does not end.
struct ProcessFacts: Sendable, Equatable {
  let pid: Int32
  /// Its program's name; "?" where the system does not say.
  let name: String
  /// Its state as one letter: `S`, `D`, `Z`; "?" where the system does not say.
  let state: String
  /// Its user's name; nil: unknown.
  let owner: String?

  init(of pid: Int32) {
    self.pid = pid
    name = Self.name(of: pid)
    var state = "?"
    var owner: String?
    #if os(Linux)
      if let bytes = try? System.openFollowing("/proc/\(pid)/stat").readAll(limit: 4096),
        let end = bytes.lastIndex(of: UInt8(ascii: ")")), end + 2 < bytes.count
      {
        state = String(raw: [bytes[end + 2]])
      }
      if let information = try? System.information("/proc/\(pid)") {
        owner = Account(user: information.owner).name
      }
    #endif
    self.state = state
    self.owner = owner
  }

  /// The name of a process's program: `sleep`.
  static func name(of pid: Int32) -> String {
    #if os(Linux)
      if let bytes = try? System.openFollowing("/proc/\(pid)/comm").readAll(limit: 64) {
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        if !line.isEmpty { return String(raw: line) }
      }
    #endif
    return "?"
  }

  /// Why it does not end, as a part of a sentence.
  ///
  /// - Parameter error: What came of the signal; nil: it was sent.
  func words(_ error: Errno?) -> String {
    let who = "process \(pid) (\(name))"
    if let error {
      return "\(who)" + (owner.map { ", which belongs to \($0)," } ?? "")
        + " cannot be signalled: \(error)"
    }
    return state == "D"
      ? "\(who) waits in the kernel and takes no signal (state D)"
      : "\(who) does not end although it got KILL (state \(state))"
  }
}

extension Child {
  /// Sends a signal, and says why it could not be sent; nil: it was, or there is no such process. `kill`.
  static func trySignal(_ number: Int32, _ pid: Int32) -> Errno? {
    if kill(pid, number) == 0 { return nil }
    let error = Errno.current
    return error == .notPermitted ? error : nil
  }

  /// Whether a group has a process that is no child of this one. `kill` with 0.
  ///
  /// Elsewhere than on Linux orphans have another parent, and only their group tells of them.
  static func isGroupLeft(_ group: Int32) -> Bool {
    #if os(Linux)
      return false
    #else
      return kill(-group, 0) == 0 || Errno.current == .notPermitted
    #endif
  }
}
