import SpoolQueue
import SpoolTesting
import Testing

/// System calls with paths of which a part is a symbolic link.
@Suite struct SymbolicLinkTests {
  /// A folder `in/a/b` with a file `f` and an empty folder `d`, and one beside it, `out`, that is alike.
  private func withTwins(_ body: (_ inside: String, _ outside: String) throws -> Void) throws {
    try withTemporaryDirectory { root in
      for place in ["/in", "/out"] {
        for folder in ["", "/a", "/a/b", "/a/b/d"] {
          try System.makeDirectory(root + place + folder, permissions: 0o700)
        }
        try writeFile(root + place + "/a/b/f", place)
      }
      try body(root + "/in", root + "/out")
    }
  }

  private func errno(_ body: () throws(Errno) -> Void) -> Errno? {
    do throws(Errno) {
      try body()
      return nil
    } catch {
      return error
    }
  }

  /// Everything below a directory, with what the files hold.
  private func contents(_ path: String) throws -> [String] {
    try System.list(path).sorted().flatMap { name in
      let file = path + "/" + name
      return try System.information(file).isDirectory
        ? [name + "/"] + contents(file) : [name + ": " + readFile(file)]
    }
  }

  @Test("What leads out is refused", arguments: [nil, Walker.kernel, .steps])
  func refusals(walker: Walker?) throws {
    try withTwins { inside, outside in
      try Platform.makeLink(inside + "/link", to: outside + "/a")
      try Platform.makeLink(inside + "/a/b/file", to: outside + "/a/b/f")
      func open(_ path: String, _ mode: OpenMode) -> Errno? {
        errno { () throws(Errno) in
          var bytes = path.utf8.map { CChar(bitPattern: $0) }
          bytes.append(0)
          _ = Descriptor(try System.openUnlinked(bytes, mode.flags, by: walker))
        }
      }
      #expect(open(inside + "/a/b/f", .reading) == nil)
      #expect(open(inside + "//a/./b/", .directory) == nil)
      #expect(open("/", .directory) == nil)
      #expect(open(inside + "/link/b/f", .reading) == .symbolicLink)
      #expect(open(inside + "/link", .directory) == .symbolicLink)
      #expect(open(inside + "/link/b", .directory) == .symbolicLink)
      #expect(open(inside + "/a/b/file", .reading) == .symbolicLink)
      #expect(open(inside + "/a/b/f/g", .reading) == .notDirectory)
      #expect(open(inside + "/none/f", .reading) == .notFound)
    }
  }

  @Test("No call by path goes through a link") func paths() throws {
    try withTwins { inside, outside in
      let before = try contents(outside)
      try Platform.makeLink(inside + "/link", to: outside + "/a")
      let (link, here) = (inside + "/link/b", inside + "/a/b")
      let calls: [(String, () throws(Errno) -> Void)] = [
        ("list", { () throws(Errno) in _ = try System.list(link) }),
        ("open", { () throws(Errno) in _ = try System.open(link + "/f", .reading) }),
        ("create", { () throws(Errno) in _ = try System.create(link + "/n", permissions: 0o600) }),
        (
          "replace",
          { () throws(Errno) in _ = try System.create(link + "/f", .replacing, permissions: 0o600) }
        ),
        ("rename from", { () throws(Errno) in try System.rename(link + "/f", here + "/n") }),
        ("rename to", { () throws(Errno) in try System.rename(here + "/f", link + "/n") }),
        ("link from", { () throws(Errno) in try System.link(link + "/f", here + "/n") }),
        ("link to", { () throws(Errno) in try System.link(here + "/f", link + "/n") }),
        ("unlink", { () throws(Errno) in try System.unlink(link + "/f") }),
        (
          "mkdir", { () throws(Errno) in try System.makeDirectory(link + "/n", permissions: 0o700) }
        ),
        ("rmdir", { () throws(Errno) in try System.removeDirectory(link + "/d") }),
        ("lstat", { () throws(Errno) in _ = try System.information(link + "/f") }),
        ("chmod", { () throws(Errno) in try System.setPermissions(link + "/f", 0o644) }),
        ("chown", { () throws(Errno) in try System.setGroup(link + "/f", 0) }),
        ("sync", { () throws(Errno) in try System.syncDirectory(link) }),
        ("remove", { () throws(Errno) in try System.removeTree(link) }),
      ]
      for (name, call) in calls { #expect(errno(call) == .symbolicLink, "\(name)") }
      #expect(System.sizeOfTree(link) == 0)
      try System.removeTree(inside + "/link")
      #expect(try System.list(inside) == ["a"])
      #expect(try contents(outside) == before)
    }
  }

  @Test("A file that is written anew is another file") func replacing() throws {
    try withTwins { inside, outside in
      try System.unlink(inside + "/a/b/f")
      try System.link(outside + "/a/b/f", inside + "/a/b/f")
      try System.create(inside + "/a/b/f", .replacing, permissions: 0o600).write([65])
      #expect(try readFile(inside + "/a/b/f") == "A")
      #expect(try readFile(outside + "/a/b/f") == "/out")
      // Nobody reads it: to open it for writing would wait for ever.
      try Platform.makePipe(inside + "/pipe")
      try System.create(inside + "/pipe", .replacing, permissions: 0o600).write([65])
      #expect(try readFile(inside + "/pipe") == "A")
    }
  }

  @Test("An error names the part that is a link") func words() throws {
    try withTwins { inside, outside in
      try System.rename(inside + "/a", inside + "/away")
      try Platform.makeLink(inside + "/a", to: outside + "/a")
      let path = inside + "/a/b/f"
      #expect(
        SpoolError("read", path, .symbolicLink).message
          == "\(path): cannot read: \(inside)/a is a symbolic link, and none is followed in a queue"
      )
      #expect(
        SpoolError(renaming: path, to: inside + "/x", .symbolicLink).message
          == "\(inside)/x: cannot rename \(path) to: \(inside)/a is a symbolic link, and none is"
          + " followed in a queue")
    }
  }

  @Test("A place that is not there yet is found through the links that lead to it") func absolute()
    throws
  {
    try withTwins { inside, outside in
      try Platform.makeLink(inside + "/link", to: outside)
      #expect(Queue.absolute(inside + "/link/x/y") == outside + "/x/y")
      #expect(Queue.absolute(inside + "/link/a") == outside + "/a")
      for longer in ["/", "//a/..", "/./", "/a/b/../.."] {
        #expect(Queue.absolute(inside + longer) == inside)
        #expect(Queue.absolute(inside + "/link" + longer) == outside)
      }
      let queue = try Queue.create(at: inside + "/link/new/queue")
      #expect(queue.path == outside + "/new/queue")
      #expect(try queue.list(.queued) == [])
    }
  }
}
