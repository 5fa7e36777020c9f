/// A process that holds something of a queue: its place, and the means to tell whether it lives.
package struct Holder: Sendable, Equatable {
  package var host: String
  /// The boot of the host.
  package var boot: String
  /// The machine, whatever its name; empty if unknown.
  package var machine = ""
  /// The namespace of the process numbers that it sees.
  package var namespace: String
  /// The clock of its processes' start times; empty if unknown.
  package var times = ""
  package var process: ProcessIdentity
  /// How to tell whether it lives; nil for a record of 0.1.0, or for a record that proves no life.
  package var life: Life?

  package static var current: Holder {
    let host = Host.current
    var holder = Holder(
      host: host.name, boot: host.boot, namespace: host.processNamespace,
      process: ProcessIdentity.current)
    holder.machine = host.machine
    holder.times = host.timeNamespace
    return holder
  }

  package init(host: String, boot: String, namespace: String, process: ProcessIdentity) {
    self.host = host
    self.boot = boot
    self.namespace = namespace
    self.process = process
  }

  /// Reads `host`, `boot`, `namespace`, the process under its key, and the members of newer records.
  package init?(_ object: JSONObject, process key: String) {
    guard let host = object["host"]?.stringValue, let boot = object["boot"]?.stringValue,
      let namespace = object["namespace"]?.stringValue,
      let process = object[key].flatMap({ ProcessIdentity($0) })
    else { return nil }
    self.init(host: host, boot: boot, namespace: namespace, process: process)
    machine = object["machine"]?.stringValue ?? ""
    times = object["times"]?.stringValue ?? ""
    life = Life(object["life"])
  }

  /// The members of a record, the process under its key.
  package func members(process key: String) -> [(String, JSON)] {
    var members: [(String, JSON)] = [("host", .string(host)), ("boot", .string(boot))]
    if !machine.isEmpty { members.append(("machine", .string(machine))) }
    members.append(("namespace", .string(namespace)))
    if !times.isEmpty { members.append(("times", .string(times))) }
    if let life { members.append(("life", life.json)) }
    members.append((key, process.json))
    return members
  }

  /// Whether its process numbers, and their start times, are valid here.
  package var isVisible: Bool { Host.current.seesProcesses && sharesProcesses(with: .here) }

  /// Whether it belongs to the present boot of this machine.
  package var isOfThisBoot: Bool { !boot.isEmpty && boot == Host.current.boot }

  /// Whether the two are certainly on different machines, even if these have the same name.
  package func isOfAnotherMachine(than other: Holder) -> Bool {
    !boot.isEmpty && !other.boot.isEmpty && boot != other.boot
      && !machine.isEmpty && !other.machine.isEmpty && machine != other.machine
  }

  /// Whether the two see each other's processes under the same numbers and start times.
  package func sharesProcesses(with other: Holder) -> Bool {
    !boot.isEmpty && boot == other.boot && namespace == other.namespace
      && (times.isEmpty || other.times.isEmpty || times == other.times)
  }

  /// This host and namespace, with no process, for comparisons.
  private static let here: Holder = {
    var holder = Holder(
      host: Host.current.name, boot: Host.current.boot, namespace: Host.current.processNamespace,
      process: .nobody)
    holder.times = Host.current.timeNamespace
    return holder
  }()
}

extension ProcessIdentity {
  package var json: JSON {
    .object(JSONObject([("pid", .number(Int(pid))), ("started", .number("\(started)"))]))
  }

  package init?(_ value: JSON) {
    guard let object = value.objectValue, let pid = object["pid"]?.intValue,
      case .number(let started)? = object["started"]
    else { return nil }
    // A number that no process can have becomes 0, the number of no process: cut to 32 bits, it would name
    // another process.
    self.init(pid: Int32(exactly: pid) ?? 0, started: UInt64(started) ?? 0)
  }
}
