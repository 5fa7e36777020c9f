/// What an agent costs while there is nothing to do.
struct IdleScene: Scene {
  let name = "idle"
  let summary = "CPU, wake-ups and memory of an agent with nothing to do"
  func measure(_ bench: Bench, in directory: BenchDirectory) throws {}
}
