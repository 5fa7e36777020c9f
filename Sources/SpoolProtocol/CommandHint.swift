// The commands that messages advise, each as a person would have to type it in this shell.

/// The spool, entity and queue that a shell means if a command names none.
package struct ShellPlace: Sendable {
  /// Nil if the configuration cannot be read, so that nothing is meant for certain.
  private var spool: Spool?

  /// Makes a shell in which that spool is meant.
  package init(_ spool: Spool) { self.spool = spool }

  /// A shell that means no spool by itself.
  package static let none = ShellPlace()

  private init() { spool = nil }

  /// The shell in which this process was started, as its environment and configuration are now.
  package static var current: ShellPlace {
    var place = ShellPlace.none
    place.spool = try? Spool { System.variable($0) }
    return place
  }

  /// Whether the shell means this queue if a command names none.
  package func means(_ path: String) -> Bool { spool?.queuePath.hasSameBytes(as: path) ?? false }

  /// The text by which a command finds the queue: `ENTITY/QUEUE`, or its path if it is in another spool.
  package func name(of path: String) -> String {
    guard let spool, let above = path.directoryOfPath,
      above.directoryOfPath?.hasSameBytes(as: spool.root) == true
    else { return shellQuoted(path) }
    let (entity, queue) = (above.lastNameOfPath, path.lastNameOfPath)
    // Commands do not accept the name of every directory.
    for name in [entity, queue]
    where !RunName.isValid(name, limit: RunName.shortLimit) || name == "jobs" {
      return shellQuoted(path)
    }
    return entity + "/" + queue
  }

  /// The option that names the spool, `--root DIR`, if it is needed.
  func option(root: String) -> [String] {
    spool?.root.hasSameBytes(as: root) == true ? [] : ["--root", shellQuoted(root)]
  }

  /// The options that name the spool and the entity, `--root DIR -e ENTITY`, as far as they are needed.
  func options(root: String, entity: String) -> [String] {
    var options = option(root: root)
    if spool?.entity.hasSameBytes(as: entity) != true { options += ["-e", shellQuoted(entity)] }
    return options
  }
}

extension Queue {
  /// A command for something in this queue: `spool release train-9x7c`. If the shell does not mean this queue by
  /// itself, `-q lab/night` follows the command's name.
  package func command(
    _ name: String, _ words: String..., in place: ShellPlace = .current
  ) -> String {
    let option = place.means(path) ? [] : ["-q", place.name(of: path)]
    return (["spool", name] + option + words.map { shellQuoted($0) }).joined(separator: " ")
  }

  /// A command about the queue itself, which it always names: `spool agent -q lab/night`.
  package static func command(
    _ name: String, _ options: String = "", forQueueAt path: String, in place: ShellPlace = .current
  ) -> String {
    "spool \(name) -q \(place.name(of: path))" + (options.isEmpty ? "" : " " + options)
  }

  /// A command whose operand is a queue: `spool queue create lab/night`.
  package static func command(
    _ name: String, ofQueueAt path: String, in place: ShellPlace = .current
  ) -> String {
    "spool \(name) \(place.name(of: path))"
  }
}

extension Spool {
  /// A command for all queues of this spool: `spool list --all --json`.
  package func command(_ name: String, in place: ShellPlace = .current) -> String {
    (["spool", name] + place.option(root: root)).joined(separator: " ")
  }
}

extension JobCatalog {
  /// A command for the named jobs of this entity: `spool job create -e lab`.
  package func command(_ name: String, in place: ShellPlace = .current) -> String {
    (["spool", name] + place.options(root: root, entity: entity)).joined(separator: " ")
  }
}
