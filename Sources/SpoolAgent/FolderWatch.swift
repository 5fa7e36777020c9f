import Dispatch
import SpoolProtocol

/// Tells the runners of an agent of requests to stop: one watch for the folders of all its runs.
///
/// A runner has none of its own: the kernel gives a user 128, and an agent may have more runs than
/// that. Where there is none, or a folder cannot be watched, runners look by themselves each second.
/// Confined to the agent's Dispatch queue.
final class FolderWatch {
  private let queue: DispatchQueue
  #if os(Linux)
    private var watcher: DirectoryWatcher?
    /// Not before then is another try made.
    private var nextTry = Instant.first
  #endif
  private var runners: [String: RunnerProcess] = [:]

  init(queue: DispatchQueue) { self.queue = queue }

  /// Tells a runner what appears in the folder of its run from now on.
  func watch(_ folder: String, for runner: RunnerProcess) {
    // Elsewhere a watch takes a descriptor for each directory.
    #if os(Linux)
      guard let watcher = knownWatcher() else { return }
      do throws(Errno) {
        try watcher.watch(folder)
      } catch {
        return
      }
      runners[folder] = runner
      runner.tell(.watched)
    #endif
  }

  /// Its run is over, or its runner.
  func unwatch(_ folder: String, for runner: RunnerProcess) {
    #if os(Linux)
      // Its successor may have it by now.
      guard runners[folder] === runner else { return }
      runners[folder] = nil
      watcher?.unwatch(folder)
    #endif
  }

  #if os(Linux)
    private func knownWatcher() -> DirectoryWatcher? {
      if watcher == nil, .now >= nextTry {
        nextTry = .now + .seconds(10)
        watcher = try? DirectoryWatcher(queue: queue) { [weak self] changes in self?.told(changes) }
      }
      return watcher
    }

    private func told(_ changes: [DirectoryChange]) {
      for change in changes {
        guard let runner = runners[change.directory] else { continue }
        if change.isOver {
          runners[change.directory] = nil
          runner.tell(.unwatched)
        } else if change.name == nil || change.name == Queue.killFile {
          runner.tell(.look)
        }
      }
    }
  #endif
}
