import SpoolQueue
import SpoolTerminal

/// The directory, umask and environment in which launch was typed.
struct LaunchEnvironment {
  /// The variables that are recorded besides launch's own.
  private let kept: [Glob]

  /// Records launch's own variables, and the variables that the configuration and the queue name.
  init(_ spool: Spool, _ settings: QueueSettings, all: Bool = false) {
    kept = (all ? ["*"] : spool.environmentKept + settings.environmentKept).map { Glob($0) }
  }

  /// The umask that was in force when the program began. The files of a queue do not follow it.
  static let mask = Int(CreationMask.clear())

  /// The directory, by the name that the shell uses, if that is right: on another host an automounter may know no
  /// other name.
  private static func directory() throws(SpoolError) -> String {
    let real = try naming("find out", "the current directory", doing: System.realPath("."))
    if let logical = System.variable("PWD"), logical.isAbsolutePath,
      let there = try? System.informationFollowing(logical),
      let here = try? System.informationFollowing("."),
      there.inode == here.inode, there.device == here.device
    {
      return logical
    }
    return real
  }

  /// The variables, except those that a recipe sets by itself.
  private func captured(over recipe: Environment?) -> Environment {
    var environment = Environment()
    for name in Self.names {
      if let value = System.variable(name), recipe?[name] == nil { environment[name] = value }
    }
    if kept.isEmpty { return environment }
    for name in System.variableNames where !Self.isOfTheShell(name) && recipe?[name] == nil {
      if kept.contains(where: { $0.matches(name) }) { environment[name] = System.variable(name) }
    }
    return environment
  }

  private static let names = [
    "PATH", "VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "PYTHONPATH", "LD_LIBRARY_PATH",
    "LANG", "TZ", "LC_ALL", "LC_CTYPE", "LC_NUMERIC", "LC_TIME", "LC_COLLATE", "LC_MONETARY",
    "LC_MESSAGES", "LC_PAPER", "LC_NAME", "LC_ADDRESS", "LC_TELEPHONE", "LC_MEASUREMENT",
    "LC_IDENTIFICATION",
  ]

  /// Whether the variable describes the shell itself, or the run in which launch was typed.
  private static func isOfTheShell(_ name: String) -> Bool {
    ["PWD", "OLDPWD", "SHLVL", "_"].contains(name) || name.hasPrefix("SPOOL_")
  }

  /// Adds the directory, umask and environment to a job.
  ///
  /// The values of the named job itself are kept: they were set on purpose.
  func complete(_ job: inout Job, over recipe: Job) throws(SpoolError) {
    if job.cwd == nil, recipe.cwd == nil { job.cwd = try Self.directory() }
    if job.umask == nil, recipe.umask == nil { job.umask = Self.mask }
    let environment = captured(over: recipe.env)
    job.env = job.env?.merging(over: environment) ?? environment
  }

  /// Adds the variables of this place alone, over which the job's own count more.
  func addVariables(to job: inout Job) {
    let environment = captured(over: nil)
    job.env = job.env?.merging(over: environment) ?? environment
  }

  // MARK: Variables that are left behind

  /// Variables that a command often needs, and that a run does not get by default.
  private static let wellKnown = [
    "CUDA_VISIBLE_DEVICES", "*_API_KEY", "*_TOKEN", "*_proxy", "*_PROXY", "OMP_NUM_THREADS",
    "HF_*", "WANDB_*", "NCCL_*", "LD_PRELOAD", "JAVA_HOME", "MPLBACKEND",
  ].map { Glob($0) }

  /// Names the well-known variables of this shell that the run will not have; once for each shell.
  ///
  /// - Parameter job: The job with everything merged.
  static func tellOfLeftBehind(by job: Job) {
    // A file of variables may set them.
    if job.envFile?.isEmpty == false { return }
    let left = System.variableNames.filter { name in
      job.env?[name] == nil && !isOfTheShell(name) && wellKnown.contains { $0.matches(name) }
    }
    guard !left.isEmpty, ToldShells.isFirst else { return }
    let names = left.prefix(8).joined(separator: " ") + (left.count > 8 ? " …" : "")
    errorLine(
      "spool: the run does not get \(escapingControls(names)); --env NAME or --env-all passes them on,"
        + " \"env_keep\" in the configuration or queue.json does so always")
  }
}

/// The shells in which the variables that stay behind were named already.
private enum ToldShells {
  /// The number of shells that are remembered.
  private static let limit = 100

  /// Whether the variables were not named in this program's shell yet. Remembers the shell.
  ///
  /// Returns false if the shell cannot be remembered because no directory can be written.
  static var isFirst: Bool {
    guard let folder else { return false }
    let shell = ProcessIdentity(of: System.session)
    let line = "\(Host.current.machine) \(shell.pid) \(shell.started)"
    let file = folder + "/told-shells"
    let known = ((try? System.open(file, .reading).readAll(limit: 1 << 16)) ?? [])
      .split(separator: UInt8(ascii: "\n")).map { String(raw: Array($0)) }
    if known.contains(line) { return false }
    let lines = (known.suffix(limit - 1) + [line]).map { $0 + "\n" }.joined()
    do {
      try Queue.makeDirectories(folder, permissions: 0o700)
      try System.create(file, .replacing, permissions: 0o600).write(Array(lines.utf8))
    } catch {
      return false
    }
    return true
  }

  /// `$XDG_CACHE_HOME/spool`, or `~/.cache/spool`.
  private static var folder: String? {
    if let cache = System.variable("XDG_CACHE_HOME"), cache.isAbsolutePath {
      return cache + "/spool"
    }
    guard let home = System.variable("HOME"), home.isAbsolutePath else { return nil }
    return home + "/.cache/spool"
  }
}
