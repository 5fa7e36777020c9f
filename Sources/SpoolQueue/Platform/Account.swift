#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#else
  #error("Unsupported platform")
#endif

/// A user of this host, as /etc/passwd has it.
///
/// Read by hand: in a static binary `getpwuid` would load the C library's plug-ins, which may be
/// of another version, or none. A user the file does not have (a directory service's) keeps the
/// number as a name and what the environment says of the rest.
package struct Account: Sendable, Equatable {
  package let user: UInt32
  package let name: String
  package let home: String
  package let shell: String

  /// The effective user of this process.
  package static let current = Account(user: geteuid())

  /// The account with that number.
  package init(user: UInt32) {
    if let known = Self.all.first(where: { $0.user == user }) {
      self = known
      return
    }
    let isSelf = user == geteuid()
    self.user = user
    name = isSelf ? Self.environment("USER") ?? "\(user)" : "\(user)"
    home = isSelf ? Self.environment("HOME") ?? "/" : "/"
    shell = isSelf ? Self.environment("SHELL") ?? "/bin/sh" : "/bin/sh"
  }

  private init(user: UInt32, name: String, home: String, shell: String) {
    self.user = user
    self.name = name
    self.home = home
    self.shell = shell
  }

  /// The number of the user with that name or number.
  package static func user(named name: String) -> UInt32? {
    all.first { $0.name == name }?.user ?? UInt32(name)
  }

  /// The number of the group with that name or number.
  package static func group(named name: String) -> UInt32? {
    groups.first { $0.name == name }?.number ?? UInt32(name)
  }

  /// Whether the user is listed as a member of the group, or has it as the first one.
  package static func isMember(_ user: UInt32, of group: UInt32) -> Bool {
    if let name = all.first(where: { $0.user == user })?.name,
      groups.contains(where: { $0.number == group && $0.members.contains(name) })
    {
      return true
    }
    return firstGroups[user] == group
  }

  /// Whether this process has the group among its own.
  package static func selfIsMember(of group: UInt32) -> Bool {
    if getegid() == group { return true }
    var groups = [gid_t](repeating: 0, count: 4096)
    let count = getgroups(Int32(groups.count), &groups)
    return count > 0 && groups.prefix(Int(count)).contains(group)
  }

  private static func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  // Read once a process: an account made while an agent runs is known to the next one.
  private static let passwd = lines(of: "/etc/passwd", fields: 7)
  private static let all: [Account] = passwd.compactMap { line in
    UInt32(line[2]).map {
      Account(
        user: $0, name: line[0], home: line[5].isEmpty ? "/" : line[5],
        shell: line[6].isEmpty ? "/bin/sh" : line[6])
    }
  }
  private static let firstGroups: [UInt32: UInt32] = passwd.reduce(into: [:]) { groups, line in
    if let user = UInt32(line[2]), let group = UInt32(line[3]) { groups[user] = group }
  }
  private static let groups: [(name: String, number: UInt32, members: Set<String>)] =
    lines(of: "/etc/group", fields: 4).compactMap { line in
      UInt32(line[2]).map {
        (line[0], $0, Set(line[3].split(separator: ",").map { String($0) }))
      }
    }

  private static func lines(of path: String, fields: Int) -> [[String]] {
    guard let bytes = try? System.openFollowing(path).readAll(limit: 16 << 20) else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
      let parts = line.split(separator: ":", omittingEmptySubsequences: false)
      return parts.count >= fields ? parts.map { String($0) } : nil
    }
  }
}
