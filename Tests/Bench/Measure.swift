import CLibrary
import SpoolTerminal

/// The clock of every measurement: CLOCK_MONOTONIC, which the floor program reads too.
enum Clock {
  static func nanoseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }

  /// Waits until a moment of the monotonic clock; throws when the benchmark is interrupted.
  static func sleep(until end: Int) throws {
    while true {
      try Interruption.check()
      let left = end - nanoseconds()
      guard left > 0 else { return }
      // Cut short by a signal it simply comes round again.
      var time = timespec(tv_sec: left / 1_000_000_000, tv_nsec: left % 1_000_000_000)
      nanosleep(&time, nil)
    }
  }

  static func sleep(milliseconds: Int) throws {
    try sleep(until: nanoseconds() + milliseconds * 1_000_000)
  }
}

/// What one sample cost.
struct Cost {
  var wall: Int  // nanoseconds
  var cpu: Int  // microseconds, user and system
  /// CPU of the whole machine from /proc/stat, the second choice; nil where it says nothing.
  var machineCPU: Int?

  /// Costs of a closure that runs in this process.
  static func ofClosure(_ body: () throws -> Void) rethrows -> Cost {
    let usage = ownMicroseconds()
    let began = Clock.nanoseconds()
    try body()
    return Cost(wall: Clock.nanoseconds() - began, cpu: ownMicroseconds() - usage)
  }

  private static func ownMicroseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000 + time.tv_nsec / 1_000
  }
}

/// CPU of the whole machine since boot in microseconds, as /proc/stat counts it in ticks.
func machineMicroseconds() -> Int? {
  guard let text = try? Files.text("/proc/stat"), let line = text.split(separator: "\n").first
  else { return nil }
  // cpu user nice system idle iowait irq softirq steal; user contains guest already.
  let fields = line.split(separator: " ").dropFirst().compactMap { Int($0) }
  guard fields.count >= 7 else { return nil }
  let busy = fields[0] + fields[1] + fields[2] + fields[5] + fields[6]
  return busy * (1_000_000 / Machine.ticksPerSecond)
}

/// One of those who are compared: a name, and how to take one sample.
struct Contender {
  let name: String
  /// How many operations one sample does.
  var operations = 1
  let sample: () throws -> Cost
}

/// The samples of one contender; round `n` of each was taken next to round `n` of the others.
struct Series {
  let name: String
  let operations: Int
  fileprivate(set) var samples: [Cost] = []

  /// Median time an operation, in nanoseconds.
  var wall: Double { median(samples.map { Double($0.wall) }) / Double(operations) }

  /// Median CPU an operation, in microseconds.
  var cpu: Double { median(samples.map { Double($0.cpu) }) / Double(operations) }

  var machineCPU: Double? {
    let known = samples.compactMap(\.machineCPU)
    return known.isEmpty ? nil : median(known.map(Double.init)) / Double(operations)
  }

  /// The median of the ratios of each round to the same round of `base`.
  ///
  /// Pairs are compared, not medians: the machine drifts by the minute, neighbours drift together.
  func ratio(to base: Series, _ value: KeyPath<Cost, Int>) -> Double {
    let pairs = zip(samples, base.samples).filter { $0.1[keyPath: value] > 0 }
    let each = pairs.map { Double($0.0[keyPath: value]) / Double($0.1[keyPath: value]) }
    return median(each) * Double(base.operations) / Double(operations)
  }
}

/// Takes samples in turn, A B A B …, after one turn that is not counted.
///
/// A contender whose command fails is left out from then on, with a line that says why.
func interleave(rounds: Int, _ contenders: [Contender], failed: (String) -> Void) throws -> [Series]
{
  var series = contenders.map { Series(name: $0.name, operations: $0.operations) }
  var alive = Array(contenders.indices)
  for round in 0...rounds {
    for index in alive {
      try Interruption.check()
      do {
        let cost = try contenders[index].sample()
        if round > 0 { series[index].samples.append(cost) }
      } catch let failure as CommandFailure {
        failed("\(contenders[index].name): \(failure)")
        alive.removeAll { $0 == index }
      }
    }
  }
  return alive.map { series[$0] }
}

/// The middle of some values; nan of none.
func median(_ values: [Double]) -> Double { percentile(values, 0.5) }

/// The value below which `fraction` of the values lie, between neighbours by proportion.
func percentile(_ values: [Double], _ fraction: Double) -> Double {
  guard !values.isEmpty else { return .nan }
  let sorted = values.sorted()
  let place = fraction * Double(sorted.count - 1)
  let below = Int(place)
  let above = min(below + 1, sorted.count - 1)
  return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
}
