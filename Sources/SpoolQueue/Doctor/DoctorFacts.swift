/// What was found out about a directory that holds queues, or shall hold them: everything that
/// ``Diagnosis`` judges.
package struct DoctorFacts: Sendable {
  /// The directory that was examined, without symbolic links.
  package var path: String
  /// Who looks.
  package var user: Identity
  /// As what it is mounted; nil where the system does not tell.
  package var mount: MountEntry?
  /// Whether other machines may change it too.
  package var isShared = false
  /// The directory itself and those above it, the directory first.
  package var directories: [Directory] = []
  /// Which steps the file system did, in the order in which they were tried.
  package var steps: [(step: Step, outcome: Outcome)] = []
  /// Seconds until a listing showed a file that was made here; nil: it was not tried.
  package var listingDelay: Double?
  /// Seconds by which the clock of whoever keeps the files is ahead of this host's.
  package var clockOffset: Double?
  package var space: FreeSpace?
  /// The queues that were found in it.
  package var queues: [QueueFacts] = []

  package init(path: String, user: Identity) {
    self.path = path
    self.user = user
  }

  package struct Identity: Sendable, Equatable {
    package var number: UInt32
    package var name: String

    package init(number: UInt32, name: String) {
      self.number = number
      self.name = name
    }
  }

  /// Whose a directory is, and who may write it.
  package struct Directory: Sendable, Equatable {
    package var path: String
    package var owner: Identity
    /// The low twelve bits of the mode.
    package var permissions: UInt32

    package init(path: String, owner: Identity, permissions: UInt32) {
      self.path = path
      self.owner = owner
      self.permissions = permissions
    }
  }

  /// Something that the protocol needs of a file system.
  package enum Step: String, Sendable, CaseIterable {
    case enter, makeDirectory, createFile, write, sync, permissions
    case excludeFile, excludeDirectory, rename, renameOnce, link, excludeLink, touch, remove
  }

  /// What came of a step.
  package enum Outcome: Sendable, Equatable {
    case works
    case fails(Errno)
    /// It was done, but not as it must be: what was seen.
    case wrong(String)
  }

  /// What was found out about one queue.
  package struct QueueFacts: Sendable {
    /// `ENTITY/QUEUE`.
    package var reference: String
    package var path: String
    /// Why its settings cannot be read.
    package var settingsError: String?
    /// Its own directory first, then those in it.
    package var directories: [Directory] = []
    /// Directories that every queue has and this one has not.
    package var missing: [String] = []
    /// What else is wrong with those directories, by their names; their owners and permissions tell
    /// the rest.
    package var folderFaults: [String: String] = [:]
    /// Whether its settings trust a group, so that others may write into it.
    package var isForGroup = false
    package var liveAgents = 0
    package var deadAgents = 0
    package var waiting = 0
    /// What recovery would mend, and what it would not.
    package var mendable = 0
    package var unsound: [String] = []
    /// What is passed over, though nothing is wrong with it.
    package var remarks: [String] = []
    /// Why that could not be found out.
    package var error: String?

    package init(reference: String, path: String) {
      self.reference = reference
      self.path = path
    }
  }
}
