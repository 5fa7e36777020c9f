// The commands that messages advise: each as a person would have to type it in this shell.

/// What a shell means where a command says nothing of spool, entity and queue.
package struct ShellPlace: Sendable {
  /// nil: its configuration cannot be read, so that nothing is meant for certain.
  private var spool: Spool?

  /// A shell in which that spool is meant.
  package init(_ spool: Spool) { self.spool = spool }

  /// A shell that means nothing by itself.
  package static let none = ShellPlace()

  private init() { spool = nil }

  /// What the shell means in which this process was started, by now.
  package static var current: ShellPlace {
    var place = ShellPlace.none
    place.spool = try? Spool { System.variable($0) }
    return place
  }

  /// Whether a queue is the one that is meant where none is said.
  package func means(_ path: String) -> Bool { spool.map { $0.queuePath == path } ?? false }

  /// What a command finds the queue by: `ENTITY/QUEUE`, or its path in another spool.
  package func name(of path: String) -> String {
    guard let spool, let above = path.directoryOfPath,
      above.directoryOfPath?.hasSameBytes(as: spool.root) == true
    else { return shellQuoted(path) }
    let (entity, queue) = (above.lastNameOfPath, path.lastNameOfPath)
    // Not every directory's name is one that a command takes.
    for name in [entity, queue]
    where !RunName.isValid(name, limit: RunName.shortLimit) || name == "jobs" {
      return shellQuoted(path)
    }
    return entity + "/" + queue
  }

  /// The option that says which spool is meant: `--root DIR`, where it is needed.
  func option(root: String) -> [String] {
    spool?.root == root ? [] : ["--root", shellQuoted(root)]
  }

  /// The options that say whose entity is meant: `--root DIR -e ENTITY`, as far as they are needed.
  func options(root: String, entity: String) -> [String] {
    var options = option(root: root)
    if spool?.entity != entity { options += ["-e", shellQuoted(entity)] }
    return options
  }
}

extension Queue {
  /// A command for something in this queue: `spool release train-9x7c`, with `-q lab/night` behind
  /// the command's name where the shell does not mean that queue by itself.
  package func command(
    _ name: String, _ words: String..., in place: ShellPlace = .current
  ) -> String {
    let option = place.means(path) ? [] : ["-q", place.name(of: path)]
    return (["spool", name] + option + words.map { shellQuoted($0) }).joined(separator: " ")
  }

  /// A command that is about the queue itself, which it names always: `spool agent -q lab/night`.
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
