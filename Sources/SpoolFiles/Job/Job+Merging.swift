extension Job {
  /// This job, with what it does not say taken from another that counts less.
  ///
  /// `run_config` and `env` are merged member by member, `run_config` to any depth; everything else
  /// that is given replaces. An empty `entry_point` gives nothing.
  ///
  /// A job with a command or a script of its own takes neither of them, no `entry_point` and no
  /// named job from the other; one that names another job than the other takes no command from it.
  /// Whether a command is literal goes with the command.
  package func merging(over defaults: Job) -> Job {
    var defaults = defaults
    if command != nil || script != nil {
      defaults.job = nil
      defaults.command = nil
      defaults.literal = nil
      defaults.script = nil
      defaults.entryPoint = nil
    } else if let job, let other = defaults.job, job != other {
      defaults.command = nil
      defaults.literal = nil
      defaults.script = nil
      defaults.entryPoint = nil
    }

    var merged = self
    if command == nil { merged.literal = nil }
    for field in Self.fields { field.inherit(&merged, &defaults) }
    for (key, value) in defaults.extensions.members where merged.extensions[key] == nil {
      merged.extensions[key] = value
    }
    return merged
  }
}

extension JSONObject {
  /// These members over others: objects merge, all else replaces.
  ///
  /// A member that both have keeps the place it has in the other object.
  package func merging(over defaults: JSONObject) -> JSONObject {
    var merged = defaults
    for (key, value) in members {
      if case .object(let own) = value, case .object(let theirs)? = merged[key] {
        merged[key] = .object(own.merging(over: theirs))
      } else {
        merged[key] = value
      }
    }
    return merged
  }
}
