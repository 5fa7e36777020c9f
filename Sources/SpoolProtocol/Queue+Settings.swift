extension Queue {
  /// `queue.json`: the queue's settings.
  package static let settingsFile = "queue.json"

  /// Reads the queue's settings. Returns the defaults if there is no file.
  ///
  /// - Throws: ``SpoolError`` with file, line and column if the file does not parse.
  public func readSettings() throws(SpoolError) -> QueueSettings { try readSettingsText().0 }

  /// Reads the queue's settings. Returns the defaults, which are the careful choice, if they do not parse: a typing
  /// error must not prevent anyone from queueing, stopping and mending runs.
  package func settingsOrDefaults() throws(SpoolError) -> QueueSettings {
    do throws(SpoolError) {
      return try readSettings()
    } catch {
      if error.kind == .badInput { return QueueSettings() }
      throw error
    }
  }

  /// The settings that decide what this process executes, or what it lets others execute in its name. For root
  /// these are the defaults if another user can write the file.
  package func settingsToObey() throws(SpoolError) -> QueueSettings {
    do throws(SpoolError) {
      return try readSettingsText(obeying: true).0
    } catch {
      if error.kind == .badInput || error.kind == .refused { return QueueSettings() }
      throw error
    }
  }

  /// Reads the queue's settings, and the bytes that contain them.
  ///
  /// - Parameter isToObey: Whether the settings decide which commands are executed.
  /// - Throws: ``SpoolError``; of kind `refused` if root is to obey the file, and another user can write it.
  package func readSettingsText(
    obeying isToObey: Bool = false
  ) throws(SpoolError) -> (QueueSettings, [UInt8]) {
    let file = path + "/" + Self.settingsFile
    guard let opened = try readIfThere(file) else { return (QueueSettings(), []) }
    if isToObey, Account.isRoot,
      let objection = Trust(self, QueueSettings(), as: 0).objection(to: opened.information)
    {
      throw SpoolError(.refused, "\(file): is not obeyed by root: \(objection)")
    }
    let settings = try badInput(file, doing: QueueSettings(parsing: opened.bytes))
    return (settings, opened.bytes)
  }

  /// Writes the settings anew.
  public func writeSettings(_ settings: JSONObject) throws(SpoolError) {
    let bytes = JSON.object(settings).bytes(pretty: true) + [UInt8(ascii: "\n")]
    let aside = try Aside("settings", in: path, bytes, permissions: shape.settings, sync: true)
    try publishFile(aside.path, as: path + "/" + Self.settingsFile)
    aside.release()
    try syncDirectory(path)
  }
}
