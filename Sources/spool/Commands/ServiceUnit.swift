import SpoolQueue
import SpoolTerminal

/// An agent as a service of a machine: the facts from which the texts below are made.
struct ServiceUnit: Sendable {
  /// The absolute path of the program.
  var program: String
  /// The options of the agent.
  var options: [String] = []
  /// The variables that say which spool is meant.
  var environment: [(name: String, value: String)] = []
  /// The directories of the queues, which must be mounted first.
  var places: [String] = []
  /// The user of the agent.
  var user: String

  private var words: [String] { [program, "agent"] + options }
}

extension ServiceUnit {
  /// A unit of systemd, for one user or for the whole system.
  func systemd(isSystem: Bool) -> String {
    let manager = isSystem ? "systemctl" : "systemctl --user"
    let place = isSystem ? "/etc/systemd/system" : "~/.config/systemd/user"
    var lines = [
      "# \(place)/spool.service",
      "#",
      "#     \(manager) daemon-reload",
      "#     \(manager) enable --now spool",
    ]
    if !isSystem {
      lines.append("#     loginctl enable-linger        else it ends when its user logs out")
    }
    lines += ["", "[Unit]", "Description=spool agent"]
    if isSystem {
      lines += ["Wants=network-online.target", "After=network-online.target remote-fs.target"]
    }
    if !places.isEmpty {
      lines.append(
        "RequiresMountsFor=" + places.map { Self.systemdWord($0) }.joined(separator: " "))
    }
    lines += ["", "[Service]", "Type=exec"]
    if isSystem { lines.append("User=" + user) }
    for (name, value) in environment {
      lines.append("Environment=" + Self.systemdWord("\(name)=\(value)"))
    }
    lines.append(
      "ExecStart=" + words.map { Self.systemdWord($0, isCommand: true) }.joined(separator: " "))
    lines.append(Self.systemdPolicy)
    lines += ["", "[Install]", "WantedBy=" + (isSystem ? "multi-user.target" : "default.target")]
    return lines.joined(separator: "\n") + "\n"
  }

  private static let systemdPolicy = """
    # Only the agent is told to stop: its runs outlive a stop, a restart and an upgrade.
    KillMode=process
    # The kernel may kill a run that takes too much memory; that is no reason to stop the agent.
    OOMPolicy=continue
    # What runs may start is theirs to decide.
    TasksMax=infinity
    Restart=on-failure
    RestartSec=5
    # A wrong option, a missing queue or a missing permission is not mended by trying again.
    RestartPreventExitStatus=2 3 4
    # What the agent makes is its user's alone. Nothing more is forbidden here, since it would be
    # forbidden to every run: NoNewPrivileges breaks sudo, ping and podman in them, and private mounts
    # hide what a run mounts. Where runs need none of that, these can be taken in:
    UMask=0077
    #NoNewPrivileges=yes
    #ProtectSystem=full
    #ProtectKernelModules=yes
    """

  /// A word as systemd reads it: specifiers, variables and quotes are plain text.
  private static func systemdWord(_ word: String, isCommand: Bool = false) -> String {
    var text = ""
    var isPlain = !word.isEmpty
    for scalar in word.unicodeScalars {
      switch scalar {
      case "%": text += "%%"
      case "$": text += isCommand ? "$$" : "$"
      case "\\", "\"":
        text += "\\" + String(scalar)
        isPlain = false
      case "\n":
        text += "\\n"
        isPlain = false
      case _ where RawText.byte(scalar) != nil:
        // A unit is UTF-8, but the quoted text may contain any bytes.
        text += escapingControls(String(scalar))
        isPlain = false
      default:
        text.unicodeScalars.append(scalar)
        if " \t';#".unicodeScalars.contains(scalar) { isPlain = false }
      }
    }
    return isPlain ? text : "\"\(text)\""
  }
}

extension ServiceUnit {
  var cron: String {
    let variables = environment.map { "\($0.name)=\(Self.cronWord($0.value))" }
    let command = (variables + words.map { Self.cronWord($0) } + ["--once", "--quiet"])
      .joined(separator: " ")
    // To cron a percent sign is the end of the line.
    let line = command.replacing("%", with: "\\%")
    return """
      # Starts what fits and leaves, once a minute; the runs go on. (crontab -l; spool service --cron) | crontab -
      * * * * * \(line)

      """
  }
}

extension ServiceUnit {
  /// A word as cron's shell reads it, which takes bytes that are not UTF-8 only unchanged.
  private static func cronWord(_ word: String) -> String { shellQuoted(word, isShown: false) }
}

extension ServiceUnit {
  /// A property list of launchd, for the agents of one user.
  ///
  /// - Parameter home: The directory below which the log is written.
  func launchd(home: String) -> String {
    func string(_ text: String) -> String { "<string>\(Self.xml(text))</string>" }
    var lines = [
      #"<?xml version="1.0" encoding="UTF-8"?>"#,
      #"<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">"#,
      "<!-- ~/Library/LaunchAgents/spool.plist: launchctl bootstrap gui/$(id -u) FILE -->",
      #"<plist version="1.0">"#,
      "<dict>",
      "  <key>Label</key>", "  <string>spool</string>",
      "  <key>ProgramArguments</key>", "  <array>",
    ]
    lines += words.map { "    " + string($0) }
    lines.append("  </array>")
    if !environment.isEmpty {
      lines += ["  <key>EnvironmentVariables</key>", "  <dict>"]
      for (name, value) in environment {
        lines += ["    <key>\(Self.xml(name))</key>", "    " + string(value)]
      }
      lines.append("  </dict>")
    }
    lines += [
      "  <key>RunAtLoad</key>", "  <true/>",
      "  <!-- Again after a failure; a stop is a stop. -->",
      "  <key>KeepAlive</key>", "  <dict>", "    <key>SuccessfulExit</key>", "    <false/>",
      "  </dict>",
      "  <!-- Runs outlive their agent. -->",
      "  <key>AbandonProcessGroup</key>", "  <true/>",
      "  <!-- Runs are what the machine is for: nothing throttles them. -->",
      "  <key>ProcessType</key>", "  <string>Interactive</string>",
      "  <key>StandardErrorPath</key>", "  " + string(home + "/Library/Logs/spool.log"),
      "</dict>", "</plist>",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private static func xml(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
