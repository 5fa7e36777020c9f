/// One version of a named job, as it was published; never changed.
public struct JobVersion: Sendable {
  package let entity: String
  package let name: String
  /// Its number, from 0.
  public let number: Int
  /// What a run of it gets where nobody says anything else.
  public let job: Job
  /// When it was published, by the file server's clock.
  package let createdAt: Timestamp
  /// Who published it, as the file system says.
  package let owner: String
  /// What the file system knows of its file, without the names that its publisher left behind.
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

  /// `train:v3`.
  package var reference: JobReference { JobReference(name: name, selection: .version(number)) }
}

/// What there is of a named job, without what its versions say.
package struct JobListing: Sendable, Equatable {
  /// Another name for a version.
  package struct Alias: Sendable, Equatable {
    package let name: String
    /// The version that it stands for; nil: its file is not a line with a version.
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

  /// The version that `latest` stands for; nil: none is published yet.
  package var latest: Int? { versions.last }

  /// Every name of a version but its number, `latest` first.
  package func aliases(of version: Int) -> [String] {
    (version == latest ? [JobReference.Selection.latestWord] : [])
      + aliases.filter { $0.version == version }.map(\.name)
  }
}
