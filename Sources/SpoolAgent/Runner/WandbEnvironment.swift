import SpoolProtocol

/// The variables with which a script that was written for W&B runs as it is: those that an agent of W&B Launch gives a
/// run, and those that keep its files in the run's folder.
///
/// Each of them only if the job does not set it. `"wandb": false` leaves all of them out.
struct WandbEnvironment {
  /// A variable of a command's environment.
  typealias Variable = (name: String, value: String)

  /// The most bytes of the configuration in one variable; W&B's client puts pieces together.
  private static let pieceSize = 32_670

  /// The configuration and the variable that lets the client read it: these may be large.
  private var config: [Variable] = []
  private var others: [Variable] = []

  /// - Parameters:
  ///   - variables: The environment without these variables.
  ///   - netrc: Asked for a key only if the environment says nothing of one, and no mode.
  init(_ start: StartRecord, in queue: Queue, beside variables: [Variable], netrc: Netrc) {
    let job = start.job
    guard job?.wandb != false else { return }
    var given: [String: String] = [:]
    for (name, value) in variables where Self.isOfInterest(name) { given[name] = value }
    let isOffline = Self.isOffline(given, netrc)
    func set(_ name: String, _ value: String, in list: inout [Variable]) {
      if given[name] == nil { list.append((name, value)) }
    }
    set("WANDB_RUN_ID", start.run, in: &others)
    set("WANDB_NAME", start.run, in: &others)
    set("WANDB_DIR", queue.runPath(start.run), in: &others)
    if let project = job?.project { set("WANDB_PROJECT", project, in: &others) }
    // A server would look for a sweep of its own.
    if let sweep = job?.sweep {
      set(isOffline ? "WANDB_SWEEP_ID" : "WANDB_RUN_GROUP", sweep, in: &others)
    }
    set("WANDB_LAUNCH_QUEUE_NAME", queue.name, in: &others)
    set("WANDB_LAUNCH_QUEUE_ENTITY", queue.entity, in: &others)
    if start.attempt > 1 { set("WANDB_RESUME", "allow", in: &others) }
    // A run that is killed keeps its history up to a second before.
    set("WANDB__TRANSACTION_LOG_FLUSH_INTERVAL", "1", in: &others)
    if isOffline { set("WANDB_MODE", "offline", in: &others) }
    // With the first of them `init` ignores its project: a run that needs neither keeps the script's on the server.
    let values = job?.runConfig ?? JSONObject()
    guard isOffline || !values.isEmpty || job?.project != nil else { return }
    set("WANDB_LAUNCH", "True", in: &config)
    guard given["WANDB_CONFIG"] == nil, given["WANDB_CONFIG_0"] == nil else { return }
    let text = Self.ascii(values.bytes())
    if text.count <= Self.pieceSize {
      config.append(("WANDB_CONFIG", String(raw: text)))
    } else {
      for (number, begin) in stride(from: 0, to: text.count, by: Self.pieceSize).enumerated() {
        let piece = text[begin..<Swift.min(begin + Self.pieceSize, text.count)]
        config.append(("WANDB_CONFIG_\(number)", String(raw: piece)))
      }
    }
  }

  /// The environment with these variables, as far as the kernel takes them: first those of the configuration are left
  /// out, then all.
  ///
  /// - Throws: ``SpoolError`` of kind `badInput` if the command and its own variables are too large.
  func added(
    to variables: [Variable], for argv: [String]
  ) throws(SpoolError) -> [Variable] {
    for addition in [others + config, others] where !addition.isEmpty {
      let all = variables + addition
      if (try? CommandEnvironment.check(argv, all)) != nil { return all }
    }
    try CommandEnvironment.check(argv, variables)
    return variables
  }

  private static func isOfInterest(_ name: String) -> Bool {
    name.hasPrefix("WANDB_") || name == "HOME" || name == "NETRC"
  }

  /// Whether the client is told to write files only, or has no key and would refuse to do anything else.
  private static func isOffline(_ given: [String: String], _ netrc: Netrc) -> Bool {
    if let mode = given["WANDB_MODE"] { return mode == "offline" || mode == "dryrun" }
    let keys = ["WANDB_API_KEY", "WANDB_IDENTITY_TOKEN_FILE"]
    if keys.contains(where: { given[$0]?.isEmpty == false }) { return false }
    return !netrc.hasKey(
      for: host(given["WANDB_BASE_URL"]), home: given["HOME"] ?? "", file: given["NETRC"])
  }

  /// `api.wandb.ai` of `https://api.wandb.ai/…`.
  private static func host(_ url: String?) -> String {
    guard let url, let start = url.firstRange(of: "://") else { return "api.wandb.ai" }
    return String(url[start.upperBound...].prefix { $0 != "/" })
  }

  /// JSON in ASCII, as Python writes it: whatever the locale of the command is, it reads the same.
  private static func ascii(_ json: [UInt8]) -> [UInt8] {
    guard json.contains(where: { $0 >= 0x80 }) else { return json }
    var text: [UInt8] = []
    text.reserveCapacity(json.count * 2)
    for unit in String(raw: json).utf16 {
      if unit < 0x80 {
        text.append(UInt8(unit))
      } else {
        let digits = String(unit, radix: 16)
        text += "\\u".utf8
        text += String(repeating: "0", count: 4 - digits.utf8.count).utf8
        text += digits.utf8
      }
    }
    return text
  }
}
