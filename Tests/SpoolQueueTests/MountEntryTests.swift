import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

@Suite("A mount in the kernel's list")
struct MountEntryTests {
  private static let mounts = Array(
    """
    22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
    30 22 0:40 / /mnt/a\\040b rw,nosuid - nfs4 host:/x\\040y rw,vers=4.2,soft,acregmax=90
    31 22 0:41 / /mnt rw - tmpfs none rw,size=10k
    32 22 0:41 / /mnt ro,noexec - xfs /dev/sdb rw

    nonsense
    """.utf8)

  @Test func theLongestAndLastOneHolds() {
    func entry(_ path: String) -> MountEntry? { MountEntry(holding: path, in: Self.mounts) }
    #expect(entry("/home/x")?.type == "ext4")
    #expect(entry("/home/x")?.options == ["rw", "relatime", "errors=remount-ro"])
    #expect(entry("/mnt/a b/c")?.source == "host:/x y")
    #expect(entry("/mnt/a b/c")?.device == "0:40")
    #expect(entry("/mnt/a b")?.value(of: "acregmax") == "90")
    #expect(entry("/mnt/a")?.type == "xfs")
    #expect(entry("/mnt/a")?.options == ["ro", "noexec"])
    #expect(entry("/mntx")?.type == "ext4")
    #expect(MountEntry(holding: "/", in: []) == nil)
  }

  @Test(
    "What is not known to be local is a network",
    arguments: [
      ("ext4", FileSystemKind.local), ("ext3", .local), ("ext2", .local), ("xfs", .local),
      ("btrfs", .local), ("f2fs", .local), ("tmpfs", .local), ("zfs", .local),
      ("bcachefs", .local), ("overlay", .local), ("nfs", .network), ("nfs4", .network),
      ("cifs", .network), ("smb3", .network), ("9p", .network), ("virtiofs", .network),
      ("ceph", .network), ("lustre", .network), ("gpfs", .network), ("wekafs", .network),
      ("fuse", .network), ("fuse.sshfs", .network), ("fuse.gcsfuse", .network),
      ("fuseblk", .network), ("ocfs2", .network), ("gfs2", .network), ("pvfs2", .network),
      ("vastfs", .network), ("ext5", .network), ("EXT4", .network), ("", .network),
    ])
  func kind(_ type: String, _ expected: FileSystemKind) {
    #expect(FileSystemKind(ofType: type) == expected)
  }

  @Test("A directory's kind is that of the mount that holds it")
  func kindOfDirectory() throws {
    #if os(Linux)
      let type = try #require(
        MountEntry(
          holding: try System.realPath("/tmp"),
          in: try System.openFollowing("/proc/self/mountinfo").readAll())?.type)
      #expect(try FileSystemKind(of: "/tmp") == FileSystemKind(ofType: type))
      // Of a type of the kernel's own, on which no queue lies.
      #expect(try FileSystemKind(of: "/proc") == .network)
    #endif
  }
}
