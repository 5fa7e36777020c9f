extension Queue {
  /// `queue.json`: the settings.
  package static let settingsFile = "queue.json"

  /// The queue's settings; the defaults where there is no file.
  ///
  /// - Throws: ``SpoolError`` with file, line and column when it does not parse.
  public func readSettings() throws(SpoolError) -> QueueSettings { try readSettingsText().0 }

  /// The queue's settings; the defaults, the careful ones, where they do not parse: to queue, stop
  /// and mend runs must not depend on somebody's typing error.
  package func settingsOrDefaults() throws(SpoolError) -> QueueSettings {
    do throws(SpoolError) {
      return try readSettings()
    } catch {
      if error.kind == .badInput { return QueueSettings() }
      throw error
    }
  }

  /// The settings that decide what this process executes, or lets others execute in its name: for root
  /// the defaults, where somebody else can write the file.
  package func settingsToObey() throws(SpoolError) -> QueueSettings {
    do throws(SpoolError) {
      return try readSettingsText(obeying: true).0
    } catch {
      if error.kind == .badInput || error.kind == .refused { return QueueSettings() }
      throw error
    }
  }

  /// The queue's settings, and the bytes they were read from.
  ///
  /// - Parameter isToObey: Whether commands are executed as they say.
  /// - Throws: ``SpoolError``; of kind `refused` where it is to be obeyed by root, and somebody else
  ///   can write it.
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
