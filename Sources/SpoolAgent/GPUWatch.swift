import Dispatch
import SpoolProtocol
import Synchronization

/// Looks again for the gpus of an agent with `--gpus auto`: at boot the agent may start before the driver.
///
/// `nvidia-smi` may take long, so it runs on another thread.
final class GPUWatch: Sendable {
  private struct State {
    /// The device files at the last question to the driver.
    var devices: [Int]
    /// The time of that question.
    var asked: Instant
    var isAsking = false
    var news: [GPU]?
  }

  private let list: GPUList
  private let state: Mutex<State>
  /// The time after which the driver is asked again while there is no gpu.
  static let interval = TimeSpan.seconds(10)

  /// - Parameter first: The inventory at the start.
  init(_ list: GPUList, first: GPUInventory) {
    self.list = list
    state = Mutex(State(devices: first.devices, asked: .now))
  }

  /// The gpus of the host, if a question since the last call found others. Returns nil if there is no news.
  ///
  /// - Parameters:
  ///   - known: The gpus that the agent hands out.
  ///   - whenFound: Called on `queue` once there is news.
  func news(
    beside known: [GPU], on queue: DispatchQueue, whenFound: @escaping @Sendable () -> Void
  ) -> [GPU]? {
    let now = Instant.now
    let (news, mustAsk) = state.withLock { state -> ([GPU]?, Bool) in
      defer { state.news = nil }
      if state.isAsking || now - state.asked < Self.interval {
        return (state.news, false)
      }
      let devices = GPUInventory.devices(in: GPUInventory.deviceDirectory)
      state.asked = now
      state.isAsking = known.isEmpty || devices != state.devices
      return (state.news, state.isAsking)
    }
    if mustAsk {
      DispatchQueue.global(qos: .utility).async { [self] in
        let found = GPUInventory.look()
        let gpus = (try? list.gpus(of: found)) ?? []
        let isNew = state.withLock { state in
          state.isAsking = false
          state.devices = found.devices
          if gpus != known { state.news = gpus }
          return state.news != nil
        }
        if isNew { queue.async(execute: whenFound) }
      }
    }
    return news == known ? nil : news
  }
}
