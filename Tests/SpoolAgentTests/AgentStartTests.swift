import SpoolQueue
import SpoolTesting
import Synchronization
import Testing

@testable import SpoolAgent

/// An agent whose runners cannot be started, or die: in a process of its own, since it starts children and
/// threads, with another program for runners.
@Suite("An agent that cannot start runs") struct AgentStartTests {
  /// What an agent has said, and whether it has left.
  private final class Heard: Sendable {
    let events = Mutex<[AgentEvent]>([])
    let hasLeft = Mutex(false)

    var texts: [String] { events.withLock { $0.map { $0.text } } }

    func count(_ text: String) -> Int { texts.count { $0.contains(text) } }
  }

  /// Gives `body` an agent that executes `script` for a runner.
  private static func withAgent(
    _ script: String, slots: Int = 2, _ body: (Queue, Heard, _ directory: String) throws -> Void
  ) throws {
    try withTemporaryDirectory { directory in
      try withQueue { queue in
        let program = directory + "/runner"
        try writeFile(
          program, "#!/bin/sh\nDIRECTORY='\(directory)'\nSPOOL='\(BuiltProgram.path)'\n" + script,
          permissions: 0o700)
        var options = AgentOptions(queues: [queue], executable: program)
        options.slots = slots
        let heard = Heard()
        let agent = Agent(options) { event in heard.events.withLock { $0.append(event) } }
        agent.start { _ in heard.hasLeft.withLock { $0 = true } }
        defer {
          agent.stop()
          eventually("the agent to leave") { heard.hasLeft.withLock { $0 } }
          eventually("its runners to be put away") { RunnerProcess.reapLeft() }
        }
        try body(queue, heard, directory)
      }
    }
  }

  @Test(
    "The host's trouble is told once, with the runner's last words, holds the agent, and passes")
  func host() async {
    await #expect(processExitsWith: .success) { try Self.troubleOfTheHost() }
  }

  private static func troubleOfTheHost() throws {
    try withAgent(
      """
      [ -e "$DIRECTORY/mended" ] && exec "$SPOOL" "$@"
      echo x >>"$DIRECTORY/tries"
      echo "no room for a runner" >&2
      exit 7
      """
    ) { queue, heard, directory in
      let runs = try (0..<4).map { _ in try queue.launch() }
      let words = "a runner died before its first word: exit status 7: no room for a runner"
      try eventually("its trouble in its own file") {
        try queue.agents().contains { $0.trouble == words }
      }
      #expect(heard.count("cannot start runs: \(words)") == 1, "\(heard.texts)")
      // Nothing is counted against any of them.
      for run in runs {
        #expect(try queue.unstartedStarts(of: run) == nil)
        let why = try queue.explanation(of: run)
        #expect(why.cause == .trouble, "\(why.sentence)")
        #expect(why.sentence.contains("cannot start runs: \(words)"), "\(why.sentence)")
      }
      // One process for each try, and each pause is longer than the one before.
      try eventually("the fourth try") { try readFile(directory + "/tries").count >= 8 }
      let tries = try readFile(directory + "/tries").count / 2
      #expect(tries < 12, "\(tries) tries")
      #expect(try queue.kill(runs[0], KillRequest()) == .ended)
      try writeFile(directory + "/mended", "")
      try eventually("the others' ends") {
        try queue.names(.done).count == 4 && queue.names(.running).isEmpty
      }
      #expect(try queue.record(of: runs[0])["state"] == "killed")
      for run in runs.dropFirst() { #expect(try queue.record(of: run)["state"] == "finished") }
      #expect(heard.count("cannot start runs") == 1, "\(heard.texts)")
      try eventually("its trouble to be over") {
        try queue.agents().allSatisfy { $0.trouble == nil }
      }
    }
  }

  @Test("A runner that cannot be executed says why") func missing() async {
    await #expect(processExitsWith: .success) { try Self.noProgram() }
  }

  private static func noProgram() throws {
    try withAgent("") { queue, heard, directory in
      // Its interpreter is gone.
      try writeFile(directory + "/other", "#!/nowhere\n", permissions: 0o700)
      try System.rename(directory + "/other", directory + "/runner")
      _ = try queue.launch()
      eventually("its trouble") {
        heard.count("cannot be executed: No such file or directory") == 1
      }
    }
  }
}
