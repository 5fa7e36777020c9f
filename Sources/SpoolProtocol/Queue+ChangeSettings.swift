extension Queue {
  /// One setting of `queue.json` that was changed.
  package struct SettingChange: Sendable, Equatable {
    /// The key, with dots: `defaults.timeout`.
    package let key: String
    /// Nil if there was none.
    package let before: JSON?
    package let after: JSON?
  }

  /// Changes some settings and leaves the others as they are, keys of other programs included.
  ///
  /// The new file is checked as a whole and replaces the old one in a single step. Agents read it at their next look.
  ///
  /// - Parameters:
  ///   - assignments: The new values; an object is merged over the one that is there, and null removes a key.
  ///   - losesComments: Whether a file with comments may be written anew without them.
  /// - Throws: ``SpoolError``; of kind `badInput` if the old or the new file is wrong, and then nothing is changed.
  package func change(
    _ assignments: [ConfigAssignment], losesComments: Bool = false
  ) throws(SpoolError) -> [SettingChange] {
    let file = path + "/" + Self.settingsFile
    let bytes = try readIfThere(file)?.bytes ?? []
    var settings = JSONObject()
    if !bytes.isEmpty {
      _ = try badInput(file, doing: QueueSettings(parsing: bytes))
      settings =
        (try? JSON(parsing: bytes, dialect: .relaxed))?.objectValue ?? JSONObject()
      if !losesComments, (try? JSON(parsing: bytes, dialect: .strict)) == nil {
        throw SpoolError(
          .no,
          "\(file): has comments, or a comma after the last member, which would be lost: edit the file,"
            + " or give --force")
      }
    }
    let old = settings
    for assignment in assignments {
      if assignment.value == .null {
        settings.remove(assignment.key)
      } else {
        settings = assignment.object(within: settings).merging(over: settings)
      }
    }
    let new = JSON.object(settings).bytes(pretty: true)
    do throws(JobFileError) {
      _ = try QueueSettings(parsing: new)
    } catch {
      throw SpoolError(.badInput, "\(reference): \(error.message)")
    }
    if settings.count == 0, bytes.isEmpty { return [] }
    try writeSettings(settings)
    return assignments.map { assignment in
      SettingChange(
        key: assignment.key, before: old.value(atDottedPath: assignment.key),
        after: settings.value(atDottedPath: assignment.key))
    }
  }
}

extension JSONObject {
  /// Removes the value at a dotted path, and the objects that are empty without it.
  fileprivate mutating func remove(_ key: String) {
    if self[key] != nil {
      self[key] = nil
      return
    }
    guard let (first, rest) = key.cut(at: "."), var inner = self[first]?.objectValue else { return }
    inner.remove(rest)
    self[first] = inner.count == 0 ? nil : .object(inner)
  }
}
