/// What the benchmark was asked to measure.
struct Options {
  /// Under which directories to measure; a fresh one is made in each.
  var directories: [String] = []
  var rounds = 5
  var quick = false
  /// The names of the scenes, all if empty.
  var scenes: [String] = []
  var spool: String?
  var json = false
  var idleSeconds: Int?
  var wantsHelp = false
  var wantsFloorSource = false

  struct UsageError: Error, CustomStringConvertible {
    let description: String
  }

  init(_ arguments: some Sequence<String>) throws(UsageError) {
    var rest = Array(arguments)[...]
    var rounds: Int?
    while let argument = rest.popFirst() {
      var flag = argument
      var attached: String?
      if argument.hasPrefix("--"), let equals = argument.firstIndex(of: "=") {
        flag = String(argument[..<equals])
        attached = String(argument[argument.index(after: equals)...])
      }
      func value() throws(UsageError) -> String {
        guard let text = attached ?? rest.popFirst() else {
          throw UsageError(description: "\(flag) needs a value")
        }
        return text
      }
      func count() throws(UsageError) -> Int {
        let text = try value()
        guard let number = Int(text), number > 0 else {
          throw UsageError(description: "\(flag) needs a number above 0, not '\(text)'")
        }
        return number
      }
      switch flag {
      case "--dir": directories.append(try value())
      case "--rounds": rounds = try count()
      case "--quick": quick = true
      case "--scene": scenes.append(try value())
      case "--spool": spool = try value()
      case "--json": json = true
      case "--idle-seconds": idleSeconds = try count()
      case "--floor-source": wantsFloorSource = true
      case "--help", "-h": wantsHelp = true
      default: throw UsageError(description: "unknown option '\(argument)'")
      }
    }
    self.rounds = rounds ?? (quick ? 2 : 5)
    for name in scenes where !allScenes.contains(where: { $0.name == name }) {
      let known = allScenes.map(\.name).joined(separator: ", ")
      throw UsageError(description: "no scene '\(name)'; there are \(known)")
    }
    if directories.isEmpty {
      directories = [Host.variable("TMPDIR") ?? "/tmp"]
      if Files.exists("/dev/shm") { directories.append("/dev/shm") }
    }
  }

  static var help: String {
    let scenes = allScenes.map { "  \($0.name.padded(to: 10))\($0.summary)" }
    return """
      OVERVIEW: Measures spool against the bare system calls, in the same run.

      A C program that makes the system calls of the protocol and nothing else (the floor) is compiled
      first. Floor, spool and other queues then take turns, A B A B …, in fresh directories. Shown are
      medians; a ratio is the median of the ratios of the rounds. CPU is user and system time of the
      process, or of the whole tree of processes, as wait4 reports it.

      USAGE: spool-bench [options]

      OPTIONS:
        --dir DIR           measure in a fresh directory under DIR; repeatable
                            (default: $TMPDIR or /tmp, and /dev/shm)
        --rounds N          samples of each contender (default 5; 20 N of a single process)
        --quick             fewer and smaller samples, to see whether everything works
        --scene NAME        only this scene; repeatable
        --spool PATH        the spool to measure (default: .build-static/release/spool, built if need be)
        --idle-seconds N    how long the idle scene looks on (default 20)
        --json              one JSON object a line
        --floor-source      print the C program and leave
        -h, --help          print this and leave

      SCENES:
      \(scenes.joined(separator: "\n"))

      A file system may be slow for minutes after a mass delete (ext4 without a journal is), and each
      run ends with one: on such a disk, wait between runs or give --dir another file system.
      """
  }
}
