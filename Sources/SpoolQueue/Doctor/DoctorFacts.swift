/// The facts about a directory that holds queues, or will hold them: everything that ``Diagnosis`` judges.
package struct DoctorFacts: Sendable {
  /// The directory that was examined, without symbolic links.
  package var path: String
  /// The user who runs the doctor.
  package var user: Identity
  /// The mount of the directory; nil if the system does not tell.
  package var mount: MountEntry?
  /// Whether other machines may change it too.
  package var isShared = false
  /// The directory itself, then the directories above it.
  package var directories: [Directory] = []
  /// The steps in the order in which they were tried, each with its result.
  package var steps: [(step: Step, outcome: Outcome)] = []
  /// Seconds until a listing showed a file that was made here; nil if it was not tried.
  package var listingDelay: Double?
  /// Seconds by which the clock of the file server is ahead of this host's clock.
  package var clockOffset: Double?
  package var space: FreeSpace?
  /// The queues that were found in the directory.
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

  /// A step of the protocol that a file system must support.
  package enum Step: String, Sendable, CaseIterable {
    case enter, makeDirectory, createFile, write, sync, permissions
    case excludeFile, excludeDirectory, rename, renameOnce, link, excludeLink, touch, remove
  }

  package enum Outcome: Sendable, Equatable {
    case works
    case fails(Errno)
    /// The step was done, but not as it must be: this was seen.
    case wrong(String)
  }

  package struct QueueFacts: Sendable {
    /// `ENTITY/QUEUE`.
    package var reference: String
    package var path: String
    /// The reason why its settings cannot be read.
    package var settingsError: String?
    /// The queue's own directory, then the directories in it.
    package var directories: [Directory] = []
    /// Directories of every queue that this queue lacks.
    package var missing: [String] = []
    /// Other faults of those directories, by their names; their owners and permissions are in ``directories``.
    package var folderFaults: [String: String] = [:]
    /// Whether its settings trust a group, so that others may write into it.
    package var isForGroup = false
    package var liveAgents = 0
    /// The gpus that its runs wait for, and that others have, with words for these; see ``AgentRecord/elsewhere``.
    package var gpusElsewhere: [String] = []
    package var deadAgents = 0
    package var waiting = 0
    /// The number of findings that recovery would mend, and the findings that it would not mend.
    package var mendable = 0
    package var unsound: [String] = []
    /// Remarks on files that are skipped although nothing is wrong.
    package var remarks: [String] = []
    /// The error that prevented the check.
    package var error: String?

    package init(reference: String, path: String) {
      self.reference = reference
      self.path = path
    }
  }
}
