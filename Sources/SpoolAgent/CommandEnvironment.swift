import SpoolProtocol

/// What a command sees of the world: built for each run, never inherited from the agent.
enum CommandEnvironment {
  /// The PATH of a run whose job gives none.
  static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  /// The variables of an attempt, in the order account, job, spool: later ones replace earlier.
  ///
  /// - Parameter handsOutGPUs: Whether the agent has gpus: then a run that asks for none, and names none
  ///   itself, sees none.
  /// - Throws: ``SpoolError`` when a file of `env_file` cannot be read.
  static func variables(
    _ attempt: Attempt, account: Account, handsOutGPUs: Bool
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
    let job = attempt.start.job
    var files = EnvironmentFiles()
    for file in job?.envFile ?? [] {
      for (name, value) in try files.read(file) { set(name, value) }
      // However short their values will be, names alone may be more than the kernel takes.
      guard variables.count <= CommandLimits.here.total / CommandSize.smallestVariable else {
        throw SpoolError(
          .badInput,
          "\(file): there are \(variables.count) variables so far, and the system takes at most"
            + " \(CommandLimits.here.total) bytes in all")
      }
    }
    for (name, value) in job?.env?.variables ?? [] { set(name, value) }
    set("SPOOL_ROOT", attempt.queue.root)
    set("SPOOL_ENTITY", attempt.queue.entity)
    set("SPOOL_QUEUE", attempt.queue.name)
    set("SPOOL_RUN", attempt.run)
    set("SPOOL_ATTEMPT", "\(attempt.number)")
    set("SPOOL_CLAIM", attempt.start.claim.text)
    set("SPOOL_RUN_DIR", attempt.queue.runPath(attempt.run))
    set("SPOOL_CONFIG", attempt.folder + "/" + Queue.configFile)
    set("SPOOL_SLOT", "\(attempt.start.slot)")
    // A job that asks for none and names some itself has said so on purpose.
    let gpus = attempt.start.gpus
    if handsOutGPUs, !gpus.isEmpty || places[ExactText("CUDA_VISIBLE_DEVICES")] == nil {
      set("CUDA_VISIBLE_DEVICES", gpus.joined(separator: ","))
    }
    // The order of nvidia-smi, which the numbers are of; CUDA would count the fastest first.
    if handsOutGPUs, places[ExactText("CUDA_DEVICE_ORDER")] == nil {
      set("CUDA_DEVICE_ORDER", "PCI_BUS_ID")
    }
    return variables
  }

  /// Makes sure that the kernel will take a command with its environment.
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
