import SpoolTesting
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

/// The records that spool writes for itself, to the byte: an older spool may read what a newer one writes.
@Suite struct RecordBytesTests {
  /// What a kind of record makes of bytes.
  private static func rewritten(_ kind: String, _ text: String) -> String? {
    let bytes = Array(text.utf8)
    switch kind {
    case "start": return StartRecord(bytes)?.json.text
    case "agent": return AgentRecord(bytes, heartbeat: Timestamp(nanoseconds: 0))?.json.text
    case "hook": return HookRecord(bytes)?.json.text
    case "mark": return UnstartedMark(bytes)?.json.text
    case "kill": return KillRequest(bytes, owner: "ann").json.text
    case "sweep": return Sweep(bytes)?.json.text
    default:
      return (try? JSON(parsing: bytes, dialect: .strict))?.objectValue
        .flatMap { Run($0) }?.json.text
    }
  }

  private static let holder =
    #""host":"h","boot":"b","machine":"m","namespace":"n","times":"t","#
    + #""life":{"lock":{"device":9,"inode":18446744073709551615}}"#
  private static let process = #"{"pid":7,"started":18446744073709551615}"#
  private static let leftBehind =
    #""left_behind":{"count":2,"processes":[{"pid":8,"name":"sleep","ended_by":"TERM"}]}"#

  private static let whole: [(kind: String, text: String)] = [
    (
      "start",
      #"{"claim":"h-abcd.3","run":"r-1","attempt":2,\#(holder),"runner":\#(process),"command":\#(process),"#
        + #""inode":18446744073709551615,"lease":2.5,"slot":3,"gpus":["0","1"],"#
        + #""created_at":"2026-11-29T03:07:08.743Z","started_at":"2026-11-29T03:07:09.051Z","owner":"ann","#
        + #""argv":["a","b"],"job":{"command":["a","b"],"retries":1},"hooks":{"on_end":["true"]},"#
        + #""untrusted":"bob may write it"}"#
    ),
    (
      "start",
      #"{"claim":"h-abcd.3","run":"r-1","attempt":2,"host":"h","boot":"b","namespace":"n","runner":\#(process),"#
        + #""command":null,"inode":1,"lease":60.0,"slot":0,"gpus":[],"created_at":"2026-11-29T03:07:08.000Z","#
        + #""started_at":null,"owner":"ann","argv":[],"job":null}"#
    ),
    (
      "agent",
      #"{"agent":"h-abcd",\#(holder),"process":\#(process),"slots":4,"gpus":["0"],"labels":["big"],"#
        + #""queues":["/q"],"missing":["srun"],"lease":60.0,"started_at":"2026-11-29T03:07:09.412Z","#
        + #""trouble":"the disk is full","elsewhere":{"1":"ann","2":"bob"},"elsewhere_free":{"2":3}}"#
    ),
    (
      "agent",
      #"{"agent":"h-abcd","host":"h","boot":"b","namespace":"n","life":"lease","process":\#(process),"#
        + #""slots":4,"gpus":[],"labels":[],"queues":[],"missing":[],"lease":60.0,"#
        + #""started_at":"2026-11-29T03:07:09.412Z"}"#
    ),
    (
      "hook",
      #"{"event":"on_failure","argv":["a"],"timeout":1.5,\#(holder),"process":\#(process),"#
        + #""started_at":"2026-11-29T03:07:09.000Z","ended_at":"2026-11-29T03:07:10.000Z","duration_s":0.1234567,"#
        + #""exit_code":3,"signal":"KILL","reason":"by signal KILL","printed":17,\#(leftBehind)}"#
    ),
    (
      "hook",
      #"{"event":"on_end","argv":[],"timeout":60.0,"host":"h","boot":"b","namespace":"n","process":\#(process),"#
        + #""started_at":"2026-11-29T03:07:09.000Z","ended_at":null,"duration_s":null,"exit_code":null,"#
        + #""signal":null,"reason":null,"printed":0}"#
    ),
    (
      "mark",
      #"{"claim":"h-abcd.3","host":"h","inode":18446744073709551615,"counts":true,"cause":"No space","times":4}"#
    ),
    (
      "kill",
      #"{"user":"bob","host":"h","time":"2026-11-29T03:07:09.000Z","reason":"too slow","signal":"INT","grace":2.5}"#
    ),
    (
      "kill",
      #"{"user":"bob","host":"h","time":"2026-11-29T03:07:09.000Z","reason":null,"signal":"TERM","grace":10.0}"#
    ),
    (
      "sweep",
      #"{"format":1,"sweep":"s","method":"random","metric":{"name":"loss","goal":"maximize"},"#
        + #""seed":18446744073709551615,"max_running":2,"priority":10,"created_at":"2026-11-29T03:07:09.000Z","#
        + #"\#(holder),"process":\#(process),"parameters":["lr"],"asked":{"file":"{}"},"#
        + #""runs":[{"run":"s-0001","config":{"lr":0.10}}]}"#
    ),
    (
      "sweep",
      #"{"format":1,"sweep":"s","method":"grid","metric":null,"seed":null,"max_running":null,"priority":50,"#
        + #""created_at":"2026-11-29T03:07:09.000Z","host":"h","boot":"b","namespace":"n","process":\#(process),"#
        + #""parameters":[],"asked":{},"runs":[]}"#
    ),
    (
      "run",
      #"{"run":"r-1","name":"r","queue":"q","entity":"e","state":"failed","held":true,"paused":true,"#
        + #""job":"e/j:v1","author":"ann","owner":"bob","command":["a"],"args":["b"],"run_config":{"lr":1e-3},"#
        + #""tags":["x"],"notes":"n","created_at":"2026-11-29T03:07:08.791Z","#
        + #""started_at":"2026-11-29T03:07:09.087Z","ended_at":"2026-11-29T03:07:09.089Z","duration_s":0.002,"#
        + #""exit_code":1,"signal":"INT","reason":"why","host":"h","agent":"h-abcd","attempt":2,"attempts":3,"#
        + #""priority":50,"after":{"ok":["p"]},"unique":"u","retry_of":"r-0","sweep":"s","progress":"half","#
        + #""summary":{"loss":0.50},"file":"{}\n",\#(leftBehind),"remarks":["one","two"]}"#
    ),
    (
      "run",
      #"{"run":"r-1","name":null,"queue":"","entity":"","state":"idle","held":false,"paused":false,"job":null,"#
        + #""author":null,"owner":null,"command":null,"args":null,"run_config":null,"tags":null,"notes":null,"#
        + #""created_at":null,"started_at":null,"ended_at":null,"duration_s":null,"exit_code":null,"#
        + #""signal":null,"reason":null,"host":null,"agent":null,"attempt":null,"attempts":null,"#
        + #""priority":null,"after":null,"unique":null,"retry_of":null,"sweep":null,"progress":null,"#
        + #""summary":null,"file":null}"#
    ),
  ]

