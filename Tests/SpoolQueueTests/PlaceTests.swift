import SpoolQueue
import SpoolTesting
import Testing

@Suite struct PlaceTests {
  // MARK: A queue's directory

  @Test("A queue that is made has its folders, for its owner alone") func create() throws {
    try withQueue { queue in
      #expect(queue.name == "queue" && queue.entity == "tester")
      #expect(queue.reference == "tester/queue" && queue.root + "/tester/queue" == queue.path)
      let names = try System.list(queue.path).sorted()
      #expect(names == Queue.Folder.allCases.map(\.rawValue).sorted())
      for path in names.map({ queue.path + "/" + $0 }) + [queue.path] {
        #expect(try System.information(path).permissions == 0o700)
      }
    }
  }

  @Test("A group's queue belongs to the group, and trusts it") func createForGroup() throws {
    try withTemporaryDirectory { directory in
      let group = try System.information(directory).group
      let queue = try Queue.create(at: directory + "/e/q", .trustedGroup("\(group)"))
      for folder in Queue.Folder.allCases {
        let information = try System.information(queue.path(folder))
        #expect(information.permissions == 0o2770 && information.group == group)
      }
      #expect(try queue.readSettings().allowGroups == ["\(group)"])
      expectSound(queue)
    }
  }

  @Test("An empty directory that is made a queue gets the permissions of one")
  func createInEmpty() throws {
    try withTemporaryDirectory { directory in
      try System.makeDirectory(directory + "/q", permissions: 0o755)
      let queue = try Queue.create(at: directory + "/q")
      #expect(try System.information(queue.path).permissions == 0o700)
      #expect(try Queue(at: queue.path).shape == queue.shape)
      expectSound(queue)
    }
  }

  @Test("Making a queue that is there changes nothing") func createTwice() throws {
    try withQueue { queue in
      let run = try queue.launch()
      let again = try Queue.create(at: queue.path)
      #expect(again.path == queue.path)
      #expect(try queue.locate(run) != nil)
    }
  }

  @Test("A queue whose making was interrupted is completed") func interrupted() throws {
    try withQueue { queue in
      for folder in [Queue.Folder.running, .hooks] {
        try System.removeDirectory(queue.path(folder))
      }
      #expect(try queue.check().map(\.path) == ["running", "hooks"])
      _ = try Queue.create(at: queue.path)
      // It was nearly finished.
      for folder in [Queue.Folder.agents, .runs, .sweeps, .hooks] {
        try System.removeDirectory(queue.path(folder))
      }
      _ = try Queue.create(at: queue.path)
    }
  }

  @Test("A group's queue without its settings gets them; one with others keeps those")
  func completedSettings() throws {
    try withTemporaryDirectory { directory in
      let group = try System.information(directory).group
      try withQueue(.trustedGroup("\(group)")) { queue in
        let settings = queue.path + "/" + Queue.settingsFile
        let first = try readFile(settings)
        try System.unlink(settings)
        _ = try Queue.create(at: queue.path, .trustedGroup("\(group)"))
        #expect(try readFile(settings) == first)
        try writeFile(settings, "{}")
        _ = try Queue.create(at: queue.path, .trustedGroup("\(group)"))
        #expect(try readFile(settings) == "{}")
      }
    }
  }

  @Test("An agent makes the folders that are missing like the others") func completed() throws {
    try withTemporaryDirectory { directory in
      let group = try System.information(directory).group
      try withQueue(.trustedGroup("\(group)")) { queue in
        try System.removeDirectory(queue.path(.sweeps))
        try queue.completeLayout()
        #expect(try System.information(queue.path(.sweeps)).permissions == 0o2770)
      }
    }
  }

  @Test("A directory with something else in it does not become a queue") func foreign() throws {
    try withTemporaryDirectory { directory throws in
      try writeFile(directory + "/thesis.txt", "")
      let error = #expect(throws: SpoolError.self) { try Queue.create(at: directory) }
      #expect(error?.kind == .badInput)
      #expect(try System.list(directory) == ["thesis.txt"])
    }
  }

  @Test("What is no queue cannot be opened, and the message says what it is") func noQueue() throws
  {
    try withTemporaryDirectory { directory in
      try writeFile(directory + "/file", "")
      for (path, part) in [
        ("/nothing", "queue create"), ("", "is not a queue"), ("/file", "is a file"),
        ("/file/below", "queue create"),
      ] {
        let error = #expect(throws: SpoolError.self) { try Queue(at: directory + path) }
        #expect(error?.kind == .notFound)
        #expect(error?.message.contains(part) == true)
      }
    }
  }

  @Test("A queue is found through a symbolic link, and has one path") func link() throws {
    try withQueue { queue in
      try Platform.makeLink(queue.root + "/link", to: queue.path)
      #expect(try Queue(at: queue.root + "/link").path == queue.path)
    }
  }

