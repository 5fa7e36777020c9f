import SpoolQueue

/// What a command sees of the world: built for each run, never inherited from the agent.
enum CommandEnvironment {
  /// The PATH of a run whose job gives none.
  static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  /// The variables of an attempt, in the order account, job, spool: later ones replace earlier.
  ///
  /// - Parameter handsOutGPUs: Whether the agent has gpus: then a run without any sees none.
  /// - Throws: ``SpoolError`` when a file of `env_file` cannot be read.
  static func variables(
    _ attempt: Attempt, account: Account, handsOutGPUs: Bool
  ) throws(SpoolError) -> [(name: String, value: String)] {
    var variables: [(name: String, value: String)] = []
    var places: [String: Int] = [:]
    func set(_ name: String, _ value: String) {
      if let place = places[name] {
        variables[place].value = value
      } else {
        places[name] = variables.count
        variables.append((name, value))
      }
    }
    set("HOME", account.home)
    set("USER", account.name)
    set("LOGNAME", account.name)
    set("SHELL", account.shell)
    set("PATH", defaultPath)
    set("LANG", "C.UTF-8")
    set("TZ", ":/etc/localtime")
    let job = attempt.start.job
    for file in job?.envFile ?? [] {
      for (name, value) in try EnvironmentFile.read(file) { set(name, value) }
    }
    for (name, value) in job?.env?.variables ?? [] { set(name, value) }
    set("SPOOL_ROOT", attempt.queue.root)
    set("SPOOL_ENTITY", attempt.queue.entity)
    set("SPOOL_QUEUE", attempt.queue.name)
    set("SPOOL_RUN", attempt.run)
    set("SPOOL_ATTEMPT", "\(attempt.number)")
    set("SPOOL_RUN_DIR", attempt.queue.runPath(attempt.run))
    set("SPOOL_CONFIG", attempt.folder + "/" + Queue.configFile)
    set("SPOOL_SLOT", "\(attempt.start.slot)")
    if handsOutGPUs {
      set("CUDA_VISIBLE_DEVICES", attempt.start.gpus.joined(separator: ","))
    }
    return variables
  }
}

/// A file of `NAME=value` lines: `env_file`.
enum EnvironmentFile {
  /// Reads the file as the run's user; blank lines and lines that begin with `#` count for nothing,
  /// one pair of quotes around a value is taken off, `export ` in front too.
  static func read(_ path: String) throws(SpoolError) -> [(String, String)] {
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try System.openFollowing(path).readAll(limit: 1 << 20)
    } catch {
      // One that is not there is the job's fault, and no trouble that passes.
      let isWrong = error == .notFound || error == .notDirectory || error == .isDirectory
      throw isWrong
        ? SpoolError(.badInput, "\(path): cannot read the env_file: \(error)", errno: error)
        : SpoolError("read the env_file", path, error)
    }
    var pairs: [(String, String)] = []
    let lines = String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      var text = line.drop { $0 == " " || $0 == "\t" }
      if text.last == "\r" { text = text.dropLast() }
      if text.isEmpty || text.hasPrefix("#") { continue }
      if text.hasPrefix("export ") { text = text.dropFirst(7) }
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
        throw SpoolError(
          .badInput, "\(path): line \(index + 1), column 1: is not of the form NAME=value")
      }
      var value = text[text.index(after: equals)...]
      if value.count >= 2, let quote = value.first, quote == "\"" || quote == "'",
        value.last == quote
      {
        value = value.dropFirst().dropLast()
      }
      pairs.append((String(text[..<equals]), String(value)))
    }
    return pairs
  }
}