  @Test("A record that is read and written again has the same bytes", arguments: whole.indices)
  func rewrite(_ index: Int) {
    let (kind, text) = Self.whole[index]
    #expect(Self.rewritten(kind, text) == text)
  }

  /// The keys without which bytes are no record of their kind.
  private static let required: [String: [String]] = [
    "start": ["claim", "run", "attempt", "host", "boot", "namespace", "runner"],
    "agent": ["agent", "host", "boot", "namespace", "process"],
    "hook": ["event", "host", "boot", "namespace", "process", "started_at"],
    "mark": ["claim", "host", "inode", "counts"],
    "kill": [],
    "sweep": ["sweep", "method", "created_at", "host", "boot", "namespace", "process", "runs"],
    "run": ["run", "state"],
  ]

  private static let lists: Set = [
    "gpus", "labels", "queues", "missing", "argv", "args", "tags", "parameters", "remarks",
  ]

  @Test("What is missing, or of another type, counts as nothing; without some keys it is no record")
  func missing() throws {
    for (kind, text) in Self.whole {
      let object = try #require(JSON(parsing: Array(text.utf8), dialect: .strict).objectValue)
      for key in object.keys {
        var without = object
        without[key] = nil
        let isRecord = !(Self.required[kind] ?? []).contains(key)
        let found = Self.rewritten(kind, without.text)
        #expect((found != nil) == isRecord, "\(kind) without \(key)")
        // A key that a version does not know is one that a later version writes.
        var later = object
        later["later"] = [1, "2"]
        #expect(Self.rewritten(kind, later.text) == Self.rewritten(kind, text))
        var other = object
        other[key] = .array([.bool(true)])
        let read = Self.rewritten(kind, other.text)
        if key == "runs" || ["asked", "life", "after", "summary"].contains(key) { continue }
        // An array of no texts is an empty one.
        if Self.lists.contains(key) || (kind, key) == ("run", "command") {
          other[key] = []
          #expect(read == Self.rewritten(kind, other.text), "\(kind): \(key)")
        } else if ["created_at", "started_at", "time"].contains(key) {
          #expect((read != nil) == isRecord, "\(kind): \(key)")
        } else {
          #expect(read == found, "\(kind): \(key)")
        }
      }
    }
  }
}
