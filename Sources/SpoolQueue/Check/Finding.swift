/// Something in a queue's directory that the protocol does not allow.
package struct Finding: Sendable, Hashable {
  /// Who can put it right, if anything is wrong.
  package enum Kind: String, Sendable {
    /// A person must look at it.
    case fault
    /// Left by a crash: `spool recover`, or any agent of the queue, mends it.
    case mendable
    /// Nothing is wrong: it tells what is passed over, and why.
    case remark
  }

  /// Who can put it right.
  package let kind: Kind
  /// Where it is, relative to the queue's directory.
  package let path: String
  /// One sentence: what is wrong, and what to do.
  package let message: String

  package init(_ kind: Kind, _ path: String, _ message: String) {
    self.kind = kind
    self.path = path
    self.message = message
  }

  /// `kind`, `path` and `message`.
  package var json: JSONObject {
    [
      "kind": .string(kind.rawValue), "path": .string(path), "message": .string(message),
    ]
  }
}
