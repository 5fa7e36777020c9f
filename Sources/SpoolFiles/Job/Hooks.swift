/// Commands that are executed after certain ends, with the run's record on standard input.
///
/// Nil if the file says nothing; an empty list for no command, whatever the queue says.
package struct Hooks: Sendable, Equatable {
  /// Executed when a run has ended.
  package var onEnd: [String]?

  /// Executed when a run has ended without finishing: failed, crashed or killed.
  package var onFailure: [String]?

  /// Executed when the last run has ended and no run waits.
  package var onEmpty: [String]?

  /// The time limit of each hook, in seconds; nil for ``defaultTimeout``.
  package var timeout: Double?

  /// The default time limit of a hook, in seconds.
  package static let defaultTimeout = 60.0

  package init() {}

  package enum Event: String, Sendable, CaseIterable {
    case end = "on_end"
    /// A run has ended without finishing.
    case failure = "on_failure"
    /// The last run of a queue has ended.
    case empty = "on_empty"
  }

  package func command(for event: Event) -> [String]? {
    let command =
      switch event {
      case .end: onEnd
      case .failure: onFailure
      case .empty: onEmpty
      }
    return command?.isEmpty == false ? command : nil
  }

  /// These hooks, with hooks that they lack taken from the defaults.
  package func merging(over defaults: Hooks) -> Hooks {
    var merged = Hooks()
    merged.onEnd = onEnd ?? defaults.onEnd
    merged.onFailure = onFailure ?? defaults.onFailure
    merged.onEmpty = onEmpty ?? defaults.onEmpty
    merged.timeout = timeout ?? defaults.timeout
    return merged
  }
}

extension Hooks {
  /// The first words of the command that `{"mail": ADDRESS}` means. The agent's own program executes it.
  private static let mailWords = ["spool", "report", "--mail"]

  /// The command that mails a report.
  ///
  /// - Parameter address: The text for the line `To:`.
  package static func mail(to address: String) -> [String] { mailWords + [address] }

  /// The address that a command mails a report to. Returns nil for any other command.
  package static func address(of command: [String]) -> String? {
    command.count == mailWords.count + 1 && command.starts(with: mailWords) ? command.last : nil
  }
}

extension Codec<[String]> {
  /// An argv, or an address for a mail: `{"mail": "you@example.org"}`.
  fileprivate static let hook = Codec(
    read: { value throws(FieldError) in
      guard let object = value.objectValue else { return try launcher.read(value) }
      guard object.keys == ["mail"], let mail = object["mail"] else {
        throw .value("must be an array of strings, or {\"mail\": \"you@example.org\"}")
      }
      do throws(FieldError) {
        let address = try Codec<String>.text.read(mail)
        // The address becomes a line of the mail's head.
        guard !address.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }), address.first != "-"
        else {
          throw .value("must be an address on one line")
        }
        return Hooks.mail(to: address)
      } catch {
        throw error.inside(key: "mail")
      }
    },
    write: { command in
      guard let address = Hooks.address(of: command) else { return JSON.strings(command) }
      return .object(JSONObject([("mail", .string(address))]))
    })
}

extension Hooks: FieldRecord {
  static let fields: [Field<Hooks>] = [
    Field("on_end", { $1(&$0.onEnd) }, .hook),
    Field("on_failure", { $1(&$0.onFailure) }, .hook),
    Field("on_empty", { $1(&$0.onEmpty) }, .hook),
    Field("timeout", { $1(&$0.timeout) }, .span),
  ]
}
