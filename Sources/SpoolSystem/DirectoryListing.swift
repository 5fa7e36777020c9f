import CLibrary

extension System {
  /// The names in a directory as it is now, without `.` and `..`, in no order. `openat2`, `readdir`.
  ///
  /// The directory is opened afresh: on NFS an older descriptor may show a state from 30 s ago, and a name that
  /// was looked up and absent stays absent for as long, until a listing like this one.
  package static func list(_ path: String) throws(Errno) -> [String] {
    var names: [String] = []
    try forEachName(in: path) { names.append(RawText.text($0)) }
    return names
  }

  /// Whether a file exists, by a fresh listing of its directory.
  package static func isListed(_ path: String) throws(Errno) -> Bool {
    guard let directory = path.directoryOfPath else { throw .notFound }
    return try list(directory).contains(path.lastNameOfPath)
  }

  /// Calls `body` with the bytes of each name in a directory, opened afresh.
  package static func forEachName(
    in path: String, _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) throws(Errno) {
    try forEachName(in: open(path, .directory), body)
  }

  /// Calls `body` with the bytes of each name in a directory that was just opened.
  static func forEachName(
    in directory: consuming Descriptor, _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) throws(Errno) {
    let number = directory.release()
    guard let stream = fdopendir(number) else {
      let error = Errno.current
      close(number)
      throw error
    }
    defer { closedir(stream) }
    let offset = MemoryLayout<dirent>.offset(of: \dirent.d_name) ?? 0
    while true {
      var entry: UnsafeMutablePointer<dirent>?
      _ = try call(.list) {
        errno = 0
        entry = readdir(stream)
        return entry == nil && errno != 0 ? -1 : 0
      }
      guard let entry else { return }
      let name = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: UInt8.self)
      let length = strlen(UnsafePointer<CChar>(OpaquePointer(name)))
      if name[0] == UInt8(ascii: "."), length == 1 || (length == 2 && name[1] == name[0]) {
        continue
      }
      body(UnsafeBufferPointer(start: name, count: length))
    }
  }
}
