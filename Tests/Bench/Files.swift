import SpoolQueue

/// Files by path, as far as the benchmark prepares and checks them.
enum Files {
  /// Makes a directory that must not exist yet.
  static func makeDirectory(_ path: String) throws(SpoolError) {
    try naming("make", path) { () throws(Errno) in
      try System.makeDirectory(path, permissions: 0o700)
    }
  }

  /// Writes a file that must not exist yet.
  static func create(_ path: String, _ bytes: [UInt8]) throws(SpoolError) {
    try naming("write", path) { () throws(Errno) in
      try System.create(path, permissions: 0o600).write(bytes)
    }
  }

  /// Writes text to a file that must not exist yet.
  static func create(_ path: String, text: String) throws(SpoolError) {
    try create(path, Array(text.utf8))
  }

  /// The bytes of a file, at most `limit` and one more.
  static func read(_ path: String, limit: Int = .max) throws(SpoolError) -> [UInt8] {
    try naming("read", path) { () throws(Errno) in
      try System.openFollowing(path).readAll(limit: limit)
    }
  }

  /// A whole file as text, wrong bytes replaced.
  static func text(_ path: String) throws(SpoolError) -> String {
    String(decoding: try read(path), as: UTF8.self)
  }

  /// Moves a file.
  static func move(_ old: String, to new: String) throws(SpoolError) {
    try naming("move", old) { () throws(Errno) in try System.rename(old, new) }
  }

  /// The names in a directory, in the order of the file system.
  static func names(in path: String) throws(SpoolError) -> [String] {
    try naming("list", path) { () throws(Errno) in try System.list(path) }
  }

  /// Whether something lies there, of whatever kind.
  static func exists(_ path: String) -> Bool { (try? System.information(path)) != nil }

  /// Removes a file or a whole tree; a path where nothing is is no error.
  static func remove(_ path: String) throws(SpoolError) {
    try naming("remove", path) { () throws(Errno) in try System.removeTree(path) }
  }
}
