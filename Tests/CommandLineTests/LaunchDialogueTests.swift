import SpoolQueue
import SpoolTesting
import Synchronization
import Testing

@testable import spool

@Suite("What launch asks on a terminal")
struct LaunchDialogueTests {
  /// A person who gives these answers, and then leaves.
  private final class Person: Sendable {
    private let state: Mutex<(answers: [String], heard: String)>

    init(_ answers: [String]) { state = Mutex((answers.reversed(), "")) }

    var prompt: Prompt {
      Prompt(
        say: { text in self.state.withLock { $0.heard += text } },
        read: { self.state.withLock { $0.answers.popLast() } })
    }

    var heard: String { state.withLock { $0.heard } }
  }

  private func withSpool(_ body: (Spool) throws -> Void) throws {
    try withTemporaryDirectory { directory in
      let spool = Spool(root: directory + "/root", entity: "ana")
      var job = Job(command: ["train", "${config.rate}"])
      job.runConfig = ["rate": 0.1]
      _ = try JobCatalog(spool).create("train", job)
      job.runConfig = ["rate": 0.2]
      _ = try JobCatalog(spool).create("train", job)
      try body(spool)
    }
  }

  private func answer(
    _ spool: Spool, _ person: Person, editing: @escaping @Sendable (String) -> String = { $0 }
  ) throws -> (queue: Queue, job: ResolvedJob)? {
    var dialogue = LaunchDialogue(
      spool, prompt: person.prompt, editor: Editor { (text) throws(SpoolError) in editing(text) })
    return try dialogue.run()
  }

  @Test("Return everywhere takes the newest version, its configuration and the starter queue")
  func defaults() throws {
    try withSpool { spool in
      let person = Person(["", "", "n", "", ""])
      let answer = try #require(try answer(spool, person))
      #expect(answer.job.asked.job == "train:v1")
      #expect(answer.job.merged.runConfig == ["rate": 0.2])
      #expect(answer.queue.name == "starter")
      #expect(person.heard.contains("command  train 0.2\n"))
    }
  }

  @Test("an older version, an edited configuration and a new queue")
  func choices() throws {
    try withSpool { spool in
      let person = Person(["train", "0", "y", "n", "night", "y"])
      let answer = try #require(
        try answer(spool, person) { $0.replacing("0.1", with: "0.75") })
      #expect(answer.job.asked.job == "train:v0")
      #expect(answer.job.merged.runConfig == ["rate": 0.75])
      #expect(answer.queue.name == "night")
    }
  }

  @Test("a configuration that is wrong is opened again with the text as it was left")
  func wrongConfiguration() throws {
    try withSpool { spool in
      let texts = Mutex<[String]>([])
      let person = Person(["", "", "y", "y", "", "y"])
      let answer = try #require(
        try answer(spool, person) { text in
          texts.withLock { texts in
            texts.append(text)
            return texts.count == 1
              ? #"{"run_confg": {"rate": 3}}"# : #"{"run_config": {"rate": 3}}"#
          }
        })
      #expect(answer.job.merged.runConfig == ["rate": 3])
      #expect(person.heard.contains(#"unknown key "run_confg" (did you mean "run_config"?)"#))
      #expect(texts.withLock { $0.last } == #"{"run_confg": {"rate": 3}}"#)
    }
  }

  @Test("< goes back, a no at the end and the end of the answers leave without a trace")
  func leaving() throws {
    try withSpool { spool in
      for answers in [["", "<", "", "", "n", "<", "n", "n", "new", "n"], ["", ""]] {
        let left = try answer(spool, Person(answers)) == nil
        #expect(left)
      }
      #expect(spool.queues().isEmpty)
    }
  }

  @Test("pasting from an earlier run takes its configuration")
  func paste() throws {
    try withSpool { spool in
      let queue = try spool.openQueue()
      var job = Job()
      job.job = "train:v0"
      job.runConfig = ["rate": 0.5]
      let run = try queue.enqueue(job)
      let person = Person(["", "", "1", "n", "", "y"])
      let answer = try #require(try answer(spool, person))
      #expect(person.heard.contains(run))
      #expect(answer.job.asked.job == "train:v1")
      #expect(answer.job.merged.runConfig == ["rate": 0.5])
    }
  }

  @Test("without named jobs it asks for a command")
  func command() throws {
    try withTemporaryDirectory { directory in
      let spool = Spool(root: directory + "/root", entity: "ana")
      let person = Person(["echo 'a b' c", "", "y"])
      let answer = try #require(try answer(spool, person))
      #expect(answer.job.merged.command == ["echo", "a b", "c"])
      #expect(answer.job.merged.cwd != nil)
      let line = "make >log; ls *.o"
      let other = try #require(try self.answer(spool, Person([line, "", "y"])))
      #expect(other.job.merged.command == ["/bin/sh", "-c", line])
    }
  }
}
