import SpoolTesting
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

@Suite("What facts about a mount mean")
struct DiagnosisTests {
  private static let me = DoctorFacts.Identity(number: 1000, name: "ana")
  private static let root = DoctorFacts.Identity(number: 0, name: "root")
  private static let other = DoctorFacts.Identity(number: 1001, name: "bo")

  /// A local disk on which everything is as it should be.
  private static var healthy: DoctorFacts {
    var facts = DoctorFacts(path: "/srv/spool", user: me)
    facts.mount = MountEntry(
      point: "/srv", type: "ext4", source: "/dev/sda1", options: ["rw", "relatime"])
    facts.directories = [
      .init(path: "/srv/spool", owner: me, permissions: 0o755),
      .init(path: "/srv", owner: root, permissions: 0o755),
      .init(path: "/", owner: root, permissions: 0o755),
    ]
    facts.steps = DoctorFacts.Step.allCases.map { ($0, .works) }
    facts.listingDelay = 0.0004
    facts.clockOffset = -0.002
    facts.space = FreeSpace(
      free: 40 << 30, total: 100 << 30, freeFiles: 5_000_000, totalFiles: 6_000_000)
    var queue = DoctorFacts.QueueFacts(reference: "ana/starter", path: "/srv/spool/ana/starter")
    queue.directories = ["", "/queued", "/done"].map {
      .init(path: queue.path + $0, owner: me, permissions: 0o700)
    }
    queue.liveAgents = 1
    facts.queues = [queue]
    return facts
  }

  @Test(
    "It is told what counts as a network, and what only counts as one",
    arguments: [
      ("ext4", false, "mounted on /srv"), ("nfs4", true, "mounted on /srv: a network, where"),
      ("wekafs", true, "mounted on /srv: a network, where"),
      ("newfs", true, "mounted on /srv: not known to be local, so it counts as a network:"),
    ])
  func kind(_ type: String, _ isShared: Bool, _ says: String) {
    var facts = Self.healthy
    facts.mount?.type = type
    facts.isShared = isShared
    let line = Diagnosis(facts).lines[0]
    #expect(line.level == .ok && line.text.contains(says), "\(line.text)")
    #expect(isShared || line.text.hasSuffix(says))
  }

