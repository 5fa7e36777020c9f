import SpoolQueue

struct LogFollower {
  init(_ q: Queue, _ r: String) {}
  func follow() throws {}
}
