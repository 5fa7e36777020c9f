import CLibrary
package import SpoolQueue

/// What tests need of the C library.
package enum Platform {
  /// The value of an environment variable of this process. `getenv`.
  package static func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// Gives way for a moment. The one place where tests wait for time to pass: ``eventually``.
  package static func nap(milliseconds: Int) {
    var time = timespec(tv_sec: 0, tv_nsec: milliseconds * 1_000_000)
    nanosleep(&time, nil)
  }

  // MARK: Files that a queue must cope with

  /// Makes a named pipe. `mkfifo`.
  package static func makePipe(_ path: String) throws {
    _ = try call { mkfifo(path, 0o600) }
  }

  /// Makes a symbolic link. `symlink`.
  package static func makeLink(_ path: String, to target: String) throws {
    _ = try call { symlink(target, path) }
  }

  /// Makes a socket with a name, and listens to nothing. `bind`.
  package static func makeSocket(_ path: String) throws -> Int32 {
    #if canImport(Glibc)
      let kind = Int32(SOCK_STREAM.rawValue)
    #else
      let kind = SOCK_STREAM
    #endif
    let number = try call { socket(AF_UNIX, kind, 0) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { bytes in
      for (place, byte) in zip(bytes.indices, path.utf8) { bytes[place] = byte }
    }
    _ = try call {
      withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
    }
    return number
  }

  /// Gives a file to another user; for tests that run as root. `chown`.
  package static func setOwner(_ path: String, _ user: UInt32) throws {
    _ = try call { chown(path, uid_t(user), gid_t.max) }
  }

  /// Whether the tests run as root, who may give files away.
  package static var isRoot: Bool { geteuid() == 0 }

  /// Makes a file whose name is any bytes, and writes `text` into it. `open`.
  package static func makeFile(named name: [UInt8], in directory: String, _ text: String) throws {
    let path = Array((directory + "/").utf8) + name + [0]
    let number = try call {
      path.withUnsafeBytes { bytes in
        let pointer = bytes.bindMemory(to: CChar.self).baseAddress
        return pointer.map { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) } ?? -1
      }
    }
    try Descriptor(number).write(Array(text.utf8))
  }

  /// Writes all of a file. `open` with O_TRUNC.
  static func write(_ path: String, _ text: String, _ permissions: UInt32) throws {
    let mode = OpenMode(flags: O_WRONLY | O_CREAT | O_TRUNC)
    let file = try System.open(path, mode, permissions: permissions)
    try file.setPermissions(permissions)
    try file.write(Array(text.utf8))
  }

  /// Sets a file's or a directory's times, to seconds since 1970. `utimensat`.
  package static func setTimes(_ path: String, to seconds: Int) throws {
    let times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0)]
    _ = try call { utimensat(AT_FDCWD, path, times, 0) }
  }

  /// Makes a file longer without writing into it: what is added is a hole, and takes no room. `truncate`.
  package static func setSize(_ path: String, to bytes: Int) throws {
    _ = try call { truncate(path, off_t(bytes)) }
  }

  // MARK: Processes

  /// How a child ended.
  package enum Ending: Equatable {
    case exit(Int32)
    case signal(Int32)
  }

  /// Starts a program whose standard streams are files. `posix_spawn`.
  ///
  /// - Parameters:
  ///   - directory: Where it stands, with that `umask`: by way of a shell, which turns into the program,
  ///     since `posix_spawn` can set no umask, and not with every C library the directory. Nil: both are
  ///     those of the tests, and the environment is exactly what is given.
  package static func start(
    _ program: String, _ arguments: [String], environment: [String: String],
    directory: String? = nil, umask: UInt32 = 0o022, input: String, output: String, errors: String
  ) throws(Errno) -> Int32 {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    try check(posix_spawn_file_actions_init(&actions))
    defer { posix_spawn_file_actions_destroy(&actions) }
    try check(posix_spawnattr_init(&attributes))
    defer { posix_spawnattr_destroy(&attributes) }
    let writing = O_WRONLY | O_CREAT | O_APPEND
    try check(posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0))
    try check(posix_spawn_file_actions_addopen(&actions, 1, output, writing, 0o600))
    try check(posix_spawn_file_actions_addopen(&actions, 2, errors, writing, 0o600))
    // Whatever ignores or blocks signals around the tests must not do so in what they test.
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    try check(posix_spawnattr_setsigmask(&attributes, &none))
    try check(posix_spawnattr_setsigdefault(&attributes, &all))
    try check(
      posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)))
    var (path, words) = (program, [program] + arguments)
    if let directory {
      let script = #"umask \#(String(umask, radix: 8)); cd "$0" && exec "$@""#
      (path, words) = ("/bin/sh", ["sh", "-c", script, directory] + words)
    }
    var argv = words.map { $0.withRawCString { strdup($0) } } + [nil]
    var variables = environment.map { "\($0)=\($1)".withRawCString { strdup($0) } } + [nil]
    defer { for text in argv + variables { free(text) } }
    var pid: pid_t = 0
    try check(posix_spawn(&pid, path, &actions, &attributes, &argv, &variables))
    return pid
  }

  // The spawn functions return their error.
  private static func check(_ error: Int32) throws(Errno) {
    if error != 0 { throw Errno(rawValue: error) }
  }

  /// How a child ended; nil: it has not. `waitpid` with WNOHANG.
  package static func look(at pid: Int32) throws(Errno) -> Ending? {
    var status: Int32 = 0
    guard try call(.wait, { waitpid(pid, &status, WNOHANG) }) == pid else { return nil }
    return status & 0x7F == 0 ? .exit((status >> 8) & 0xFF) : .signal(status & 0x7F)
  }

  /// Sends a signal; false: there is no such process. `kill`.
  @discardableResult
  package static func signal(_ number: Int32, to pid: Int32) -> Bool { kill(pid, number) == 0 }

  /// The number of this process. `getpid`.
  static var ownProcess: Int32 { getpid() }

  // MARK: Where the tests are

  /// The directory that holds the bundle of the tests, and beside it the built programs.
  static var buildDirectory: String {
    #if os(Linux)
      let bundle = (try? System.readLink("/proc/self/exe")) ?? ""
    #else
      // The tests are loaded into a helper of the package manager: the image says where from.
      var image = Dl_info()
      dladdr(#dsohandle, &image)
      let path = image.dli_fname.map { String(cString: $0) } ?? ""
      let parts = path.split(separator: "/")
      let depth = parts.firstIndex { $0.hasSuffix(".xctest") } ?? parts.count
      let bundle = "/" + parts.prefix(depth + 1).joined(separator: "/")
    #endif
    return "/" + bundle.split(separator: "/").dropLast().joined(separator: "/")
  }
}

/// The signals that tests send.
package enum Signal {
  /// SIGTERM.
  package static let terminate = SIGTERM
  /// SIGHUP.
  package static let hangUp = SIGHUP
  /// SIGKILL.
  package static let kill = SIGKILL
  /// SIGINT.
  package static let interrupt = SIGINT
  /// SIGSTOP.
  package static let stop = SIGSTOP
  /// SIGCONT.
  package static let proceed = SIGCONT
}
