import Dispatch
import SpoolProtocol

/// Reports requests to the runners of an agent: one watcher for the folders of all its runs.
///
/// Runners have no watchers of their own: the kernel gives a user 128, and an agent may have more runs. Without a
/// watch a runner looks at its folder each second.
/// Confined to the agent's Dispatch queue.
final class FolderWatch {
  private let queue: DispatchQueue
  #if os(Linux)
    private var watcher: DirectoryWatcher?
    /// The time of the next try, if there is no watcher.
    private var nextTry = Instant.first
  #endif
  private var runners: [String: RunnerProcess] = [:]

  init(queue: DispatchQueue) { self.queue = queue }

  /// Reports new files in the folder of a run to its runner from now on.
  func watch(_ folder: String, for runner: RunnerProcess) {
    // On other systems each watch takes a descriptor.
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

  /// Call it when the run or its runner has ended.
  func unwatch(_ folder: String, for runner: RunnerProcess) {
    #if os(Linux)
      // The next runner of the same run may watch it already.
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
        } else if change.name.map({ $0 == Queue.killFile || RunRequest.isName($0) }) != false {
          runner.tell(.look)
        }
      }
    }
  #endif
}
