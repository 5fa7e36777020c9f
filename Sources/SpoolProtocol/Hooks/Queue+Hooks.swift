extension Queue {
  /// `on_end.json` in `runs/RUN/N/`: the hook's record.
  package static func hookFile(_ event: Hooks.Event) -> String {
    event.rawValue + QueueFileName.ending
  }

  /// `on_end.log` in `runs/RUN/N/`: what the hook printed.
  package static func hookLog(_ event: Hooks.Event) -> String { event.rawValue + ".log" }

  /// The hook's record in an attempt's folder. Returns nil if it cannot be read.
  func readHook(_ run: String, _ number: Int, _ event: Hooks.Event) -> HookRecord? {
    let path = runPath(run, "\(number)/" + Self.hookFile(event))
    return (try? read(path, limit: Job.sizeLimit)).flatMap { HookRecord($0) }
  }
}
