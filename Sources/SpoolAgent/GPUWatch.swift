import Dispatch
import SpoolProtocol
import Synchronization

/// Looks again for the gpus of an agent with `--gpus auto`: at boot it may be there before its driver.
///
/// The agent is never held up: `nvidia-smi` may take its time, so it is asked beside it.
final class GPUWatch: Sendable {
  private struct State {
    /// The device files when the driver was asked last.
    var devices: [Int]
    /// When it was asked last.
    var asked: Instant
    var isAsking = false
    var news: [GPU]?
  }

  private let list: GPUList
  private let state: Mutex<State>
  /// The time after which it is asked again while there is none.
  static let interval = TimeSpan.seconds(10)

  /// - Parameters:
  ///   - list: What was said.
  ///   - first: What was found at the start.
  init(_ list: GPUList, first: GPUInventory) {
    self.list = list
    state = Mutex(State(devices: first.devices, asked: .now))
  }

  /// What is there now, where that was found out since the last call; nil: nothing new.
  ///
  /// - Parameters:
  ///   - known: What the agent hands out.
  ///   - queue: Where `whenFound` is called, once there is something new to be taken.
  ///   - whenFound: Looks for it.
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
