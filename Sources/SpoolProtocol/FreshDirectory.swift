/// A directory, named by its path, that is opened and listed afresh for each question: see rules 3 and 4 in
/// Sightings.swift.
package struct FreshDirectory: Sendable {
  package let path: String
  private let isAbsence: @Sendable (Errno) -> Bool

  /// - Parameter isAbsence: Tells which errors of a listing mean that there is no such directory.
  package init(
    _ path: String, absentIf isAbsence: @escaping @Sendable (Errno) -> Bool = { $0 == .notFound }
  ) {
    self.path = path
    self.isAbsence = isAbsence
  }

  /// The names in the directory. Returns nil if there is no such directory.
  package func names() throws(SpoolError) -> [String]? {
    try namingIfThere("list", path, absentIf: isAbsence, doing: System.list(path))
  }

  /// The names in the directory. Returns nil only if it is certain that there is no such directory: its parent,
  /// which may be long, is listed too.
  package func certainNames() throws(SpoolError) -> [String]? {
    if let names = try names() { return names }
    let isListed = try namingIfThere(
      "list", path.directoryOfPath ?? path, doing: System.isListed(path))
    if isListed == false { return nil }
    // The directory appeared between the two looks.
    if let names = try names() { return names }
    throw SpoolError("list", path, .notFound)
  }

  /// Whether the directory has a name. Returns nil if there is no such directory.
  package func has(_ name: String) throws(SpoolError) -> Bool? { try names()?.contains(name) }
}

extension Queue {
  /// The names in a directory of the queue. Returns none if it is missing, or if a file or a link has its place,
  /// which is a finding of its own.
  package func listIfThere(_ folder: Folder) throws(SpoolError) -> [String] {
    try FreshDirectory(path(folder), absentIf: \.isNoDirectory).names() ?? []
  }

  /// `runs/RUN`.
  package func runDirectory(_ run: String) -> FreshDirectory { FreshDirectory(runPath(run)) }

  /// `runs/RUN/N`. It counts as absent if a file has its place.
  package func attemptDirectory(_ run: String, _ number: Int) -> FreshDirectory {
    FreshDirectory(runPath(run, "\(number)")) { $0 == .notFound || $0 == .notDirectory }
  }

  /// Reads a small file. Returns nil if its name alone says that it is gone.
  func readIfThere(_ path: String) throws(SpoolError) -> OpenedFile? {
    try namingIfThere("read", path, doing: read(path))
  }

  /// Looks at a path without following a link. Returns nil only if it is certain that nothing is there.
  package func informationIfThere(_ path: String) throws(SpoolError) -> FileInformation? {
    if let found = try look(at: path) { return found }
    let isListed = try namingIfThere(
      "look at", path, absentIf: \.isAbsence, doing: System.isListed(path))
    return isListed == true ? try look(at: path) : nil
  }

  /// Looks at a path by its name alone, without following a link. Returns nil if nothing is there, or if a part of
  /// the path is not a directory.
  package func look(at path: String) throws(SpoolError) -> FileInformation? {
    try namingIfThere("look at", path, absentIf: \.isAbsence, doing: System.information(path))
  }
}