  @Test func nothingIsWrongWithAGoodDisk() {
    let diagnosis = Diagnosis(Self.healthy)
    #expect(diagnosis.level == .ok)
    #expect(diagnosis.lines.allSatisfy { $0.mend == nil })
    #expect(
      diagnosis.lines.map(\.text).filter { $0.contains("free") } == ["40 GiB of 100 GiB are free"])
  }

  /// What is changed of the healthy facts, and the one line that comes of it.
  private static let cases:
    [(
      what: String, change: @Sendable (inout DoctorFacts) -> Void, level: Diagnosis.Level,
      subject: String, says: String, mend: String
    )] = [
      (
        "memory", { $0.mount?.type = "tmpfs" }, .warning, "file system",
        "a restart loses every run",
        "disk"
      ),
      (
        "a container's layer", { $0.mount?.type = "overlay" }, .warning, "file system", "container",
        "volume"
      ),
      (
        "FUSE", { $0.mount?.type = "fuse.sshfs" }, .warning, "file system", "after a power cut",
        "NFS"
      ),
      (
        "read-only", { $0.mount?.options = ["ro"] }, .fault, "mount options",
        "ro: nothing can be written", "mount -o remount,rw /srv"
      ),
      (
        "soft", { $0.mount?.options.append("soft") }, .fault, "mount options", "soft: a call",
        "hard"
      ),
      (
        "nocto", { $0.mount?.options.append("nocto") }, .fault, "mount options",
        "nocto: heartbeats",
        "without nocto"
      ),
      (
        "local locks",
        {
          $0.isShared = true
          $0.mount?.options.append("local_lock=all")
        }, .warning, "mount options", "local_lock=all: locks hold", "local_lock=none"
      ),
      (
        "long memory of attributes", { $0.mount?.options.append("acregmax=600") }, .warning,
        "mount options", "acregmax=600: changes of another host may go unseen for 600 seconds",
        "60"
      ),
      (
        "writable by all", { $0.directories[0].permissions = 0o777 }, .fault, "permissions",
        "/srv/spool: everybody can write it", "chmod o-w /srv/spool"
      ),
      (
        "writable by all above", { $0.directories[1].permissions = 0o777 }, .fault, "permissions",
        "/srv: everybody can write it", "chmod o-w /srv"
      ),
      (
        "sticky", { $0.directories[0].permissions = 0o1777 }, .warning, "permissions",
        "everybody can make things in it", "chmod o-w /srv/spool"
      ),
      (
        "somebody else's parent", { $0.directories[1].owner = other }, .warning, "permissions",
        "/srv: belongs to bo", "keep queues"
      ),
      (
        "no hard links", { $0.steps = [(.link, .fails(.notPermitted))] }, .fault, "hard links",
        "cannot make a hard link: Operation not permitted", "file system with hard links"
      ),
      (
        "no room", { $0.steps = [(.write, .fails(.noSpace))] }, .fault, "writing",
        "cannot write a file: No space left on device", "free space"
      ),
      (
        "no permission", { $0.steps = [(.makeDirectory, .fails(.accessDenied))] }, .fault,
        "writing",
        "cannot make a directory: Permission denied", "chmod u+rwx /srv/spool"
      ),
      (
        "a disk that fails", { $0.steps = [(.sync, .fails(.inputOutput))] }, .fault, "fsync",
        "cannot put a file on disk", "dmesg"
      ),
      (
        "two winners", { $0.steps = [(.renameOnce, .wrong("it was done twice"))] }, .fault,
        "rename",
        "it was done twice", "another file system"
      ),
      ("late", { $0.listingDelay = 4.2 }, .warning, "seeing", "after 4.2 s", "cache"),
      (
        "a clock",
        {
          $0.isShared = true
          $0.clockOffset = 3700
        }, .warning, "server's clock", "61 minutes ahead of this host's", "time server"
      ),
      (
        "little room", { $0.space?.free = 100 << 20 }, .warning, "space", "100 MiB of", "free space"
      ),
      ("none", { $0.space?.free = 4096 }, .fault, "space", "nothing can be queued", "free space"),
      (
        "few inodes", { $0.space?.freeFiles = 300 }, .warning, "inodes", "300 of 6000000",
        "free space"
      ),
      (
        "no inodes", { $0.space?.freeFiles = 0 }, .fault, "inodes", "nothing can be queued",
        "free space"
      ),
      (
        "no agent",
        {
          $0.queues[0].liveAgents = 0
          $0.queues[0].waiting = 3
        }, .warning, "agents", "none, and 3 runs wait", "spool agent -q /srv/spool/ana/starter"
      ),
      (
        "dead agents", { $0.queues[0].deadAgents = 1 }, .warning, "agents", "1 file of dead ones",
        "spool recover"
      ),
      (
        "crashes", { $0.queues[0].mendable = 2 }, .warning, "recovery",
        "2 things that crashes left",
        "spool recover -q /srv/spool/ana/starter"
      ),
      (
        "unsound", { $0.queues[0].unsound = ["done/x.json: is no record", "b"] }, .fault,
        "soundness",
        "done/x.json: is no record, and 1 more", "recover --check"
      ),
      (
        "settings", { $0.queues[0].settingsError = "line 1, column 2: bad" }, .fault, "queue.json",
        "line 1, column 2: bad", "mend the file"
      ),
      (
        "a queue for everybody", { $0.queues[0].directories[1].permissions = 0o777 }, .fault,
        "set-up", "/srv/spool/ana/starter/queued: everybody can write it",
        "chmod 0700 /srv/spool/ana/starter/queued"
      ),
      (
        "a group's without settings",
        { facts in
          for index in facts.queues[0].directories.indices {
            facts.queues[0].directories[index].permissions = 0o2770
          }
          facts.queues[0].directories[2].permissions = 0o2700
          facts.queues[0].isForGroup = true
        }, .fault, "set-up", "is ana's, 2700, and the queue ana's, 2770", "chmod 2770 /srv/spool"
      ),
      (
        "somebody else's folder", { $0.queues[0].directories[2].owner = other }, .warning, "set-up",
        "is bo's, 0700, and the queue ana's, 0700", "chown ana"
      ),
      (
        "a folder of another group",
        { $0.queues[0].folderFaults = ["queued": "belongs to another group; chgrp 7 queued"] },
        .fault, "set-up", "/srv/spool/ana/starter/queued: belongs to another group", "ls -ld"
      ),
      (
        "a wrong mode that the check tells of too",
        {
          $0.queues[0].directories[1].permissions = 0o755
          $0.queues[0].folderFaults = ["queued": "has permissions 755, and the queue has 700"]
        }, .fault, "set-up", "is ana's, 0755, and the queue ana's, 0700", "chmod 0700"
      ),
      (
        "a file in a folder's place", { $0.queues[0].folderFaults = ["hooks": "is no folder"] },
        .fault, "set-up", "/srv/spool/ana/starter/hooks: is no folder", "ls -ld"
      ),
      (
        "a queue that everybody can write, looked at itself",
        {
          $0.path = $0.queues[0].path
          $0.directories.insert($0.queues[0].directories[0], at: 0)
          $0.directories[0].permissions = 0o777
          for index in $0.queues[0].directories.indices {
            $0.queues[0].directories[index].permissions = index == 0 ? 0o777 : 0o700
          }
        }, .fault, "set-up", "/srv/spool/ana/starter: everybody can write it", "chmod 0700"
      ),
      (
        "half a queue", { $0.queues[0].missing = ["agents", "runs"] }, .warning, "set-up",
        "missing: agents runs", "next agent"
      ),
    ]

  @Test(arguments: cases.indices) func whatIsWrongIsSaidOnceAndWithTheMend(_ index: Int) {
    let (what, change, level, subject, says, mend) = Self.cases[index]
    var facts = Self.healthy
    change(&facts)
    let diagnosis = Diagnosis(facts)
    let wrong = diagnosis.lines.filter { $0.level != .ok }
    #expect(wrong.count == 1, "\(what): \(wrong.map(\.text))")
    #expect(diagnosis.level == level, "\(what)")
    #expect(wrong.first?.subject == subject, "\(what)")
    #expect(wrong.first?.text.contains(says) == true, "\(what): \(wrong.first?.text ?? "")")
    #expect(wrong.first?.mend?.contains(mend) == true, "\(what): \(wrong.first?.mend ?? "")")
  }

  @Test func whereFilesAreNotCountedNoneAreMissing() {
    var facts = Self.healthy
    facts.space?.freeFiles = 0
    facts.space?.totalFiles = 0
    #expect(Diagnosis(facts).level == .ok)
  }

  @Test func aPathIsQuotedForTheShell() {
    var facts = Self.healthy
    facts.directories[0].path = "/srv/it's mine"
    facts.directories[0].permissions = 0o777
    #expect(
      Diagnosis(facts).lines.contains { $0.mend == #"chmod o-w '/srv/it'\''s mine'"# })
  }
}
