import SpoolAgent
import SpoolQueue
import SpoolTerminal

extension Command {
  /// The hidden command with which an agent starts its runners.
  static let runnerWord = "_runner"

  /// Serves as a runner until the agent leaves.
  static func runRunner() -> Int32 {
    do throws(SpoolError) {
      try Runner.make().run()
      return ExitStatus.done
    } catch {
      // The agent reads this message, and says why no runner can be started.
      errorLine("spool: \(error.message)")
      return error.kind.rawValue
    }
  }

  /// The hidden command with which an agent executes a hook.
  static let hookWord = HookExecution.word

  /// Executes a hook. The words are a queue's directory and a file in its `hooks/`.
  static func runHook(_ words: ArraySlice<String>) -> Int32 {
    guard words.count == 2, let queue = words.first, let file = words.last else {
      return ExitStatus.usage
    }
    HookExecution.run(queue: queue, request: file)
    return ExitStatus.done
  }
}
