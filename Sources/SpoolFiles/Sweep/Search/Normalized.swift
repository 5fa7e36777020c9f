/// Values shifted and scaled as W&B does: by their mean, and by their standard deviation and 10⁻⁶.
struct Normalized {
  let values: [Double]
  let mean: Double
  let deviation: Double

  init(_ values: [Double]) {
    let count = Double(values.count)
    // Added up as shares: the sum of large numbers is larger than a double.
    let mean = values.reduce(0) { $0 + $1 / count }
    let farthest = values.reduce(0) { max($0, abs($1 / 2 - mean / 2)) }
    var deviation = 1.0
    if values.count > 1 {
      deviation = 1e-6
      if farthest > 0 {
        let squares = values.reduce(0) { sum, value in
          let share = (value / 2 - mean / 2) / farthest
          return sum + share * share / count
        }
        // Far below 10⁻⁶ all values would seem equal: they are scaled by their own deviation.
        let own = 2 * (squares.squareRoot() * farthest)
        deviation = own < 1e-3 ? own : min(own + 1e-6, .greatestFiniteMagnitude)
      }
    }
    self.mean = mean
    self.deviation = deviation > 0 ? deviation : 1
    let unit = self.deviation
    self.values = values.map { ($0 / 2 - mean / 2) / unit * 2 }
  }
}
