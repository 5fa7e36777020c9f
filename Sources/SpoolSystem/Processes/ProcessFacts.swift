/// The facts that this host gives about a process that does not end.
package struct ProcessFacts: Sendable, Equatable {
  package let pid: Int32
  /// The name of its program; "?" if the system does not tell.
  package let name: String
  /// Its state as one letter: `S`, `D`, `Z`; "?" if the system does not tell.
  package let state: String
  /// The name of its user; nil if the system does not tell.
  package let owner: String?

  package init(pid: Int32, name: String, state: String, owner: String?) {
    self.pid = pid
    self.name = name
    self.state = state
    self.owner = owner
  }

  package init(of pid: Int32) {
    var state = "?"
    var owner: String?
    #if os(Linux)
      if let stat = ProcessStat(of: pid) { state = String(UnicodeScalar(stat.state)) }
      if let information = try? System.information("/proc/\(pid)") {
        owner = Account(user: information.owner).name
      }
    #endif
    self.init(pid: pid, name: Self.name(of: pid), state: state, owner: owner)
  }

  /// The name of a process's program, for example `sleep`.
  package static func name(of pid: Int32) -> String {
    #if os(Linux)
      if let line = Host.text(of: "/proc/\(pid)/comm"), !line.isEmpty { return line }
    #endif
    return "?"
  }

  /// The reason why it does not end, as a part of a sentence.
  ///
  /// - Parameter error: Why the signal could not be sent; nil if it was sent.
  package func words(_ error: Errno?) -> String {
    let process = "process \(pid) (\(name))"
    if let error {
      return process + (owner.map { ", which belongs to \($0)," } ?? "")
        + " cannot be signalled: \(error)"
    }
    return state == "D"
      ? "\(process) waits in the kernel and takes no signal (state D)"
      : "\(process) does not end although it got KILL (state \(state))"
  }
}
