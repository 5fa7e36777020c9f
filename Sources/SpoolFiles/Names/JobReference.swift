/// A named job, or one version of it, as people write it: `[ENTITY/]JOB[:VERSION]`.
///
///     train  train:latest     the highest version at the moment the reference is resolved
///     train:v3                one version, for ever the same content
///     lab/train:prod          the version behind the alias of another entity's job at that moment
package struct JobReference: Sendable, Hashable {
  package enum Selection: Sendable, Hashable {
    /// The highest version.
    case latest
    case version(Int)
    case alias(String)
  }

  /// The entity of the job; nil for the entity of the queue, or of the caller.
  package var entity: String?
  package var name: String
  package var selection: Selection

  package init(entity: String? = nil, name: String, selection: Selection = .latest) {
    self.entity = entity
    self.name = name
    self.selection = selection
  }

  /// Reads a reference. Returns nil if the text is not a reference.
  package init?(_ text: String) {
    var rest = text[...]
    if let slash = rest.firstIndex(of: "/") {
      let entity = String(rest[..<slash])
      guard Self.isValidName(entity) else { return nil }
      self.entity = entity
      rest = rest[rest.index(after: slash)...]
    }
    selection = .latest
    if let colon = rest.firstIndex(of: ":") {
      guard let selection = Selection(String(rest[rest.index(after: colon)...])) else { return nil }
      self.selection = selection
      rest = rest[..<colon]
    }
    name = String(rest)
    guard Self.isValidName(name) else { return nil }
  }

  /// The fault of a text that is not a reference: `must be …, not "…"`.
  static func complaint(about text: String) -> String {
    var words = "must be a job's name as in [ENTITY/]JOB[:VERSION], not \(JSON.string(text).shown)"
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    // This is the form that W&B itself uses.
    if parts.count == 3, JobReference("\(parts[0])/\(parts[2])") != nil {
      words += " (there are no projects here: \(parts[0])/\(parts[2]))"
    }
    return words
  }

  /// A reference to one version of the same job.
  package func pinned(to version: Int) -> JobReference {
    JobReference(entity: entity, name: name, selection: .version(version))
  }

  /// Whether both references name the same job, whatever the version.
  func isSameJob(as other: JobReference) -> Bool {
    entity == other.entity && name == other.name
  }

  /// Whether `text` is the name of a job, or of an entity.
  package static func isValidName(_ text: String) -> Bool {
    RunName.isValid(text, limit: RunName.shortLimit)
  }
}

extension JobReference: CustomStringConvertible {
  /// The text of the reference: `lab/train:v3`.
  package var description: String {
    (entity.map { $0 + "/" } ?? "") + name + ":" + selection.description
  }
}

extension JobReference.Selection: CustomStringConvertible {
  /// The word for the highest version; no alias can have this name.
  package static let latestWord = "latest"

  /// Reads the text after the colon. Returns nil if it is neither a version nor an alias.
  init?(_ text: String) {
    if text == Self.latestWord {
      self = .latest
    } else if let number = Self.number(text[...]) {
      self = .version(number)
    } else if Self.isAlias(text) {
      self = .alias(text)
    } else {
      return nil
    }
  }

  /// The text of the selection: `v3`.
  package var description: String {
    switch self {
    case .latest: Self.latestWord
    case .version(let number): "v\(number)"
    case .alias(let name): name
    }
  }

  /// The number of `v3`; nil for any other text, even for `v03`: a version has only one name. Also nil for a
  /// number above ``NameNumber/limit``, which no version gets.
  package static func number(_ text: Substring) -> Int? {
    text.utf8.first == UInt8(ascii: "v") ? NameNumber.read(text.dropFirst(), from: 0) : nil
  }

  /// Whether an alias can have that name: its file must not look like a version's file, and `v` followed
  /// by digits always means a version.
  package static func isAlias(_ text: String) -> Bool {
    guard JobReference.isValidName(text), text != latestWord, !text.hasSuffix(".json") else {
      return false
    }
    let digits = text.utf8.dropFirst()
    return text.utf8.first != UInt8(ascii: "v") || digits.isEmpty
      || !digits.allSatisfy { (0x30...0x39).contains($0) }
  }
}
