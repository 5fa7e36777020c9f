import SpoolQueue
import SpoolTerminal

// A user who waits for one run gets its command's exit status, as from a shell, `timeout` or `docker run`.

extension ExitStatus {
  /// The time limit has passed, and the run has not ended.
  static let late: Int32 = 124
  /// Spool itself failed, where any other status would be a command's.
  static let trouble: Int32 = 125
}

extension Parameter {
  /// The option that decides whether the exit status is the command's or spool's.
  static let status = option(
    "status", "KIND", choices: ["command", "0/1"],
    "Exit with the command's status, or with 0 for a run that finished and 1 for any other.")
}

extension ParsedArguments {
  /// Whether the exit status is the command's, where a single run is waited for.
  var tellsOfCommand: Bool { option("status") != "0/1" }

  /// The exit status for the end of a run.
  func status(of run: Run) -> Int32 {
    if tellsOfCommand, let status = run.shellStatus { return status }
    return run.state == .finished ? ExitStatus.done : ExitStatus.no
  }

  /// Waits for a single run. After an error of spool the exit status is 125 if other statuses are the command's.
  func waitingForOne(_ body: () throws -> Int32) throws -> Int32 {
    guard tellsOfCommand else { return try body() }
    do {
      return try body()
    } catch OutputError.readerLeft {
      // 0 would say that the run finished.
      return ExitStatus.trouble
    } catch let error as OutputError {
      throw error
    } catch {
      _ = tell(error)
      return ExitStatus.trouble
    }
  }

  /// Reports an error of the command to the user. Returns its exit status.
  func tell(_ error: any Error) -> Int32 {
    switch error {
    case let error as SpoolError:
      errorLine("spool: \(escapingControls(error.message))")
      return error.kind.rawValue
    case let error as UsageError:
      errorLine("\(error)")
      return ExitStatus.usage
    default:
      let name = path.names.joined(separator: " ")
      errorLine("spool: \(name): \(escapingControls("\(error)"))")
      return ExitStatus.system
    }
  }
}

extension LastWords {
  /// After ^C, says that the runs are no longer waited for, and were not stopped.
  static func say(ofRuns runs: [String], in queue: Queue) {
    if let run = runs.first, runs.count == 1 {
      say("spool: \(run) was not stopped; \(queue.command("kill", run)) stops it")
    } else {
      say("spool: the \(runs.count) runs were not stopped; \(queue.command("kill")) stops runs")
    }
  }
}
