extension Job {
  /// The words before `args`: `entry_point` if it is not empty, else `command`.
  ///
  /// Nil for a script, and for a named job that has not been merged.
  package var program: [String]? {
    if let entryPoint, !entryPoint.isEmpty { return entryPoint }
    return command
  }

  /// The default name of a run: the named job, or the base name of the command.
  package var programName: String {
    if let job {
      let name = job.split(separator: "/").last ?? ""
      return String(name.split(separator: ":").first ?? "")
    }
    guard let path = program?.first else { return "script" }
    guard path.utf8.contains(UInt8(ascii: "/")) else { return path }
    return path.pathParts.last.map(String.init) ?? path
  }

  /// Whether the words of ``program`` are executed unchanged, without replacing macros.
  package var isLiteral: Bool { literal == true && entryPoint?.isEmpty != false }

  /// Whether the command gets a file with its `run_config`. The macro `${args_json_file}` of a sweep's runs names it.
  package var hasConfigFile: Bool { runConfig != nil || sweep != nil }

  /// The argv to execute: the launcher, then the command.
  ///
  /// A word of the command that is exactly one of W&B's macros is replaced: `${args}` and `${args_no_hyphens}` by one
  /// word for each argument, `${args_json}`, `${run}` and `${queue}` by one word. If no macro names the arguments,
  /// `args` is added at the end. Inside longer words only names are replaced that no shell variable can have:
  /// `${config.KEY}`, where KEY may be a path with dots, `${spool.run}`, `${spool.queue}` and `${spool.attempt}`.
  ///
  /// In a run of a sweep the macros for arguments have W&B's meaning: `${args}` is the `run_config` as `--key=value`,
  /// with values as Python writes them (`True`, `None`, `[1, 2]`), `${args_json}` is the `run_config` as JSON, and
  /// `${args_json_file}` is the path of a file with that JSON. In `${args_no_boolean_flags}` a `true` is `--key` alone
  /// and a `false` nothing; in `${args_no_equals}` key and value are two words. `args` is added at the end.
  ///
  /// A command that is ``isLiteral`` is executed unchanged, followed by `args`. A script is executed
  /// as `/bin/sh -c SCRIPT RUN ARGS…`. In the words of the launcher the macros for the run, its queue
  /// and its configuration are replaced, and each word stays one word.
  ///
  /// - Throws: For an unknown `${config.KEY}` or `${spool.NAME}`, a word with a NUL character, a missing
  ///   command, or a command that is larger than a system takes.
  ///   is no command, or that it is more than a system takes.
  package func launchedCommand(
    run: String, queue: String, attempt: Int = 1, configFile: String = "config.json"
  ) throws(JobFileError) -> [String] {
    let expansion = MacroExpansion(
      job: self, run: run, queue: queue, attempt: attempt, configFile: configFile)
    var ofLauncher = expansion
    ofLauncher.hasArguments = false
    var front: [MacroExpansion.Piece] = []
    for word in launcher ?? [] { front.append(try ofLauncher.piece(word)) }
    if launcher?.isEmpty == false, Self.isEmptyProgram(front) {
      throw JobFileError("the launcher is empty once its macros are replaced")
    }
    return try built(front + pieces(of: run, expansion))
  }

  /// The pieces of the command's words, not put together yet.
  private func pieces(
    of run: String, _ expansion: MacroExpansion
  ) throws(JobFileError) -> [MacroExpansion.Piece] {
    let args = MacroExpansion.Arguments(args ?? [])
    guard let program else {
      guard let script else {
        throw JobFileError(
          job.map { "the job \"\($0)\" has not been merged: its command is unknown" }
            ?? "there is no \"command\", \"script\" or \"job\"")
      }
      return [.arguments(.init(["/bin/sh", "-c", script, run])), .arguments(args)]
    }
    if isLiteral { return [.arguments(.init(program)), .arguments(args)] }
    var expansion = expansion
    var pieces: [MacroExpansion.Piece] = []
    for word in program { pieces.append(try expansion.piece(word)) }
    // In a sweep the macros stood for the configuration, so `args` still has to be added.
    if !expansion.hasPlacedArguments || sweep != nil { pieces.append(.arguments(args)) }
    if Self.isEmptyProgram(pieces) {
      throw JobFileError("the command is empty once its macros are replaced")
    }
    return pieces
  }

  /// Whether the first word of the command is missing or empty.
  private static func isEmptyProgram(_ pieces: [MacroExpansion.Piece]) -> Bool {
    for piece in pieces {
      switch piece {
      case .text(let parts): return parts.allSatisfy { $0.count == 0 }
      case .arguments(let arguments):
        if let first = arguments.words.first { return first.isEmpty }
      }
    }
    return true
  }

  /// Puts the words together, after their size was checked: a few macros in a small file may stand for
  /// more than any machine can hold.
  private func built(_ pieces: [MacroExpansion.Piece]) throws(JobFileError) -> [String] {
    var size = CommandSize()
    for piece in pieces { piece.add(to: &size) }
    env?.forEach { size.add(variable: $0, $1) }
    if !size.isSmall, let complaint = size.complaint(within: .usual) {
      throw JobFileError(complaint)
    }
    return pieces.flatMap { $0.words }
  }
}
