/// A violation of the protocol, or a remark, in a queue's directory.
package struct Finding: Sendable, Hashable {
  /// The kind of a finding: who can repair it, if anything is wrong.
  package enum Kind: String, Sendable {
    /// A person must look at it.
    case fault
    /// A crash left it; `spool recover`, or any agent of the queue, mends it.
    case mendable
    /// Nothing is wrong; the remark tells which file is skipped, and why.
    case remark
  }

  package let kind: Kind
  /// The place of the finding, relative to the queue's directory.
  package let path: String
  /// One sentence with the problem and the remedy.
  package let message: String

  package init(_ kind: Kind, _ path: String, _ message: String) {
    self.kind = kind
    self.path = path
    self.message = message
  }

  /// The finding as an object: `kind`, `path` and `message`.
  package var json: JSONObject {
    [
      "kind": .string(kind.rawValue), "path": .string(path), "message": .string(message),
    ]
  }
}
