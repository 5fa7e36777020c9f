import SpoolQueue

extension Queue {
  func run(named: String) throws -> Run { fatalError() }
  func wait(for: String) throws -> Run? { fatalError() }
  func sweepReservations() throws -> [String] { [] }
  func check() throws -> [Finding] { [] }
}
struct Finding {
  enum Kind: String { case fault }; var kind = Kind.fault;
  var path = "", message = "", json = JSONObject()
}
struct LogFollower { init(_ q: Queue, _ r: String) {}; func follow() throws {} }
