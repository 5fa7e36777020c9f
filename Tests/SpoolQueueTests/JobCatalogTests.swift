import Dispatch
import SpoolQueue
import SpoolTesting
import Synchronization
import Testing

@Suite struct JobCatalogTests {
  /// Gives `body` the catalogue of an entity that has nothing yet.
  func withCatalog(_ body: (JobCatalog) throws -> Void) throws {
    try withTemporaryDirectory { try body(JobCatalog(root: $0, entity: "tester")) }
  }

  func echo(_ words: String...) -> Job { Job(command: ["echo"] + words) }

  func refusal(
    _ kind: SpoolError.Kind, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
  ) -> String {
    let error = #expect(throws: SpoolError.self, sourceLocation: sourceLocation) { try body() }
    #expect(error?.kind == kind, sourceLocation: sourceLocation)
    return error?.message ?? ""
  }

  func resolve(_ catalog: JobCatalog, _ text: String) throws -> String {
    try catalog.resolve(#require(JobReference(text))).reference.description
  }

  // MARK: References

  @Test(arguments: [
    ("train", "train:latest"), ("train:latest", "train:latest"), ("train:v0", "train:v0"),
    ("lab/train:v12", "lab/train:v12"), ("train:prod", "train:prod"), ("t:v", "t:v"),
    ("t:v1x", "t:v1x"), ("_.-", "_.-:latest"),
  ])
  func aReferenceIsRead(text: String, description: String) throws {
    let reference = try #require(JobReference(text))
    #expect(reference.description == description)
    #expect(JobReference(description) == reference)
  }

  @Test(arguments: [
    "", ":v0", "train:", "train:v01", "train:v99999999999999999999", "a/b/c", "/a", "a/", "a:b:c",
    "-a", "a b", "a:v0.json", "a:x.json", String(repeating: "a", count: 65),
  ])
  func whatIsNoReferenceIsRefused(text: String) {
    #expect(JobReference(text) == nil)
  }

  // MARK: Versions

  @Test func versionsAreCountedFromZero() throws {
    try withCatalog { catalog in
      try #expect(catalog.names() == [])
      try #expect(catalog.listing(of: "train") == nil)
      for number in 0...2 {
        let created = try catalog.create("train", echo("\(number)"))
        #expect(created.isNew)
        #expect(created.version.reference.description == "train:v\(number)")
      }
      try #expect(catalog.names() == ["train"])
      try #expect(catalog.listing(of: "train")?.versions == [0, 1, 2])
      try #expect(resolve(catalog, "train") == "train:v2")
      try #expect(resolve(catalog, "train:latest") == "train:v2")
      try #expect(resolve(catalog, "tester/train:v1") == "train:v1")
      let version = try catalog.resolve(JobReference(name: "train", selection: .version(1)))
      #expect(version.job == echo("1"))
      #expect(version.entity == "tester")
    }
  }

  @Test func theSameContentMakesNoNewVersion() throws {
    try withCatalog { catalog in
      var job = echo("a")
      job.runConfig = ["a": 1, "b": 2]
      try #expect(catalog.create("train", job).isNew)
      job.runConfig = ["b": 2, "a": 1]
      job.args = []
      job.entryPoint = []
      job.format = 1
      let again = try catalog.create("train", job)
      #expect(!again.isNew)
      #expect(again.version.number == 0)
      job.runConfig = ["b": .number("2.0"), "a": 1]
      try #expect(catalog.create("train", job).version.number == 1)
      // Compared with the latest only: to go back is a change, and latest follows it.
      job.runConfig = ["a": 1, "b": 2]
      try #expect(catalog.create("train", job).version.number == 2)
      #expect(
        try System.list(catalog.path + "/train").sorted() == ["v0.json", "v1.json", "v2.json"])
    }
  }

  @Test func anEntryPointIsTheCommandThatItStandsFor() throws {
    try withCatalog { catalog in
      var job = echo("a")
      job.entryPoint = ["ls", "-l"]
      try #expect(catalog.create("a", job).version.job == Job(command: ["ls", "-l"]))
      job = Job()
      job.script = "true"
      job.entryPoint = ["ls"]
      try #expect(catalog.create("b", job).version.job == Job(command: ["ls"]))
    }
  }

