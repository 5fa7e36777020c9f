import CLibrary

/// The output of a program of the host, such as `getent` or `nvidia-smi`.
package enum ProgramOutput: Sendable, Equatable {
  /// Its standard output. Its exit status was 0.
  case output([UInt8])
  /// It ended with another status, or printed too much.
  case failed
  /// It took too long.
  case late
  /// It does not exist, or cannot be executed.
  case missing

  /// Executes a program, without a shell, and takes its standard output. `posix_spawnp`, `poll`, `waitpid`.
  ///
  /// It is searched in the `PATH` of this process, and has an empty standard input. When its time is over, it and
  /// its group are killed.
  ///
  /// - Parameters:
  ///   - argv: The program and its arguments.
  ///   - seconds: The most time that it may take.
  ///   - limit: The most bytes that it may print; if it prints more, it is killed.
  package static func of(
    _ argv: [String], within seconds: Double, limit: Int = 1 << 20
  ) -> ProgramOutput {
    // For C a word ends at its first NUL.
    guard let program = argv.first, argv.allSatisfy({ !$0.utf8.contains(0) }),
      let ends = try? DescriptorPair.pipe()
    else { return .missing }
    let reader = ends.first
    let started = spawn(program, argv, writer: ends.second)
    guard let pid = started else { return .missing }
    let deadline = Instant.now + .seconds(seconds)
    var end = End.living
    let output = read(reader.number, until: deadline, limit: limit) {
      end = wait(for: pid, WNOHANG)
      return end != .living
    }
    while end == .living, case .output = output, Instant.now < deadline {
      end = wait(for: pid, WNOHANG)
      if end == .living { TimeSpan.milliseconds(1).pause() }
    }
    switch end {
    case .ended(let status): return status == 0 ? output : .failed
    // Another part of this process, which waits for children too, took its status: only the output counts.
    case .unknown: return output
    case .living:
      kill(-pid, SIGKILL)
      _ = wait(for: pid, 0)
      if case .output = output { return .late }
      return output
    }
  }

  private enum End: Equatable {
    case living, unknown
    case ended(Int32)
  }

  private static func wait(for pid: pid_t, _ options: Int32) -> End {
    var status: Int32 = 0
    guard let found = try? call(.wait, { waitpid(pid, &status, options) }) else { return .unknown }
    return found == 0 ? .living : .ended(status)
  }

  /// Reads to the end, or until the program has ended and the pipe is empty: another program that was started
  /// meanwhile may keep the pipe open.
  private static func read(
    _ number: Int32, until deadline: Instant, limit: Int, hasEnded: () -> Bool
  ) -> ProgramOutput {
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var isLast = false
    while true {
      let left = (deadline - .now).milliseconds
      guard left > 0 || isLast else { return .late }
      var entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
      let patience = isLast ? 0 : Int32(Swift.min(left, 100))
      guard (try? call(.poll, { poll(&entry, 1, patience) })) != nil else { return .failed }
      if entry.revents == 0 {
        if isLast { return .output(output) }
        isLast = hasEnded()
        continue
      }
      guard let count = try? call(.read, { CLibrary.read(number, &buffer, buffer.count) }) else {
        return .failed
      }
      if count == 0 { return .output(output) }
      output += buffer[..<count]
      if output.count > limit { return .failed }
    }
  }

  /// Starts it in a process group of its own, with no signal ignored or blocked.
  private static func spawn(
    _ program: String, _ argv: [String], writer: consuming Descriptor
  ) -> pid_t? {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, writer.number, 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var all = sigset_t()
    sigemptyset(&all)
    for signal in [
      SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT, SIGCHLD, SIGUSR1, SIGUSR2, SIGALRM, SIGXFSZ,
      SIGXCPU,
    ] {
      sigaddset(&all, signal)
    }
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
    var pid: pid_t = 0
    let error = CStrings.with(argv) { argv in
      program.withRawCString { posix_spawnp(&pid, $0, &actions, &attributes, argv, environ) }
    }
    return error == 0 ? pid : nil
  }
}
