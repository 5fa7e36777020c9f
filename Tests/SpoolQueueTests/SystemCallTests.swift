#if DEBUG
  import SpoolQueue
  import SpoolTesting
  import Testing

  /// What the wrappers of system calls make of interruptions, of calls that do a part, and of errors.
  @Suite struct SystemCallTests {
    /// A call in a directory that has the file `f`, with 100 bytes, the directory `d`, and the link `l`.
    struct Wrapper: Sendable, CustomStringConvertible {
      let description: String
      /// What it returned, as text.
      let make: @Sendable (_ directory: String) throws(Errno) -> String

      init(
        _ description: String, _ make: @escaping @Sendable (String) throws(Errno) -> String
      ) {
        self.description = description
        self.make = make
      }
    }

    private static let text = Array(repeating: UInt8(ascii: "x"), count: 100)

    static let wrappers: [Wrapper] = [
      Wrapper("open") { (at) throws(Errno) in "\(try System.open(at + "/f", .reading).readAll())" },
      Wrapper("openFollowing") { (at) throws(Errno) in
        "\(try System.openFollowing(at + "/l").read(atMost: 100))"
      },
      Wrapper("create") { (at) throws(Errno) in
        try System.create(at + "/new", permissions: 0o666).write(text)
        return "\(try System.information(at + "/new").permissions)"
      },
      Wrapper("replace") { (at) throws(Errno) in
        "\(try System.create(at + "/f", .replacing, permissions: 0o600).information().size)"
      },
      Wrapper("rename") { (at) throws(Errno) in
        try System.rename(at + "/f", at + "/d/f")
        return "\(try System.list(at + "/d"))"
      },
      Wrapper("link") { (at) throws(Errno) in
        try System.link(at + "/f", at + "/g")
        return "\(try System.information(at + "/f").links)"
      },
      Wrapper("unlink") { (at) throws(Errno) in
        try System.unlink(at + "/f")
        return "\(try System.list(at).sorted())"
      },
      Wrapper("makeDirectory") { (at) throws(Errno) in
        try System.makeDirectory(at + "/e", permissions: 0o777)
        return "\(try System.information(at + "/e").permissions)"
      },
      Wrapper("removeDirectory") { (at) throws(Errno) in
        try System.removeDirectory(at + "/d")
        return "\(try System.list(at).sorted())"
      },
      Wrapper("information") { (at) throws(Errno) in
        let found = try System.information(at + "/l")
        return "\(found.isSymbolicLink) \(try System.informationFollowing(at).isDirectory)"
      },
      Wrapper("setPermissions") { (at) throws(Errno) in
        try System.setPermissions(at + "/f", 0o640)
        return "\(try System.information(at + "/f").permissions)"
      },
      Wrapper("realPath") { (at) throws(Errno) in String(try System.realPath(at + "/l").suffix(2))
      },
      Wrapper("readLink") { (at) throws(Errno) in try System.readLink(at + "/l") },
      Wrapper("syncDirectory") { (at) throws(Errno) in
        try System.syncDirectory(at)
        return ""
      },
      Wrapper("truncate") { (at) throws(Errno) in
        let file = try System.open(at + "/f", OpenMode(flags: 2))
        try file.seek(to: 10)
        try file.write([65])
        let bytes = try System.open(at + "/f", .reading).readAll()
        try file.truncate()
        try file.touch()
        try file.sync()
        return "\(bytes) \(try file.information().size)"
      },
      Wrapper("removeTree") { (at) throws(Errno) in
        try System.makeDirectory(at + "/d/deep", permissions: 0o700)
        try System.makeDirectory(at + "/d/deep/deeper", permissions: 0o700)
        try System.removeTree(at + "/d")
        try System.removeTree(at + "/f")
        return "\(try System.list(at))"
      },
      Wrapper("sizeOfTree") { (at) throws(Errno) in
        try System.makeDirectory(at + "/d/deep", permissions: 0o700)
        return "\(System.sizeOfTree(at) >= text.count)"
      },
      Wrapper("modificationTimes") { (at) throws(Errno) in
        // Open until the times are read: its number may be another file's afterwards.
        let directory = try System.open(at, .directory)
        let times = NameTable(["f", "none"]).modificationTimes(in: directory.number)
        return "\(times.map { $0 != nil })"
      },
    ]

    private func withFiles<Result>(_ body: (String) throws -> Result) throws -> Result {
      try withTemporaryDirectory { directory in
        try System.makeDirectory(directory + "/d", permissions: 0o700)
        try writeFile(directory + "/f", String(decoding: Self.text, as: UTF8.self))
        try Platform.makeLink(directory + "/l", to: "f")
        return try body(directory)
      }
    }

    @Test("Every call is made again after EINTR", arguments: wrappers)
    func interrupted(_ wrapper: Wrapper) throws {
      let whole = CallDriver()
      let result = try withFiles { at in try whole.drive { try wrapper.make(at) } }
      #expect(!whole.calls.isEmpty)
      for number in whole.calls.indices {
        let driver = CallDriver { _, at in
          number <= at && at < number + 3 ? .refused(.interrupted) : .passed
        }
        let again = try withFiles { at in try driver.drive { try wrapper.make(at) } }
        #expect(again == result, "\(whole.calls[number]) \(number)")
        #expect(driver.calls.count == whole.calls.count + 3)
        #expect(driver.calls[number..<(number + 4)].allSatisfy { $0 == whole.calls[number] })
      }
    }

    @Test("Reads and writes that do a part are carried on") func parts() throws {
      try withFiles { at in
        let bytes = (0..<250).map { UInt8($0) }
        let driver = CallDriver { call, number in
          call == .write || call == .read
            ? number % 3 == 0 ? .refused(.interrupted) : .cut(7) : .passed
        }
        try driver.drive {
          try System.create(at + "/new", permissions: 0o600).write(bytes)
          #expect(try System.open(at + "/new", .reading).readAll() == bytes)
          #expect(try System.open(at + "/new", .reading).readAll(limit: 20).count > 20)
        }
        #expect(driver.calls.count { $0 == .write } > 36)
        #expect(driver.calls.count { $0 == .read } > 36)
      }
    }

    @Test("A listing that breaks off is an error, never a shorter list") func listing() throws {
      try withFiles { at in
        let whole = CallDriver()
        let names = try whole.drive { try System.list(at) }
        #expect(names.count == 3)
        #expect(whole.calls.count { $0 == .list } == 6)
        for number in whole.calls.indices {
          for error in [Errno.inputOutput, .stale] {
            let driver = CallDriver(number, .refused(error))
            #expect(throws: error) { try driver.drive { try System.list(at) } }
            #expect(throws: error) {
              let driver = CallDriver(number, .refused(error))
              try driver.drive { try NameTable(listing: at) { _ in true } }
            }
          }
        }
      }
    }

    @Test("A folder is gone, or its removal says why not") func tree() throws {
      try withFiles { at in
        func make() throws {
          for folder in ["/t", "/t/a", "/t/a/b"] {
            try System.makeDirectory(at + folder, permissions: 0o700)
            try writeFile(at + folder + "/f", "")
          }
        }
        try make()
        let whole = CallDriver()
        try whole.drive { try System.removeTree(at + "/t") }
        for number in whole.calls.indices {
          for error in [Errno.inputOutput, .accessDenied, .noSpace] {
            try make()
            let driver = CallDriver(number, .refused(error))
            do throws(Errno) {
              try driver.drive { () throws(Errno) in try System.removeTree(at + "/t") }
              #expect(try System.list(at).contains("t") == false, "\(whole.calls) \(number)")
            } catch {
              #expect(try System.list(at).contains("t"), "\(whole.calls) \(number)")
            }
            try System.removeTree(at + "/t")
          }
        }
      }
    }
  }
#endif
