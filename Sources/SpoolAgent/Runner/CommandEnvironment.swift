import SpoolProtocol

/// The environment of a command: built for each run, never inherited from the agent.
enum CommandEnvironment {
  /// The PATH of a run whose job gives none.
  static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  /// The variables of an attempt: those of the account, of the job, of spool. Later ones replace earlier
  /// ones.
  ///
  /// - Parameter handsOutGPUs: Whether the agent manages gpus. If so, a run that asks for none, and sets no
  ///   `CUDA_VISIBLE_DEVICES`, sees none.
  /// - Throws: ``SpoolError`` when a file of `env_file` cannot be read.
  static func variables(
    _ start: StartRecord, in queue: Queue, account: Account, handsOutGPUs: Bool
  ) throws(SpoolError) -> [(name: String, value: String)] {
    var variables: [(name: String, value: String)] = []
    var places: [ExactText: Int] = [:]
    func set(_ name: String, _ value: String) {
      if let place = places[ExactText(name)] {
        variables[place].value = value
      } else {
        places[ExactText(name)] = variables.count
        variables.append((name, value))
      }
    }
    set("HOME", account.home)
    set("USER", account.name)
    set("LOGNAME", account.name)
    set("SHELL", account.shell)
    set("PATH", defaultPath)
    set("LANG", "C.UTF-8")
    let job = start.job
    var files = EnvironmentFiles()
    for file in job?.envFile ?? [] {
      for (name, value) in try files.read(file) { set(name, value) }
      // Even with empty values, so many names are more than the kernel accepts.
      guard variables.count <= CommandLimits.here.total / CommandSize.smallestVariable else {
        throw SpoolError(
          .badInput,
          "\(file): there are \(variables.count) variables so far, and the system takes at most"
            + " \(CommandLimits.here.total) bytes in all")
      }
    }
    for (name, value) in job?.env?.variables ?? [] { set(name, value) }
    set("SPOOL_ROOT", queue.root)
    set("SPOOL_ENTITY", queue.entity)
    set("SPOOL_QUEUE", queue.name)
    set("SPOOL_RUN", start.run)
    set("SPOOL_ATTEMPT", "\(start.attempt)")
    set("SPOOL_CLAIM", start.claim.text)
    set("SPOOL_RUN_DIR", queue.runPath(start.run))
    if job?.hasConfigFile == true {
      set("SPOOL_CONFIG", queue.runPath(start.run, "\(start.attempt)/" + Queue.configFile))
    }
    set("SPOOL_SLOT", "\(start.slot)")
    // A job that asks for no gpu and sets the variable does so on purpose.
    let gpus = start.gpus
    if handsOutGPUs, !gpus.isEmpty || places[ExactText("CUDA_VISIBLE_DEVICES")] == nil {
      set("CUDA_VISIBLE_DEVICES", gpus.joined(separator: ","))
    }
    // The numbers are those of nvidia-smi; without this CUDA counts the fastest gpu first.
    if handsOutGPUs, places[ExactText("CUDA_DEVICE_ORDER")] == nil {
      set("CUDA_DEVICE_ORDER", "PCI_BUS_ID")
    }
    return variables
  }

  /// Checks that the kernel will accept a command with its environment.
  ///
  /// - Throws: ``SpoolError`` of kind `badInput`, with the numbers.
  static func check(
    _ argv: [String], _ variables: [(name: String, value: String)]
  ) throws(SpoolError) {
    var size = CommandSize()
    for word in argv { size.add(word: RawText.count(word)) }
    for (name, value) in variables { size.add(variable: name, value) }
    if !size.isSmall, let complaint = size.complaint(within: .here) {
      throw SpoolError(.badInput, "on \(Host.current.name) \(complaint)")
    }
  }
}
