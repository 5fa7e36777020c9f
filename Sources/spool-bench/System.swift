#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#else
  #error("Unsupported platform")
#endif

/// A system call that was refused: what was tried, on what, and why not.
struct SystemError: Error, CustomStringConvertible {
  let call: String
  let object: String
  let code: Int32

  init(_ call: String, _ object: String, code: Int32 = errno) {
    self.call = call
    self.object = object
    self.code = code
  }

  var description: String { "\(call) \(object): \(String(cString: strerror(code)))" }
}

/// Files by path, as far as the benchmark prepares and checks them.
enum Files {
  /// Makes one directory that must not exist yet; `mkdir`.
  static func makeDirectory(_ path: String) throws(SystemError) {
    guard mkdir(path, 0o700) == 0 else { throw SystemError("mkdir", path) }
  }

  /// Writes a file that must not exist yet.
  static func create(_ path: String, _ bytes: [UInt8]) throws(SystemError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemError("open", path) }
    defer { _ = close(descriptor) }  // Written to memory only: close has nothing to report.
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw SystemError("write", path) }
      written += count
    }
  }

  /// Writes text to a file that must not exist yet.
  static func create(_ path: String, text: String) throws(SystemError) {
    try create(path, Array(text.utf8))
  }

  /// The first `limit` bytes of a file.
  static func read(_ path: String, limit: Int = .max) throws(SystemError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError("open", path) }
    defer { _ = close(descriptor) }  // Only read from: close has nothing to report.
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while bytes.count < limit {
      // The C library's read, not this one.
      let count = readChunk(descriptor, &chunk, min(chunk.count, limit - bytes.count))
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw SystemError("read", path) }
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    return bytes
  }

  /// A whole file as text, wrong bytes replaced.
  static func text(_ path: String) throws(SystemError) -> String {
    String(decoding: try read(path), as: UTF8.self)
  }

  /// Moves a file; `rename`.
  static func move(_ old: String, to new: String) throws(SystemError) {
    guard rename(old, new) == 0 else { throw SystemError("rename", old) }
  }

  /// The names in a directory, in the order of the file system.
  static func names(in path: String) throws(SystemError) -> [String] {
    guard let stream = opendir(path) else { throw SystemError("opendir", path) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// Whether a program of this path could be run.
  static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }

  /// Whether something lies there, of whatever kind.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// When a file was last changed, in seconds; nil if it cannot be asked.
  static func modificationTime(_ path: String) -> Int? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    #if canImport(Darwin)
      return status.st_mtimespec.tv_sec
    #else
      return status.st_mtim.tv_sec
    #endif
  }

  /// Removes a file or a whole tree; what is gone already is no error.
  static func remove(_ path: String) throws(SystemError) {
    if unlink(path) == 0 || errno == ENOENT { return }
    // A directory: EISDIR on Linux, EPERM elsewhere. rmdir tells whether it was one.
    if rmdir(path) == 0 || errno == ENOENT { return }
    guard errno == ENOTEMPTY || errno == EEXIST else { throw SystemError("remove", path) }
    for name in try names(in: path) { try remove("\(path)/\(name)") }
    guard rmdir(path) == 0 || errno == ENOENT else { throw SystemError("rmdir", path) }
  }
}

private func readChunk(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int
{
  read(descriptor, buffer, count)
}

/// What the benchmark asks its own process and host.
enum Host {
  static var processIdentifier: Int32 { getpid() }

  /// A variable of the environment, nil if unset or empty.
  static func variable(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  static var workingDirectory: String? {
    guard let path = getcwd(nil, 0) else { return nil }
    defer { free(path) }
    return String(cString: path)
  }

  static var processorCount: Int { sysconf(Int32(_SC_NPROCESSORS_ONLN)) }

  static var ticksPerSecond: Int { sysconf(Int32(_SC_CLK_TCK)) }

  /// Kernel, release and machine, as `uname -srm` prints them.
  static var kernel: String {
    var name = utsname()
    guard uname(&name) == 0 else { return "unknown kernel" }
    func text<Field>(_ field: inout Field) -> String {
      withUnsafeBytes(of: &field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    return "\(text(&name.sysname)) \(text(&name.release)) \(text(&name.machine))"
  }

  /// The kind of the file system that holds a path that begins with a slash.
  static func fileSystem(of path: String) -> String {
    #if canImport(Darwin)
      var status = statfs()
      guard statfs(path, &status) == 0 else { return "unknown" }
      return withUnsafeBytes(of: &status.f_fstypename) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
    #else
      // A mount: id parent device root POINT options… - TYPE source options. The longest point wins,
      // and of several at one point the last, which lies on top.
      guard let mounts = try? Files.text("/proc/self/mountinfo") else { return "unknown" }
      var found = (length: -1, type: "unknown")
      for mount in mounts.split(separator: "\n") {
        let fields = mount.split(separator: " ")
        guard let dash = fields.firstIndex(of: "-"), fields.count > dash + 1, dash > 4
        else { continue }
        let point = fields[4] == "/" ? "" : fields[4]
        if (path + "/").hasPrefix(point + "/") && point.count >= found.length {
          found = (point.count, String(fields[dash + 1]))
        }
      }
      return found.type
    #endif
  }
}

extension Host {
  /// Writes to standard error; one who cannot be told is not told.
  static func writeError(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
  }
}

/// Leaves with an exit status; buffered output is written first.
func exitProcess(_ status: Int32) -> Never { exit(status) }
