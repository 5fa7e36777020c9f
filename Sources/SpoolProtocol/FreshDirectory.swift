/// A directory by its path, opened and listed afresh for each question: see rules 3 and 4 in Sightings.swift.
package struct FreshDirectory: Sendable {
  package let path: String
  private let isAbsence: @Sendable (Errno) -> Bool

  /// - Parameter isAbsence: Which errors of a listing say that there is no such directory.
  package init(
    _ path: String, absentIf isAbsence: @escaping @Sendable (Errno) -> Bool = { $0 == .notFound }
  ) {
    self.path = path
    self.isAbsence = isAbsence
  }

  /// The names in it; nil if there is no such directory.
  package func names() throws(SpoolError) -> [String]? {
    try namingIfThere("list", path, absentIf: isAbsence, doing: System.list(path))
  }

  /// The names in it; nil if there is no such directory for certain: the one that holds it, which may be long,
  /// is listed too.
  package func certainNames() throws(SpoolError) -> [String]? {
    if let names = try names() { return names }
    let isListed = try namingIfThere(
      "list", path.directoryOfPath ?? path, doing: System.isListed(path))
    if isListed == false { return nil }
    // It appeared between the two looks.
    if let names = try names() { return names }
    throw SpoolError("list", path, .notFound)
  }

  /// Whether it has a name; nil if there is no such directory.
  package func has(_ name: String) throws(SpoolError) -> Bool? { try names()?.contains(name) }
}

extension Queue {
  /// The names in one of the queue's directories; none where it is missing, or where a file or a link has its
  /// place, which is a finding of its own.
  package func listIfThere(_ folder: Folder) throws(SpoolError) -> [String] {
    try FreshDirectory(path(folder), absentIf: \.isNoDirectory).names() ?? []
  }

  /// `runs/RUN`.
  package func runDirectory(_ run: String) -> FreshDirectory { FreshDirectory(runPath(run)) }

  /// `runs/RUN/N`; it is absent too where a file has its place.
  package func attemptDirectory(_ run: String, _ number: Int) -> FreshDirectory {
    FreshDirectory(runPath(run, "\(number)")) { $0 == .notFound || $0 == .notDirectory }
  }

  /// Reads a small file; nil if it is gone, as far as its name alone tells.
  func readIfThere(_ path: String) throws(SpoolError) -> OpenedFile? {
    try namingIfThere("read", path, doing: read(path))
  }

  /// What a path names, a link itself; nil if it names nothing for certain.
  package func informationIfThere(_ path: String) throws(SpoolError) -> FileInformation? {
    if let found = try look(at: path) { return found }
    let isListed = try namingIfThere(
      "look at", path, absentIf: \.isAbsence, doing: System.isListed(path))
    return isListed == true ? try look(at: path) : nil
  }

  /// What a path names, a link itself, as its name alone tells; nil if it names nothing, or if a part of it is no
  /// directory.
  package func look(at path: String) throws(SpoolError) -> FileInformation? {
    try namingIfThere("look at", path, absentIf: \.isAbsence, doing: System.information(path))
  }
}