  @Test func whatIsNoRecipeIsRefused() throws {
    try withCatalog { catalog in
      #expect(
        refusal(.badInput) { _ = try catalog.create("a b", echo()) }
          == "job \"a b\": must be 1 to 64 letters, digits, '_', '.' or '-', and begin with a letter,"
          + " a digit or '_'")
      #expect(
        refusal(.badInput) { _ = try catalog.create("a", Job()) }
          == "job a: a named job needs a \"command\" or a \"script\"")
      var job = echo()
      job.job = "other"
      #expect(
        refusal(.badInput) { _ = try catalog.create("a", job) }
          == "job a: \"job\" belongs to one run and has no place in a named job")
      job = echo()
      job.inputs = ["a": ["min": 1]]
      job.runConfig = ["a": 0]
      #expect(
        refusal(.badInput) { _ = try catalog.create("a", job) }
          == "job a: \"a\" of \"run_config\" must be a number of at least 1, not 0")
      job = echo()
      job.notes = String(repeating: "n", count: 65_537)
      let complaint = refusal(.badInput) { _ = try catalog.create("a", job) }
      #expect(complaint.hasPrefix("job a: \"notes\" must be at most 65536 bytes"))
      try #expect(catalog.names() == [])
    }
  }

  @Test func creatorsAtOnceEachGetAVersion() throws {
    try withCatalog { catalog in
      let count = 16
      let numbers = Mutex<[Int]>([])
      let errors = Mutex<[String]>([])
      DispatchQueue.concurrentPerform(iterations: count) { index in
        do throws(SpoolError) {
          let created = try catalog.create("train", Job(command: ["echo", "\(index)"]))
          numbers.withLock { $0.append(created.version.number) }
          let read = try catalog.resolve(created.version.reference)
          if read.job.command != ["echo", "\(index)"] { errors.withLock { $0.append("\(index)") } }
        } catch {
          errors.withLock { $0.append(error.message) }
        }
      }
      let complaints = errors.withLock { $0 }
      let made = numbers.withLock { $0.sorted() }
      #expect(complaints == [])
      #expect(made == Array(0..<count))
      try #expect(System.list(catalog.path + "/train").count == count)
    }
  }

  @Test func creatorsOfOneContentAtOnceMakeOneVersion() throws {
    try withCatalog { catalog in
      let new = Mutex(0)
      DispatchQueue.concurrentPerform(iterations: 16) { _ in
        if (try? catalog.create("train", Job(command: ["true"])))?.isNew == true {
          new.withLock { $0 += 1 }
        }
      }
      let made = new.withLock { $0 }
      #expect(made == 1)
      try #expect(System.list(catalog.path + "/train") == ["v0.json"])
    }
  }

  @Test func whatACrashedCreatorLeftIsSwept() throws {
    try withCatalog { catalog in
      try #expect(catalog.create("train", echo("a")).isNew)
      let folder = catalog.path + "/train"
      // Killed after the link, and before it: long ago, and just now.
      try System.link(folder + "/v0.json", folder + "/.new.linked")
      try writeFile(folder + "/.new.old", "{")
      try Platform.setTimes(folder + "/.new.old", to: 1_000_000_000)
      try writeFile(folder + "/.new.fresh", "{")
      try #expect(resolve(catalog, "train") == "train:v0")
      try #expect(catalog.create("train", echo("b")).version.number == 1)
      try #expect(System.list(folder).sorted() == [".new.fresh", "v0.json", "v1.json"])
    }
  }

  @Test func aVersionIsNobodysToWrite() throws {
    try withCatalog { catalog in
      try #expect(catalog.create("train", echo("a")).isNew)
      try #expect(System.information(catalog.path).permissions == 0o700)
      try #expect(System.information(catalog.path + "/train/v0.json").permissions == 0o400)
    }
  }

  @Test func theJobsOfASharedQueueAreShared() throws {
    try withTemporaryDirectory { root in
      let group = try System.information(root).group
      _ = try Queue.create(at: root + "/lab/gpu", .trustedGroup("\(group)"))
      let catalog = JobCatalog(root: root, entity: "lab")
      try #expect(catalog.create("train", echo("a")).isNew)
      try catalog.alias(JobReference(name: "train"), as: "prod")
      for folder in ["", "/train"] {
        let information = try System.information(catalog.path + folder)
        #expect(information.permissions == 0o2770)
        #expect(information.group == group)
      }
      try #expect(System.information(catalog.path + "/train/v0.json").permissions == 0o440)
      try #expect(System.information(catalog.path + "/train/prod").permissions == 0o660)
      try #expect(System.list(root + "/lab").sorted() == ["gpu", "jobs"])
    }
  }
}
