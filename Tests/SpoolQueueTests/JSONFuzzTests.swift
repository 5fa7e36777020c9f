import SpoolQueue
import SpoolTesting
import Testing

/// Damages bytes in one to four places: other bytes, missing, doubled or moved ones.
func mutate(_ bytes: [UInt8], with generator: inout SeededGenerator) -> [UInt8] {
  let likely = Array("{}[]\",:\\/*u0-.eE \n\u{FEFF}é😀tn".utf8) + [0x00, 0x1F, 0x80, 0xFF, 0xF4]
  var bytes = bytes
  for _ in 0..<Int.random(in: 1...4, using: &generator) {
    let place = Int.random(in: 0...bytes.count, using: &generator)
    let length = min(Int.random(in: 0...8, using: &generator), bytes.count - place)
    switch Int.random(in: 0..<5, using: &generator) {
    case 0 where place < bytes.count:
      bytes[place] = UInt8.random(in: 0...255, using: &generator)
    case 1: bytes.insert(likely.randomElement(using: &generator) ?? 0, at: place)
    case 2: bytes.removeSubrange(place..<(place + length))
    case 3: bytes.insert(contentsOf: bytes[place..<(place + length)], at: place)
    default: bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))
    }
  }
  return bytes
}

@Suite struct JSONFuzzTests {
  static let seeds = [
    #"{"a":[1.5e-3,true,null,"x\n\ud83d\ude00é😀"],"b":{"c":false},"state":"running"}"#,
    "// é\n{ /* * */ \"state\": [[[{}]], -0, ], \"\\\\\": \"\\u0041\", }",
    #"[[[[[[[[[["deep",{"a":{"b":{"c":[]}}}]]]]]]]]]]"#,
  ]

  @Test(arguments: 0..<4) func damagedTextIsReadOrRefused(_ seed: Int) {
    var generator = SeededGenerator(state: UInt64(seed))
    let scanner = JSONScanner(keys: ["state", "b"])
    var ranges: [Range<Int>?] = []
    for round in 0..<5_000 {
      let bytes = mutate(Array(Self.seeds[round % Self.seeds.count].utf8), with: &generator)
      for dialect in [JSON.Dialect.relaxed, .strict] {
        do throws(JSONSyntaxError) {
          let value = try JSON(parsing: bytes, dialect: dialect)
          let again = try JSON(parsing: value.bytes(pretty: round % 2 == 0), dialect: .strict)
          #expect(again == value)
        } catch {
          #expect(error.line >= 1 && error.column >= 1)
        }
      }
      _ = JSON.position(of: [.key("b"), .key("c")], in: bytes)
      bytes.withUnsafeBytes { raw in
        _ = scanner.scan(raw, into: &ranges)
        for case let range? in ranges {
          _ = JSONScanner.string(raw, range)
          _ = JSONScanner.double(raw, range)
          _ = JSONScanner.bool(raw, range)
        }
      }
    }
  }

  @Test func theScannerFindsWhatTheParserFinds() throws {
    var generator = SeededGenerator(state: 99)
    let scanner = JSONScanner(keys: ["state", "b"])
    var found = 0
    for round in 0..<5_000 {
      let text = mutate(Array(Self.seeds[round % 2].utf8), with: &generator)
      guard let object = try? JSON(parsing: text).objectValue,
        object.keys.allSatisfy({ !JSON.string($0).text.contains("\\") })
      else { continue }
      found += 1
      object.bytes().withUnsafeBytes { bytes in
        var ranges: [Range<Int>?] = []
        #expect(scanner.scan(bytes, into: &ranges))
        for (key, range) in zip(["state", "b"], ranges) {
          #expect(range.flatMap { JSONScanner.json(bytes, $0) } == object[key])
        }
      }
    }
    #expect(found > 50)
  }
}
