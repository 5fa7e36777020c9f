/// A published version of a named job; never changed.
public struct JobVersion: Sendable {
  package let entity: String
  package let name: String
  /// The number of the version, from 0.
  public let number: Int
  /// The job that a run of this version gets, unless the run says otherwise.
  public let job: Job
  /// The time of its publication, by the file server's clock.
  package let createdAt: Timestamp
  /// The user who published it, according to the file system.
  package let owner: String
  /// The information about its file, without the names that its publisher left.
  package let file: FileInformation
  package let path: String

  package init(
    entity: String, name: String, number: Int, job: Job, createdAt: Timestamp, owner: String,
    file: FileInformation, path: String
  ) {
    self.entity = entity
    self.name = name
    self.number = number
    self.job = job
    self.createdAt = createdAt
    self.owner = owner
    self.file = file
    self.path = path
  }

  /// The reference to the version: `train:v3`.
  package var reference: JobReference { JobReference(name: name, selection: .version(number)) }
}

/// The versions and aliases of a named job, without the content of the versions.
package struct JobListing: Sendable, Equatable {
  package struct Alias: Sendable, Equatable {
    package let name: String
    /// The version behind the alias; nil if its file is not a line with a version.
    package let version: Int?

    package init(name: String, version: Int?) {
      self.name = name
      self.version = version
    }
  }

  package let entity: String
  package let name: String
  /// The numbers of its versions, ascending.
  package let versions: [Int]
  /// Its aliases by name, without `latest`.
  package let aliases: [Alias]

  package init(entity: String, name: String, versions: [Int], aliases: [Alias]) {
    self.entity = entity
    self.name = name
    self.versions = versions
    self.aliases = aliases
  }

  /// The version behind `latest`; nil if no version is published yet.
  package var latest: Int? { versions.last }

  /// The aliases of a version, `latest` first.
  package func aliases(of version: Int) -> [String] {
    (version == latest ? [JobReference.Selection.latestWord] : [])
      + aliases.filter { $0.version == version }.map(\.name)
  }
}
