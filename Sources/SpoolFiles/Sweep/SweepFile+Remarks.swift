extension SweepFile {
  /// Remarks on a correct file that a person should know; sentences without a full stop.
  package var remarks: [String] {
    var remarks = readingRemarks
    if entity != nil {
      remarks.append("\"entity\" changes nothing here: -q and -e name the queue")
    }
    if let project, !project.isEmpty, !Codec<String>.isProject(project) {
      remarks.append("\"project\" changes nothing: W&B takes no such name of a project")
    }
    for key in strangers.prefix(5) {
      remarks.append(
        "\(JSON.string(key).shown) changes nothing: neither W&B nor spool has such a key")
    }
    if strangers.count > 5 {
      remarks.append("\(strangers.count - 5) more keys change nothing, for that reason")
    }
    if program != nil, job != nil, command == nil {
      remarks.append(
        "\"program\" changes nothing beside \"job\": only \"command\" can use it, as ${program}")
    }
    if earlyTerminate != nil {
      remarks.append(
        "\"early_terminate\" is kept and changes nothing: each run runs to its end")
    }
    if metric?.target != nil {
      remarks.append("\"target\" changes nothing: the runs are queued at once")
    }
    if controller != nil {
      remarks.append("\"controller\" changes nothing here: the runs are queued at once")
    }
    for leaf in SweepLeaf.leaves(of: parameters) {
      guard case .drawn(_, let name) = leaf.source,
        ["log_uniform", "q_log_uniform", "inv_log_uniform"].contains(name)
      else { continue }
      remarks.append(
        "\"\(leaf.dotted)\": \"min\" and \"max\" of \(name) are exponents of e;"
          + " \(name)_values takes the values themselves")
    }
    return remarks
  }
}
