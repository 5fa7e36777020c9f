import SpoolQueue
import SpoolTerminal

/// Moments along a picture at which local time is round.
struct TimeAxis: Sendable, Equatable {
  struct Tick: Sendable, Equatable {
    /// The place, from 0 at the beginning of the picture to 1.
    var position: Double
    /// The text `13:00`, or `Nov 22` at midnight.
    var label: String
  }

  let ticks: [Tick]

  private static let steps: [Int64] = [
    1, 2, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800,
    604_800,
  ]

  /// Marks the time between two moments, in seconds since 1970.
  init(
    from start: Double, to end: Double, count: Int = 9,
    local: (Int64) -> Terminal.LocalTime? = { Terminal.localTime(secondsSince1970: $0) }
  ) {
    let bound = 1e14
    guard end > start, abs(start) < bound, abs(end) < bound,
      let step = Self.steps.first(where: { Double($0) * Double(count) >= end - start }),
      let offset = local(Int64(end))?.offset
    else {
      ticks = []
      return
    }
    let first = ((start + Double(offset)) / Double(step)).rounded(.up)
    var ticks: [Tick] = []
    var moment = Int64(first) * step - Int64(offset)
    while Double(moment) <= end {
      if let time = local(moment) {
        ticks.append(
          Tick(position: (Double(moment) - start) / (end - start), label: Self.label(time, step)))
      }
      moment += step
    }
    self.ticks = ticks
  }

  private static func label(_ time: Terminal.LocalTime, _ step: Int64) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    if time.hour == 0, time.minute == 0, time.second == 0 || step >= 86_400 {
      return String(MomentText.short(time, thisYear: time.year).dropLast(6))
    }
    let clock = "\(two(time.hour)):\(two(time.minute))"
    return step < 60 ? clock + ":\(two(time.second))" : clock
  }
}
