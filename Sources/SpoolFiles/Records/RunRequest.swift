/// A request to the runner of one attempt: `runs/RUN/request@CLAIM@VERB@ID`.
///
/// The name says everything that the runner needs, so that an empty file is a request, too: that much a disk takes
/// which is full. The runner takes the request under the name `taken@ID`, and its answer is `answer@ID.json`.
package struct RunRequest: Sendable, Hashable {
  /// The action that the runner is asked for.
  package enum Verb: Sendable, Hashable {
    /// Send the command's group this signal.
    case signal(Int32)
    /// Stop the command and all processes that it has started; its time limit stands still.
    case suspend
    /// Let them go on.
    case resume

    /// As it stands in the file's name: `suspend`, `resume`, or a signal's name or number.
    package var word: String {
      switch self {
      case .signal(let number): SignalName.text(number)
      case .suspend: "suspend"
      case .resume: "resume"
      }
    }

    /// Returns nil for any other word, and for a signal that is not sent in this way.
    package init?(_ word: some StringProtocol) {
      switch word {
      case "suspend": self = .suspend
      case "resume": self = .resume
      default:
        guard let number = SignalName.number(String(word)), Self.objection(to: number) == nil
        else { return nil }
        self = .signal(number)
      }
    }

    /// Why a signal is not sent: another command does what it is for, with all that belongs to it. Returns nil if
    /// it may be sent.
    package static func objection(to signal: Int32) -> String? {
      switch SignalName.text(signal) {
      case "KILL", "TERM":
        "would end the run as failed; spool kill ends it, and keeps it from being tried again"
      case "STOP", "TSTP", "TTIN", "TTOU":
        "would stop it behind spool's back, and its time limit would go on; spool suspend stops it"
      case "CONT": "is sent by spool resume"
      // The C libraries keep these for themselves.
      case "32", "33":
        "is used by the C library itself, and ends the processes that do not expect it"
      default: nil
      }
    }
  }

  package let claim: ClaimName
  package let verb: Verb
  /// Eight random characters.
  package let id: String

  package init(_ verb: Verb, to claim: ClaimName) {
    self.verb = verb
    self.claim = claim
    id = RunName.randomPart() + RunName.randomPart()
  }

  private static let prefix = "request@"

  /// Whether a file of a run's folder asks a runner for something, as its name looks.
  package static func isName(_ file: String) -> Bool { file.hasPrefix(prefix) }

  /// Parses the file's name. Returns nil for any other name: it is not spool's.
  package init?(_ file: String) {
    guard Self.isName(file) else { return nil }
    let parts = file.utf8.dropFirst(Self.prefix.utf8.count).split(
      separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard parts.count == 3, let claim = ClaimName(String(Substring(parts[0]))),
      let verb = Verb(Substring(parts[1])), verb.word.utf8.elementsEqual(parts[1])
    else { return nil }
    let id = String(Substring(parts[2]))
    guard id.utf8.count == 8, RunName.isValid(id) else { return nil }
    self.claim = claim
    self.verb = verb
    self.id = id
  }

  package var file: String { Self.prefix + "\(claim.text)@\(verb.word)@\(id)" }
  package var takenFile: String { "taken@" + id }
  package var answerFile: String { "answer@" + id + QueueFileName.ending }
}

/// The answer of a runner, `runs/RUN/answer@ID.json`.
package struct RequestAnswer: Sendable, Equatable {
  package enum Result: String, Sendable {
    /// It was done.
    case done
    /// Nothing had to be done: the run was suspended already, or was not.
    case unchanged
    /// Nothing was done, for the reason that ``RequestAnswer/words`` gives.
    case refused
  }

  package var result: Result
  /// A remark, or the reason of a refusal, without the run's name; nil if there is none.
  package var words: String?

  package init(_ result: Result, _ words: String? = nil) {
    self.result = result
    self.words = words
  }

  package var json: JSON {
    .object(
      JSONObject([
        ("result", .string(result.rawValue)), ("words", words.map { .string($0) } ?? .null),
      ]))
  }

  /// Reads an answer. One that does not parse says that it was done: it is empty where the disk is full.
  package init(_ bytes: [UInt8]) {
    let object = (try? JSON(parsing: bytes, dialect: .strict))?.objectValue
    result = object?["result"]?.stringValue.flatMap { Result(rawValue: $0) } ?? .done
    words = object?["words"]?.stringValue
  }
}
