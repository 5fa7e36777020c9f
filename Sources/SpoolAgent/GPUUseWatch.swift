import Dispatch
import SpoolProtocol
import Synchronization

/// Asks `nvidia-smi` which gpus processes use, before a run gets one.
///
/// It may take seconds, or hang with its driver: it runs on another thread, and has a time limit.
final class GPUUseWatch: Sendable {
  /// The last answer.
  struct Answer: Sendable {
    /// Nil if there is no `nvidia-smi`, or it failed: then all gpus count as unused.
    var census: GPUCensus?
    /// The gpus that runs had at that time.
    var held: Set<String> = []
    /// Until when it is believed.
    var until = Instant.first
    /// Why there is no census, if a person should know.
    var trouble: String?

    /// Words for the process that uses a gpu which no run has. Returns nil if none does.
    func user(of gpu: GPU) -> String? {
      census?.user(of: gpu, wasHeld: gpu.isAmong(held))
    }
  }

  private struct State {
    var answer = Answer()
    var isAsking = false
  }

  private let state = Mutex(State())
  /// For how long an answer is believed, and how long the next question waits after a failure.
  static let interval = TimeSpan.seconds(5)
  static let pause = TimeSpan.seconds(60)
  /// How long each of two calls may take.
  private static let patience = 20.0

  var answer: Answer { state.withLock { $0.answer } }

  /// Asks, unless it is asking already or the last answer is still believed.
  ///
  /// - Parameters:
  ///   - held: The gpus that runs have.
  ///   - whenAnswered: Called on `queue` once there is an answer, with the answer before it.
  func ask(
    held: Set<String>, on queue: DispatchQueue, whenAnswered: @escaping @Sendable (Answer) -> Void
  ) {
    let mustAsk = state.withLock { state in
      if state.isAsking || Instant.now < state.answer.until { return false }
      state.isAsking = true
      return true
    }
    guard mustAsk else { return }
    DispatchQueue.global(qos: .utility).async { [self] in
      let answer = Self.answer(held: held)
      let before = state.withLock { state in
        state.isAsking = false
        defer { state.answer = answer }
        return state.answer
      }
      queue.async { whenAnswered(before) }
    }
  }

  private static func answer(held: Set<String>) -> Answer {
    var outputs: [String] = []
    for question in [GPUCensus.processesQuestion, GPUCensus.memoryQuestion] {
      let trouble: String?
      switch ProgramOutput.of(question, within: patience) {
      case .output(let bytes):
        outputs.append(String(raw: bytes))
        continue
      case .missing: trouble = nil
      case .late: trouble = "nvidia-smi gave no answer within \(Int(patience)) s"
      case .failed: trouble = "nvidia-smi failed"
      }
      return Answer(until: .now + pause, trouble: trouble)
    }
    return Answer(
      census: GPUCensus(processes: outputs[0], memory: outputs[1]), held: held,
      until: .now + interval)
  }
}
