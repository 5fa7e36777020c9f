/// The permissions of a new file, and the group that it gets.
package struct FileMode: Sendable, Equatable, ExpressibleByIntegerLiteral {
  package let permissions: UInt32
  /// Nil for the group that the system gives it.
  package let group: UInt32?

  package init(_ permissions: UInt32, group: UInt32? = nil) {
    self.permissions = permissions
    self.group = group
  }

  package init(integerLiteral value: UInt32) { self.init(value) }

  /// The same without the permissions that the mask lacks.
  package static func & (mode: FileMode, mask: UInt32) -> FileMode {
    FileMode(mode.permissions & mask, group: mode.group)
  }
}
