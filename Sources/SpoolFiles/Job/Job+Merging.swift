extension Job {
  /// This job, with missing values taken from another job that counts less.
  ///
  /// `run_config` and `env` are merged member by member, `run_config` to any depth; any other value of
  /// this job replaces the other's. An empty `entry_point` counts as missing.
  ///
  /// A job with its own command or script takes no command, script, `entry_point` or named job from
  /// the other. A job that names a different named job than the other takes no command from it.
  /// `literal` is taken together with the command.
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
  /// These members merged over others: objects merge, any other value replaces.
  ///
  /// A member that both have keeps its place in the other object.
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
