import SpoolQueue
import SpoolTesting
import Testing

// Aliases, and names of what is not there or not right.
extension JobCatalogTests {
  // MARK: Aliases

  @Test func anAliasIsALineThatCanBeMoved() throws {
    try withCatalog { catalog in
      for word in ["a", "b", "c"] { try #expect(catalog.create("train", echo(word)).isNew) }
      func alias(_ text: String, _ name: String) throws {
        try catalog.alias(#require(JobReference(text)), as: name)
      }
      try alias("train:v1", "prod")
      try #expect(readFile(catalog.path + "/train/prod") == "v1\n")
      try #expect(resolve(catalog, "train:prod") == "train:v1")
      try alias("train", "prod")
      try #expect(resolve(catalog, "train:prod") == "train:v2")
      try alias("train:prod", "stable")
      try alias("train:v0", "prod")
      try #expect(resolve(catalog, "train:stable") == "train:v2")
      let listing = try #require(try catalog.listing(of: "train"))
      #expect(listing.aliases.map(\.name) == ["prod", "stable"])
      #expect(listing.aliases.map(\.version) == [0, 2])
      #expect(listing.aliases(of: 2) == ["latest", "stable"])
      try #expect(System.list(catalog.path + "/train").count == 5)
    }
  }

  @Test(arguments: ["latest", "v3", "v03", "", "a b", "x.json", ".x"])
  func namesThatNoAliasCanHave(name: String) throws {
    try withCatalog { catalog in
      try #expect(catalog.create("train", echo("a")).isNew)
      _ = refusal(.badInput) { try catalog.alias(JobReference(name: "train"), as: name) }
      try #expect(System.list(catalog.path + "/train") == ["v0.json"])
    }
  }

  @Test(arguments: ["v0", "v0\n", " v0\r\n\n", "\u{FEFF}v0", "v1", "v0 v1", "", "prod", "v00"])
  func anAliasMayBeWrittenByHand(text: String) throws {
    try withCatalog { catalog in
      try #expect(catalog.create("train", echo("a")).isNew)
      try writeFile(catalog.path + "/train/prod", text)
      switch text {
      case "v0", "v0\n", " v0\r\n\n": try #expect(resolve(catalog, "train:prod") == "train:v0")
      case "v1":
        #expect(
          refusal(.notFound) { _ = try resolve(catalog, "train:prod") }
            == "tester/train: there is no version v1; the latest is v0")
      default:
        #expect(
          refusal(.badInput) { _ = try resolve(catalog, "train:prod") }
            == "\(catalog.path)/train/prod: line 1, column 1: must be a version such as v3")
      }
    }
  }

  // MARK: What is not there, and what is not right

  @Test func whatIsMissingIsNamed() throws {
    try withCatalog { catalog in
      #expect(
        refusal(.notFound) { _ = try resolve(catalog, "train") }
          == "tester: there is no job train; the entity has none (spool job create --root \(catalog.root)"
          + " -e tester makes one)")
      for name in ["train", "evaluate"] { try #expect(catalog.create(name, echo("a")).isNew) }
      #expect(
        refusal(.notFound) { _ = try resolve(catalog, "trian") }
          == "tester: there is no job trian (did you mean train?)")
      #expect(
        refusal(.notFound) { _ = try resolve(catalog, "x") }
          == "tester: there is no job x; there are evaluate train")
      #expect(
        refusal(.notFound) { _ = try resolve(catalog, "train:v1") }
          == "tester/train: there is no version v1; the latest is v0")
      #expect(
        refusal(.notFound) { _ = try resolve(catalog, "train:latets") }
          == "tester/train: there is no version and no alias latets (did you mean latest?)")
      #expect(
        refusal(.notFound) { _ = try resolve(catalog, "lab/train") }
          == "job train: there is no entity lab in \(catalog.root); there are tester")
      try System.makeDirectory(catalog.path + "/empty", permissions: 0o700)
      #expect(
        refusal(.notFound) { _ = try resolve(catalog, "empty") }
          == "\(catalog.path)/empty: the job has no version yet")
    }
  }

  @Test func aVersionThatIsNotRightIsAnErrorWithItsPlace() throws {
    try withCatalog { catalog in
      try #expect(catalog.create("train", echo("a")).isNew)
      let path = catalog.path + "/train/v1.json"
      try writeFile(path, "{\"command\": [\"true\"],\n \"retires\": 1}")
      #expect(
        refusal(.badInput) { _ = try resolve(catalog, "train") }
          == "\(path): line 2, column 2: unknown key \"retires\" (did you mean \"retries\"?)")
      // A recipe that does not parse has no content, and keeps its number.
      try #expect(catalog.create("train", echo("b")).version.number == 2)
      try System.unlink(path)
      try writeFile(path, "{\"command\": [\"true\"],\n \"after\": {\"ok\": [\"x\"]}}")
      #expect(
        refusal(.badInput) { _ = try resolve(catalog, "train:v1") }
          == "\(path): line 2, column 2: \"after\" belongs to one run and has no place in a named job"
      )
      try System.unlink(path)
      try Platform.makeLink(path, to: "v0.json")
      #expect(
        refusal(.badInput) { _ = try resolve(catalog, "train:v1") } == "\(path): is a symbolic link"
      )
      try System.unlink(path)
      try System.makeDirectory(path, permissions: 0o700)
      #expect(
        refusal(.badInput) { _ = try resolve(catalog, "train:v1") }
          == "\(path): is not a regular file")
    }
  }

  @Test func aVersionMayBeWrittenByHand() throws {
    try withCatalog { catalog in
      try #expect(catalog.create("train", echo("a")).isNew)
      try writeFile(
        catalog.path + "/train/v7.json", "// by hand\n{\"command\": [\"echo\", \"b\"],}")
      try #expect(resolve(catalog, "train") == "train:v7")
      try #expect(!catalog.create("train", echo("b")).isNew)
      try #expect(catalog.create("train", echo("c")).version.number == 8)
    }
  }
}
