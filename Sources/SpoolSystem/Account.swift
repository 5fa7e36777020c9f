import CLibrary

/// A user of this host, from /etc/passwd or from the directory service that `getent` asks.
///
/// Read by hand: in a static binary `getpwuid` would load plug-ins of the C library, which may be of another
/// version, or absent. A user who is in neither has the number as the name, and the rest from the environment.
package struct Account: Sendable, Equatable {
  package let user: UInt32
  package let name: String
  package let home: String
  package let shell: String
  /// The number of the first group; nil if it is not known.
  private let group: UInt32?

  /// The account of this process's effective user.
  package static let current = Account(user: geteuid())

  package static let isRoot = geteuid() == 0

  /// The account with that number. This process's own is read once.
  package static func of(_ user: UInt32) -> Account {
    user == geteuid() ? current : Account(user: user)
  }

  /// The account with that number.
  package init(user: UInt32) {
    if let known = Self.known(user) {
      self = known
      return
    }
    let isSelf = user == geteuid()
    self.user = user
    // Cron sets only LOGNAME.
    name =
      isSelf
      ? Self.environment("USER") ?? Self.environment("LOGNAME") ?? "\(user)" : "\(user)"
    home = isSelf ? Self.environment("HOME") ?? "/" : "/"
    shell = isSelf ? Self.environment("SHELL") ?? "/bin/sh" : "/bin/sh"
    group = nil
  }

  /// Reads `name:x:user:group:comment:home:shell`.
  private init?(_ line: [String]) {
    guard line.count >= 7, !line[0].isEmpty, let user = UInt32(line[2]) else { return nil }
    self.user = user
    name = line[0]
    group = UInt32(line[3])
    home = line[5].isEmpty ? "/" : line[5]
    shell = line[6].isEmpty ? "/bin/sh" : line[6]
  }

  private static func known(_ user: UInt32) -> Account? {
    if let line = users.line(where: 2, is: "\(user)"), let known = Account(line) { return known }
    return NameService.line("passwd", "\(user)").flatMap { Account($0) }
      .flatMap { $0.user == user ? $0 : nil }
  }

  /// The number of the user with that name or number.
  package static func user(named name: String) -> UInt32? {
    if let line = users.line(where: 0, is: name), let known = Account(line) { return known.user }
    if let number = UInt32(name) { return number }
    return NameService.line("passwd", name).flatMap { Account($0) }?.user
  }

  /// The number of the group with that name or number.
  package static func group(named name: String) -> UInt32? {
    if let line = groups.line(where: 0, is: name), let known = UInt32(line[2]) { return known }
    if let number = UInt32(name) { return number }
    return NameService.line("group", name).flatMap { $0.count >= 4 ? UInt32($0[2]) : nil }
  }

  /// The name of the group with this number; the number itself if the group has no name.
  package static func name(ofGroup group: UInt32) -> String {
    if let line = groups.line(where: 2, is: "\(group)") { return line[0] }
    return NameService.line("group", "\(group)")?.first ?? "\(group)"
  }

  /// Whether the user is a listed member of the group, or has it as the first group.
  package static func isMember(_ user: UInt32, of group: UInt32) -> Bool {
    guard let account = known(user) else { return false }
    if account.group == group { return true }
    if let line = groups.line(where: 2, is: "\(group)"), lists(line, account.name) { return true }
    // A directory service may answer one of the two questions and not the other.
    if NameService.groups(of: account.name).contains(group) { return true }
    return NameService.line("group", "\(group)").map { lists($0, account.name) } ?? false
  }

  /// Whether `name:x:group:member,member` has that member.
  private static func lists(_ line: [String], _ name: String) -> Bool {
    line.count >= 4 && line[3].parts(at: ",").contains { $0.utf8.elementsEqual(name.utf8) }
  }

  /// Whether this process has the group among its own.
  package static func selfIsMember(of group: UInt32) -> Bool {
    if getegid() == group { return true }
    let most = getgroups(0, nil)
    guard most > 0 else { return false }
    var groups = [gid_t](repeating: 0, count: Int(most))
    let count = getgroups(most, &groups)
    return count > 0 && groups.prefix(Int(count)).contains(group)
  }

  private static func environment(_ name: String) -> String? {
    System.variable(name).flatMap { $0.isEmpty ? nil : $0 }
  }

  // Read once per process: an agent does not see accounts that are made while it runs.
  private static let users = AccountFile("/etc/passwd", fields: 7)
  private static let groups = AccountFile("/etc/group", fields: 4)
}

/// /etc/passwd or /etc/group: lines of fields, separated by colons.
private struct AccountFile: Sendable {
  private let bytes: [UInt8]
  private let fields: Int

  init(_ path: String, fields: Int) {
    bytes = (try? System.openFollowing(path).readAll(limit: 16 << 20)) ?? []
    self.fields = fields
  }

  /// The first line whose field has that text.
  ///
  /// Compares bytes, for speed: each program of spool looks here when it starts, and nearly no line matches.
  func line(where field: Int, is text: String) -> [String]? {
    let wanted = text.rawBytes
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      var rest = line
      for _ in 0..<field {
        guard let colon = rest.firstIndex(of: UInt8(ascii: ":")) else { break }
        rest = rest[(colon + 1)...]
      }
      guard rest.starts(with: wanted),
        rest.count == wanted.count || rest[rest.startIndex + wanted.count] == UInt8(ascii: ":")
      else { continue }
      let parts = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      if parts.count >= fields { return parts.map { String(raw: $0) } }
    }
    return nil
  }
}
