/// The checking, reading and writing of one kind of value.
struct Codec<Value>: Sendable {
  let read: @Sendable (JSON) throws(FieldError) -> Value
  let write: @Sendable (Value) -> JSON
}

extension Codec<String> {
  /// A string with any content.
  static let anyText = Codec(
    read: { value throws(FieldError) in
      guard let text = value.stringValue else { throw .mustBe("a string", not: value) }
      return text
    }, write: JSON.string)

  /// A string that the kernel takes: without NUL, which would end it.
  static let argument = anyText.checked { text throws(FieldError) in
    guard !text.utf8.contains(0) else { throw .value("must not hold a NUL character") }
  }

  /// An argument that is not empty.
  static let text = argument.checked { text throws(FieldError) in
    guard !text.isEmpty else { throw .value("must not be empty") }
  }

  /// Text of at most 64 KiB.
  static let notes = anyText.checked { text throws(FieldError) in
    guard text.utf8.count <= 65_536 else {
      throw .value("must be at most 65536 bytes, not \(text.utf8.count)")
    }
  }

  /// A name in the grammar of runs.
  static func name(limit: Int = RunName.limit) -> Codec {
    text.checked { text throws(FieldError) in
      guard RunName.isValid(text, limit: limit) else {
        throw .mustBe(
          "a name (letters, digits and '_', after the first also '.' and '-'; at most \(limit))",
          notValue: .string(text))
      }
    }
  }

  /// A named job: `[ENTITY/]JOB[:VERSION]`.
  static let jobReference = text.checked { text throws(FieldError) in
    guard JobReference(text) != nil else { throw .value(JobReference.complaint(about: text)) }
  }

  /// The name of a project, as W&B takes it.
  static let project = text.checked { text throws(FieldError) in
    guard isProject(text) else {
      throw .mustBe(
        "the name of a project (at most 128 characters, none of / \\ # ? % :)",
        notValue: .string(text))
    }
  }

  /// Whether W&B takes a text as the name of a project.
  static func isProject(_ text: String) -> Bool {
    !text.isEmpty && text.unicodeScalars.count <= 128
      && !text.utf8.contains { byte in byte < 0x20 || "/\\#?%:".utf8.contains(byte) }
  }

  /// The codec with one more condition, which is checked when a value is read.
  func checked(
    _ check: @escaping @Sendable (String) throws(FieldError) -> Void
  ) -> Codec {
    let read = read
    return Codec(
      read: { value throws(FieldError) in
        let text = try read(value)
        try check(text)
        return text
      }, write: write)
  }
}

extension Codec<Bool> {
  static let bool = Codec(
    read: { value throws(FieldError) in
      guard let bool = value.boolValue else { throw .mustBe("true or false", not: value) }
      return bool
    }, write: JSON.bool)
}

extension Codec<Int> {
  /// A whole number not below a lower bound.
  static func count(_ least: Int = 0) -> Codec {
    whole(least...Int.max, "a whole number of \(least) or more")
  }

  /// A whole number in a range.
  static func whole(_ range: ClosedRange<Int>) -> Codec {
    whole(range, "a whole number from \(range.lowerBound) to \(range.upperBound)")
  }

  private static func whole(_ range: ClosedRange<Int>, _ expected: String) -> Codec {
    Codec(
      read: { value throws(FieldError) in
        guard case .number = value else { throw .mustBe(expected, not: value) }
        guard let number = value.intValue, range.contains(number) else {
          throw .mustBe(expected, notValue: value)
        }
        return number
      }, write: JSON.number)
  }

  /// The only format; a newer format is reported before the keys are read.
  static let format = Codec(
    read: { value throws(FieldError) in
      guard let format = value.intValue, (1...Job.newestFormat).contains(format) else {
        throw .mustBe("1 or \(Job.newestFormat)", notValue: value)
      }
      return format
    }, write: JSON.number)

