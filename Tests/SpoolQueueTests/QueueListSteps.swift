import SpoolTesting
import Synchronization
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

/// Runs brought to where a test needs them, by the protocol's own steps.
extension Queue {
  func submit(
    _ name: String, priority: Int = 50, held: Bool = false
  ) throws -> String {
    try enqueue(
      Job(command: ["true", name]), named: name, priority: priority, held: held,
      settings: Self.unsynced)
  }

  private static var unsynced: QueueSettings {
    var settings = QueueSettings()
    settings.sync = false
    return settings
  }

  private static let claims = Atomic<Int>(0)

  /// Claims a waiting run; nil: it does not wait.
  func claimed(_ run: String) throws -> QueueFileName? {
    guard let file = try list(.queued).first(where: { QueueFileName($0)?.run == run }) else {
      return nil
    }
    let number = Self.claims.wrappingAdd(1, ordering: .relaxed).newValue
    let information = try System.information(path(.queued, file))
    return try claim(file, information, for: ClaimName(agent: "host-test", number: number))
  }

  /// Brings a waiting run to `running/`.
  func started(_ run: String) throws -> Attempt {
    let name = try #require(try claimed(run))
    var attempt = try #require(try makeAttempt(name, settings: Self.unsynced, slot: 0))
    _ = try attempt.publishStart(sync: false)
    #expect(try attempt.enterRunning(sync: false))
    return attempt
  }

  /// Brings a waiting run to its end.
  func end(_ run: String, _ outcome: Outcome = .finished()) throws {
    try started(run).finish(outcome, sync: false)
  }

  /// Takes back the steps that follow an outcome: as if its publisher had died at once.
  func takeBack(_ attempt: Attempt, from place: String) throws {
    try System.rename(path + "/" + place, path(.running, attempt.name.text))
    let record = path(.done, attempt.run + ".json")
    if (try? System.information(record)) != nil { try System.unlink(record) }
  }

  var names: [String] { get throws { try runs().map { $0.run } } }
}
