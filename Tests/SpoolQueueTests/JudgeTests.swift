import SpoolQueue
import SpoolTesting
import Testing

@Suite struct JudgeTests {
  let lease = 300.0
  let now = Timestamp(nanoseconds: 1_000_000_000_000_000)

  private func ago(_ seconds: Double) -> Timestamp {
    Timestamp(nanoseconds: now.nanoseconds - Int64(seconds * 1e9))
  }

  private func verdict(
    _ kind: FileSystemKind, _ holder: Holder, age: Double = 0, now: Timestamp?
  ) -> Judge.Verdict {
    Judge(kind, now: now).verdict(of: holder, heartbeat: ago(age), lease: lease)
  }

  private var elsewhere: Holder {
    Holder(
      host: "other", boot: "another boot", namespace: "pid:[1]",
      process: ProcessIdentity(pid: 1, started: 1))
  }

  @Test(
    "A process of this host decides at once, whatever its heartbeat",
    arguments: [
      FileSystemKind.local, .network,
    ])
  func visible(_ kind: FileSystemKind) throws {
    #expect(verdict(kind, .current, age: 10_000, now: now) == .alive)
    #expect(verdict(kind, try Holder.dead(), age: 0, now: now) == .dead)
  }

  @Test(
    "On a network file system another host is judged by age",
    arguments: [
      (0.0, Judge.Verdict.alive), (299, .alive), (300, .unknown), (599, .unknown), (600, .dead),
      (100_000, .dead), (-1000, .alive),
    ])
  func network(_ age: Double, _ expected: Judge.Verdict) {
    #expect(verdict(.network, elsewhere, age: age, now: now) == expected)
  }

  @Test("Without the server's time nobody elsewhere is dead") func noTime() {
    #expect(verdict(.network, elsewhere, age: 100_000, now: nil) == .unknown)
  }

  @Test("On a network file system another boot proves nothing: it may be another host")
  func bootOnNetwork() {
    var holder = Holder.current
    holder.boot = "another boot"
    #expect(verdict(.network, holder, age: 10, now: now) == .alive)
  }

  @Test("On a local file system another boot is over, another namespace unknown") func local() {
    #expect(verdict(.local, elsewhere, now: nil) == .dead)
    var holder = Holder.current
    holder.namespace = "pid:[1]"
    #expect(verdict(.local, holder, age: 100_000, now: now) == .unknown)
    holder.boot = ""
    #expect(verdict(.local, holder, now: nil) == .unknown)
  }

  @Test("The server's time is that of a file, which does not stay") func serverTime() throws {
    try withQueue { queue in
      let time = try #require(queue.serverTime())
      #expect(abs(time.seconds(since: .now)) < 60)
      #expect(try System.list(queue.path(.agents)).isEmpty)
    }
  }
}