  /// Permission bits in octal, as text: JSON has no octal numbers, and `022` is not JSON at all.
  static let umask = Codec(
    read: { value throws(FieldError) in
      let expected = "octal text like \"022\""
      guard let text = value.stringValue else { throw .mustBe(expected, not: value) }
      guard (1...4).contains(text.utf8.count), let bits = Int(text, radix: 8),
        (0...0o777).contains(bits), text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") })
      else { throw .mustBe(expected, notValue: value) }
      return bits
    },
    write: { bits in
      let digits = String(bits, radix: 8)
      return .string(String(repeating: "0", count: max(4 - digits.utf8.count, 0)) + digits)
    })
}

extension Codec<Double> {
  /// A span of time of 0 or more.
  static let delay = duration("must be 0 or more") { $0 >= 0 }

  /// A span of time of more than 0.
  static let span = duration("must be more than 0") { $0 > 0 }

  private static func duration(
    _ bound: String, _ isInside: @escaping @Sendable (Double) -> Bool
  ) -> Codec {
    Codec(
      read: { value throws(FieldError) in
        let expected = "a duration like \"90s\", \"15m\" or \"1h30m\", or a number of seconds"
        let seconds: Double
        switch value {
        case .number(let literal):
          guard let number = Double(literal) else { throw .mustBe(expected, not: value) }
          seconds = number
        case .string(let text):
          guard let number = DurationText.seconds(text) else {
            throw .mustBe(expected, notValue: value)
          }
          seconds = number
        default:
          throw .mustBe(expected, not: value)
        }
        guard isInside(seconds) else { throw .value("\(bound), not \(value.shown)") }
        guard seconds <= DurationText.limit else {
          throw .value("must be at most 36500d, not \(value.shown)")
        }
        return seconds
      },
      write: { seconds in
        Int(exactly: seconds).map(JSON.number) ?? .number(seconds)
      })
  }
}

extension Codec<ZonedTime> {
  /// A moment, with its time zone.
  static let time = Codec(
    read: { value throws(FieldError) in
      let expected = "a time like \"2026-11-22T13:15:01Z\""
      guard let text = value.stringValue else { throw .mustBe(expected, not: value) }
      do throws(RFC3339.Problem) {
        return try ZonedTime(parsing: text)
      } catch {
        switch error {
        case .form: throw .mustBe(expected, notValue: value)
        case .noZone: throw .value("needs a time zone at its end, as in \"\(text)Z\"")
        case .noSuchTime: throw .value("is not a time that exists: \(value.shown)")
        }
      }
    }, write: { .string($0.text) })
}

extension Codec {
  static func list<Element>(
    of element: Codec<Element>, named name: String = "an array"
  ) -> Codec<[Element]> where Value == [Element] {
    Codec(
      read: { value throws(FieldError) in
        guard let values = value.arrayValue else { throw .mustBe(name, not: value) }
        var elements: [Element] = []
        elements.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
          do throws(FieldError) {
            elements.append(try element.read(value))
          } catch {
            throw error.inside(index: index)
          }
        }
        return elements
      }, write: { .array($0.map(element.write)) })
  }
}

extension Codec<[String]> {
  /// An argv; its first entry, if there is one, names a program.
  static let launcher = Codec(
    read: { value throws(FieldError) in
      let words = try list(of: .argument, named: "an array of strings").read(value)
      guard words.first != "" else { throw FieldError.value("must not be empty").inside(index: 0) }
      return words
    }, write: JSON.strings)

  /// An argv that can be executed.
  static let command = Codec(
    read: { value throws(FieldError) in
      let words = try launcher.read(value)
      guard !words.isEmpty else { throw .value("must not be empty") }
      return words
    }, write: JSON.strings)

  static let arguments = list(of: .argument, named: "an array of strings")

  /// Words that are not empty.
  static let texts = list(of: .text, named: "an array of strings")
}

extension Codec<JSONObject> {
  /// An object with any content.
  static let object = Codec(
    read: { value throws(FieldError) in
      guard let object = value.objectValue else { throw .mustBe("an object", not: value) }
      return object
    }, write: JSON.object)
}

extension Codec where Value: FieldRecord {
  /// An object with a closed list of keys.
  static var record: Codec {
    Codec(
      read: { value throws(FieldError) in
        try Value(reading: try Codec<JSONObject>.object.read(value))
      }, write: { .object($0.written) })
  }
}
