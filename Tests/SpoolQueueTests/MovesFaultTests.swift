#if DEBUG
  import SpoolQueue
  import SpoolTesting
  import Testing

  /// Every step of `Moves`, with an error at each system call that it makes. Afterwards the queue is as
  /// before the step or as after it, and whoever asked was told no lie.
  @Suite struct MovesFaultTests {
    @Test(
      "An error at any call leaves the queue as before the step or as after it", arguments: steps)
    func refused(_ step: Step) throws {
      try withQueue(isSound: false) { queue in
        let whole = try Try(step, in: queue)
        #expect(whole.answer == true, "\(step)")
        #expect(whole.before != whole.after, "\(step)")
        for number in whole.calls.indices {
          for error in [Errno.inputOutput, .noSpace, .stale, .accessDenied] {
            let again = try Try(step, in: queue, CallDriver(number, .refused(error)))
            let place: Comment = "\(step): \(error) at \(number) of \(whole.calls)"
            #expect([whole.before, whole.after].contains(again.after), place)
            if let answer = again.answer {
              #expect(answer == (again.after == whole.after), place)
            }
          }
          let again = try Try(step, in: queue, CallDriver(number, .refused(.interrupted)))
          #expect(again.answer == true && again.after == whole.after, "\(step)")
          #expect(again.calls.count == whole.calls.count + 1, "\(step)")
        }
      }
    }

    @Test("A call that was done and reports that it was not is seen through", arguments: steps)
    func lost(_ step: Step) throws {
      try withQueue(isSound: false) { queue in
        let whole = try Try(step, in: queue)
        var count = 0
        for (number, call) in whole.calls.enumerated() {
          guard let error = call.errorOfLostReply else { continue }
          count += 1
          let again = try Try(step, in: queue, CallDriver(number, .lost(error)))
          #expect(again.answer == step.answerWhenLost, "\(step): \(call) \(number)")
          #expect(again.after == whole.after, "\(step): \(call) \(number)")
          // Nothing else can be learnt then: a step says so rather than that it was not done.
          let blind = CallDriver { _, at in
            at < number ? .passed : at == number ? .lost(error) : .refused(.stale)
          }
          let unseen = try Try(step, in: queue, blind)
          #expect(unseen.answer == nil || unseen.answer == step.answerWhenLost, "\(step)")
          #expect(unseen.after == whole.after || !step.isOneCall, "\(step)")
        }
        #expect(count > 0, "\(step)")
      }
    }

    @Test("Every step has a case here") func complete() throws {
      let tests = #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined()
      let list = try readFile(tests + "/Model/moves.txt")
      let names = list.split(separator: "\n").dropFirst(2).map { line in
        String(line.prefix { $0 != " " })
      }
      #expect(names.count > 20)
      #expect(Set(names).subtracting(Self.steps.map(\.name)) == [])
    }
  }

  extension MovesFaultTests {
    /// One try of a step in a queue that has what the step begins with.
    private struct Try {
      let before: [String: String]
      let after: [String: String]
      let calls: [SystemCall]
      /// nil: it threw.
      let answer: Bool?

      init(_ step: Step, in queue: Queue, _ driver: CallDriver = CallDriver()) throws {
        for folder in Queue.Folder.allCases {
          for name in try System.list(queue.path(folder)) {
            try removeTree(queue.path(folder) + "/" + name)
          }
        }
        for (path, text) in step.files { try Self.put(text, queue.path + "/" + path) }
        for (path, source) in step.links {
          try System.link(queue.path + "/" + source, queue.path + "/" + path)
        }
        before = try Self.contents(queue.path)
        do throws(SpoolError) {
          answer = try driver.drive { () throws(SpoolError) in try step.make(queue) }
        } catch {
          answer = nil
        }
        calls = driver.calls
        after = try Self.contents(queue.path)
      }

      /// Makes a file and the directories that lead to it; a directory where the path ends with a slash.
      private static func put(_ text: String, _ path: String) throws {
        var directory = ""
        for part in path.split(separator: "/").dropLast(path.hasSuffix("/") ? 0 : 1) {
          directory += "/" + part
          if (try? System.information(directory)) == nil {
            try System.makeDirectory(directory, permissions: 0o700)
          }
        }
        if !path.hasSuffix("/") { try writeFile(path, text) }
      }

      /// Every file and directory of the queue, with what the files hold.
      private static func contents(_ directory: String, below path: String = "") throws
        -> [String: String]
      {
        var found: [String: String] = [:]
        for name in try System.list(directory + path) {
          let inner = path + "/" + name
          if try System.information(directory + inner).isDirectory {
            found[inner] = "directory"
            found.merge(try contents(directory, below: inner)) { $1 }
          } else {
            found[inner] = try readFile(directory + inner)
          }
        }
        return found
      }
    }
  }

  extension SystemCall {
    /// What a file server says when it is asked again for what it has done; nil for a call that changes
    /// nothing, or may be made twice.
    fileprivate var errorOfLostReply: Errno? {
      switch self {
      case .rename, .unlink, .removeDirectory: .notFound
      case .link, .makeDirectory: .exists
      default: nil
      }
    }
  }
#endif
