import SpoolTesting
import Testing

@testable import SpoolFiles

@Suite("What W&B's client wrote is read")
struct WandbLogTests {
  /// Reads a file in pieces of a size.
  private func read(
    _ bytes: [UInt8], by size: Int = 1000
  ) -> (values: LoggedValues, history: MetricHistory, records: Int) {
    var values = LoggedValues()
    var history = MetricHistory(keeping: 100)
    var records = 0
    var log = WandbLog(fromStart: true)
    for begin in stride(from: 0, to: bytes.count, by: size) {
      log.feed(Array(bytes[begin..<min(begin + size, bytes.count)])) { record in
        guard let record = WandbRecord(record) else { return }
        records += 1
        values.add(record)
        history.add(record)
      }
    }
    return (values, history, records)
  }

  private func sample(steps: Int) -> WandbFile {
    var file = WandbFile()
    file.begin("train-9x7c", config: [("epochs", "5"), ("model", #"{"layers": [1, 2]}"#)])
    file.configure([("late/name", #""x""#)])
    for step in 0..<steps {
      file.log([("loss", "\(1 / Double(step + 1))"), ("val/acc", "0.\(step)")], step: step)
    }
    file.summarize([("loss", "0.125"), ("best", "NaN"), ("gone", "1")])
    file.summarize([], removing: ["gone"])
    file.exit(-1)
    return file
  }

  @Test("configuration, history, summary and exit code, in pieces of any size")
  func whole() throws {
    let bytes = sample(steps: 4).bytes
    for size in [1, 6, 7, 8, 1000, bytes.count] {
      let (values, history, records) = read(bytes, by: size)
      #expect(records == 9)
      #expect(values.config.text == #"{"epochs":5,"model":{"layers":[1,2]},"late":{"name":"x"}}"#)
      #expect(values.summary.text == #"{"loss":0.125,"val":{"acc":0.3},"best":"NaN"}"#)
      #expect(values.exitCode == -1)
      #expect(history.series.map(\.name) == ["loss", "val.acc"])
      #expect(history.series[0].points.map(\.value) == [1, 0.5, 1.0 / 3, 0.25])
      #expect(history.series[0].points.map(\.step) == [0, 1, 2, 3])
      #expect(history.series[1].least.step == 0 && history.series[1].greatest.step == 3)
    }
  }

  @Test("a record over several blocks, and one that begins where a block has room for nothing else")
  func blocks() {
    for length in [32_740, 32_745, 32_746, 32_747, 32_748, 32_749, 32_750, 65_500, 100_000] {
      var file = WandbFile()
      // A record that is not known: 3 bytes of a field of its own.
      let count = length - 8
      file.add(
        [0x32, UInt8(count & 0x7F) | 0x80, UInt8(count >> 7 & 0x7F) | 0x80, UInt8(count >> 14)]
          + [UInt8](repeating: 0, count: count))
      file.log([("loss", "3")], step: 7)
      let (values, history, records) = read(file.bytes, by: 999)
      #expect(records == 1, "\(length)")
      #expect(values.summary.text == #"{"loss":3}"#)
      #expect(history.series.first?.last.step == 7)
    }
  }

  @Test("what is cut off anywhere gives what came before")
  func cut() {
    let bytes = sample(steps: 900).bytes
    #expect(bytes.count > 2 * WandbLog.blockSize)
    let all = read(bytes).history.series[0]
    #expect(all.count == 900 && all.points.count <= 100)
    for length in stride(from: 0, to: bytes.count, by: 977) {
      let cut = read(Array(bytes[..<length])).history.series.first
      #expect(cut?.count ?? 0 <= 900)
      if let cut { #expect(cut.last.value == 1 / (cut.last.step + 1)) }
    }
  }

  @Test("damage costs the rest of its block, and a reader may begin at any block")
  func damage() {
    let bytes = sample(steps: 2000).bytes
    var damaged = bytes
    damaged[40_000] ^= 1
    let found = read(damaged).history.series[0]
    #expect(found.count > 1000 && found.count < 2000)
    #expect(found.last.step == 1999)
    var log = WandbLog(fromStart: false)
    var history = MetricHistory(of: ["loss"], keeping: 10)
    log.feed(Array(bytes[(2 * WandbLog.blockSize)...])) { record in
      if let record = WandbRecord(record) { history.add(record) }
    }
    #expect(history.series.map(\.name) == ["loss"])
    #expect(history.series[0].last.step == 1999 && history.series[0].count < 1400)
    var other = WandbLog(fromStart: true)
    other.feed(Array("SQLite format 3, and more".utf8)) { _ in Issue.record("a record") }
    #expect(other.isForeign)
  }

  @Test("20,000 damaged files are no harm, and give no more than may be")
  func mutations() {
    var generator = SeededGenerator(state: 14)
    let samples = [sample(steps: 3).bytes, sample(steps: 40).bytes]
    // The checksum lets hardly any damage through: records are damaged before they are framed, too.
    for round in 0..<20_000 {
      var bytes = samples[round % 2]
      for _ in 0...Int.random(in: 0..<8, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2: bytes.removeSubrange(place..<min(place + 5, bytes.count))
        case 3: bytes.insert(contentsOf: bytes[place...].prefix(9), at: place)
        default: bytes[place] = [0, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
        }
        if bytes.isEmpty { bytes = [0] }
      }
      if round % 4 > 1 {
        var file = WandbFile()
        file.add(Array(bytes.dropFirst(14)))
        file.add(
          [18, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01] + bytes.prefix(20))
        bytes = file.bytes
      }
      let size = Int.random(in: 1...bytes.count, using: &generator)
      let (values, history, _) = read(bytes, by: size)
      #expect(values.summary.textCount <= 70_000 && values.config.textCount <= 70_000)
      #expect(history.series.count <= 500)
    }
  }

  @Test("many keys, deep ones, long ones and long values are left out")
  func limits() throws {
    var file = WandbFile()
    file.log((0..<6000).map { ("k\($0)", "\($0)") }, step: 0)
    file.log([(Array(repeating: "d", count: 40).joined(separator: "/"), "1")], step: 1)
    file.log([("long", "[" + String(repeating: "1,", count: 9000) + "1]")], step: 2)
    file.log(
      [("nested", String(repeating: "[", count: 60) + String(repeating: "]", count: 60))], step: 3)
    file.log(
      [(String(repeating: "x", count: 2000), "1"), ("fine", "1e400"), ("t", "true")], step: 4)
    let (values, history, _) = read(file.bytes)
    #expect(history.series.count == 500)
    #expect(values.summary.count == 4096)
    #expect(values.summary["d"] == nil && values.summary["long"] == nil)
    #expect(try JSON(parsing: values.summary.bytes(), dialect: .strict) == .object(values.summary))
  }
}

@Suite("metrics.jsonl")
struct MetricLinesTests {
  @Test("objects on lines, with a step or without; all else is left out")
  func lines() {
    let text = """
      {"loss": 3, "step": 10}
      {"loss": 2.5, "acc": NaN, "text": "NaN \\" Infinity", "deep": {"a": 1}}

      nothing
      [1]
      {"loss": 1,
      {"loss": -Infinity, "step": "x"}
      {"loss": 2, "step": 12.5}
      {"loss": 7, "step":
      """
    for size in [1, 5, 1000] {
      var lines = MetricLines(fromStart: true)
      var values = LoggedValues()
      var history = MetricHistory(keeping: 10)
      let bytes = Array(text.utf8)
      for begin in stride(from: 0, to: bytes.count, by: size) {
        lines.feed(Array(bytes[begin..<min(begin + size, bytes.count)])) { line in
          values.add(line)
          history.add(line)
        }
      }
      #expect(
        values.summary.text
          == #"{"loss":2,"acc":"NaN","text":"NaN \" Infinity","deep":{"a":1}}"#)
      #expect(values.recorded == nil)
      #expect(history.series.map(\.name) == ["loss", "deep.a"])
      #expect(history.series[0].points.map(\.step) == [10, 1, 12.5])
      #expect(history.series[0].points.map(\.value) == [3, 2.5, 2])
    }
  }

  @Test("a line that is too long is left out, and one in whose middle the reading begins")
  func long() {
    var lines = MetricLines(fromStart: false)
    var found: [String] = []
    let long = #"{"a": ""# + String(repeating: "x", count: 70_000) + "\"}\n"
    lines.feed(
      Array((#"0, "b": 1}"# + "\n" + #"{"c": 1}"# + "\n" + long + #"{"d": 1}"# + "\n").utf8)
    ) {
      found += $0.values.keys
    }
    #expect(found == ["c", "d"])
  }

  @Test("of many points some are kept, at even distances, with the extremes")
  func thinning() throws {
    var history = MetricHistory(keeping: 10)
    for step in 0..<1000 {
      let line = try #require(MetricLine(Array(#"{"a": \#(step % 997)}"#.utf8)[...]))
      history.add(line)
    }
    let series = history.series[0]
    #expect(series.count == 1000 && series.points.count <= 10 && series.points.count >= 5)
    #expect(Set(zip(series.points, series.points.dropFirst()).map { $1.step - $0.step }).count == 1)
    #expect(series.greatest.value == 996 && series.least.step == 0 && series.last.value == 2)
  }
}