  @Test("A group that is not there is a mistake in the call") func noGroup() throws {
    try withTemporaryDirectory { directory throws in
      let error = #expect(throws: SpoolError.self) {
        try Queue.create(at: directory + "/e/q", .trustedGroup("no such group"))
      }
      #expect(error?.kind == .badInput)
      #expect(try System.list(directory).isEmpty)
    }
  }

  // MARK: Which queue is meant

  @Test("What is said counts before the environment, that before the configuration, then defaults")
  func precedence() throws {
    try withTemporaryDirectory { home in
      var environment = ["HOME": home]
      let byDefault = try Spool(environment: environment)
      #expect(byDefault.root == home + "/.spool" && byDefault.queue == "starter")
      #expect(byDefault.entity == RunName.cleaned(Account.current.name, limit: 64))

      try Configuration(root: home + "/conf", entity: "ce", queue: "cq")
        .write(to: home + "/.config/spool/config.json")
      #expect(
        try Spool(environment: environment)
          == Spool(root: home + "/conf", entity: "ce", queue: "cq"))

      environment.merge(["SPOOL_ROOT": home + "/env", "SPOOL_ENTITY": "ee", "SPOOL_QUEUE": "eq"]) {
        $1
      }
      #expect(
        try Spool(environment: environment) == Spool(root: home + "/env", entity: "ee", queue: "eq")
      )
      #expect(
        try Spool(root: home + "/said", entity: "se", queue: "sq", environment: environment)
          == Spool(root: home + "/said", entity: "se", queue: "sq"))
    }
  }

  @Test("A queue's name may bring its entity along") func qualified() throws {
    try withTemporaryDirectory { home in
      let place = try Spool(queue: "lab/gpu", environment: ["HOME": home, "SPOOL_ENTITY": "me"])
      #expect(place.entity == "lab" && place.queue == "gpu")
      #expect(place.queuePath == home + "/.spool/lab/gpu")
      let error = #expect(throws: SpoolError.self) {
        try Spool(entity: "me", queue: "lab/gpu", environment: ["HOME": home])
      }
      #expect(error?.kind == .badInput)
    }
  }

  @Test("The configuration is where XDG_CONFIG_HOME says") func configHome() throws {
    try withTemporaryDirectory { home in
      try Configuration(queue: "gpu").write(to: home + "/xdg/spool/config.json")
      let environment = ["HOME": home + "/none", "XDG_CONFIG_HOME": home + "/xdg"]
      #expect(try Spool(environment: environment).queue == "gpu")
    }
  }

  @Test(
    "A configuration that does not parse is an error with its place",
    arguments: [
      "{", "[]", #"{"rooot": "/tmp"}"#, #"{"queue": 7}"#, #"{"queue": "a b"}"#,
    ])
  func badConfiguration(_ text: String) throws {
    try withTemporaryDirectory { home in
      let file = home + "/.config/spool/config.json"
      try Configuration().write(to: file)
      try writeFile(file, text)
      let error = #expect(throws: SpoolError.self) { try Spool(environment: ["HOME": home]) }
      #expect(error?.kind == .badInput)
    }
  }

  @Test(
    "Names of queues and entities follow the grammar",
    arguments: [
      "", "two words", "-q", ".q", "a/b/c", "jobs", String(repeating: "x", count: 65), "é", "..",
    ])
  func badNames(_ name: String) throws {
    try withTemporaryDirectory { home throws in
      let environment = ["HOME": home]
      // Nothing said is not a wrong name.
      if name.isEmpty {
        #expect(try Spool(queue: name, environment: environment).queue == "starter")
        return
      }
      #expect(throws: SpoolError.self) { try Spool(queue: name, environment: environment) }
      #expect(throws: SpoolError.self) { try Spool(entity: name, environment: environment) }
    }
  }

  @Test("The starter queue is made on first use; another is a typing error") func firstUse() throws
  {
    try withTemporaryDirectory { home in
      let environment = ["HOME": home, "SPOOL_ENTITY": "me"]
      let starter = try Spool(environment: environment).openQueue()
      #expect(starter.path == home + "/.spool/me/starter")
      expectSound(starter)
      let error = #expect(throws: SpoolError.self) {
        try Spool(queue: "stater", environment: environment).openQueue()
      }
      #expect(error?.kind == .notFound)
      let make = Queue.command("queue create", ofQueueAt: home + "/.spool/me/stater")
      #expect(
        error?.message
          == "me/stater: there is no such queue in \(home)/.spool (did you mean me/starter?);"
          + " \(make) makes it")
      #expect(try System.list(home + "/.spool/me") == ["starter"])
    }
  }

  @Test("A spool lists its queues, and only these") func queues() throws {
    try withTemporaryDirectory { directory in
      for path in ["b/gpu", "a/gpu", "a/cpu"] { _ = try Queue.create(at: directory + "/" + path) }
      for path in ["a/notes", "a/jobs", "a/jobs/train", "a/jobs/train/queued"] {
        try System.makeDirectory(directory + "/" + path, permissions: 0o700)
      }
      try writeFile(directory + "/README", "")
      let spool = Spool(root: directory, entity: "a")
      #expect(spool.queues().map(\.reference) == ["a/cpu", "a/gpu", "b/gpu"])
    }
  }

  @Test("A path is told from a name by its beginning") func paths() {
    for path in ["/mnt/q", "./q", "../q", "~/q", "~"] { #expect(Spool.isPath(path)) }
    for name in ["q", "lab/q", ".q", "q/"] { #expect(!Spool.isPath(name)) }
  }

  // MARK: Settings

  @Test("A queue is paused by a file, and resumed without it") func paused() throws {
    try withQueue { queue in
      #expect(try !queue.isPaused())
      for _ in 0..<2 { try queue.pause() }
      #expect(try queue.isPaused())
      for _ in 0..<2 { try queue.resume() }
      #expect(try !queue.isPaused())
    }
  }

  @Test("Settings that do not parse are an error with file, line and column") func settings() throws
  {
    try withQueue { queue in
      #expect(try queue.readSettings() == QueueSettings())
      try writeFile(queue.path + "/queue.json", "{\n  \"leese\": 5\n}")
      let error = #expect(throws: SpoolError.self) { try queue.readSettings() }
      #expect(error?.kind == .badInput)
      #expect(
        error?.message == queue.path + "/queue.json: line 2, column 3: unknown key \"leese\""
          + " (did you mean \"lease\"?)")
      #expect(try queue.settingsOrDefaults() == QueueSettings())
      try queue.writeSettings(["lease": 5])
      #expect(try queue.readSettings().lease == 5)
    }
  }
}
