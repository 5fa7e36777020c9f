import SpoolAgent
import SpoolQueue

extension Command {
  /// The hidden verb that an agent starts its runners with.
  static let runnerWord = "_runner"

  /// Serves as a runner until the agent leaves.
  static func runRunner() -> Int32 {
    do throws(SpoolError) {
      try Runner.make().run()
      return ExitStatus.done
    } catch {
      return error.kind.rawValue
    }
  }
}
