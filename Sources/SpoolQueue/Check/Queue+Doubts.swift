extension Job {
  /// The reasons to expect that a run of this job crashes, as far as this host can see; one sentence each.
  ///
  /// Another host may have other programs and directories: these are doubts, not errors.
  ///
  /// - Parameter self: The job with everything merged.
  package var doubts: [String] {
    if let cwd, cwd.isAbsolutePath {
      guard let place = try? System.informationFollowing(cwd) else {
        return ["cwd \(cwd): there is no such directory on this host"]
      }
      if !place.isDirectory { return ["cwd \(cwd): is not a directory"] }
    }
    return programDoubt.map { [$0] } ?? []
  }

  private var programDoubt: String? {
    let words = (launcher ?? []) + (program ?? [])
    // Only the run knows the values of macros and of a file of variables.
    guard let first = words.first, !first.utf8.contains(UInt8(ascii: "$")),
      let path = env?["PATH"] ?? (first.utf8.contains(UInt8(ascii: "/")) ? "" : nil)
    else { return nil }
    let shown = shellQuoted(first)
    if let file = ProgramSearch.find(first, path: path, directory: cwd) {
      return ProgramSearch.trouble(withInterpreterOf: file, path: path).map { "\(shown): \($0)" }
    }
    if words.count == 1, args?.isEmpty != false,
      first.contains(where: { " \t\n;|&<>".contains($0) })
    {
      return
        "\(shown): is a single word, and no program is called so; sh -c \(shown) has it executed"
        + " by a shell"
    }
    guard first.utf8.contains(UInt8(ascii: "/")) else {
      return "\(shown): no program of that name is in the PATH of this host"
    }
    let whole = ProgramSearch.whole(first, cwd) ?? first
    guard let file = try? System.informationFollowing(whole) else {
      return "\(shown): there is no such file on this host"
    }
    return file.isRegular
      ? "\(shown): may not be executed; chmod +x \(shellQuoted(whole)) allows it"
      : "\(shown): is not a file"
  }
}

extension Queue {
  /// The reasons to expect that a run of this job crashes, or waits for ever in this queue; one sentence each.
  ///
  /// - Parameters:
  ///   - job: The job with everything merged.
  ///   - settings: The settings of the queue.
  package func doubts(about job: Job, settings: QueueSettings) throws(SpoolError) -> [String] {
    var doubts = job.doubts
    guard job.slots ?? 1 > 1 || job.gpus?.isNone == false || job.require?.isEmpty == false,
      let demand = try demand(of: job, submittedAt: .now, settings)
    else { return doubts }
    let agents = try liveAgents()
    let lacks = agents.compactMap { agent in
      demand.lack(on: agent.offer).map { "\(agent.holder.host) \($0.words)" }
    }
    if !agents.isEmpty, lacks.count == agents.count {
      doubts.append(
        "it needs what no live agent of \(reference) has, and waits for one:"
          + " \(lacks.prefix(3).joined(separator: "; "))")
    }
    return doubts
  }
}
