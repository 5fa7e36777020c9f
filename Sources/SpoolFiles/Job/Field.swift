/// A value that is written as a JSON object with a closed list of keys.
protocol FieldRecord: Sendable {
  init()

  /// Every key, in the order of writing.
  static var fields: [Field<Self>] { get }

  /// The members whose keys begin with `x-`; nil if the record does not allow such keys.
  var carried: JSONObject? { get set }
}

extension FieldRecord {
  var carried: JSONObject? {
    get { nil }
    set {}
  }
}

/// One key of a record: its name, and how its value is read, written and inherited.
struct Field<Record>: Sendable {
  /// Lets a function read and change the value in a record: `{ $1(&$0.cwd) }`.
  ///
  /// Not a key path: the first use of each key path costs 20 µs, and a program that queues one run
  /// would pay this for all keys.
  typealias Access<Value> =
    @Sendable (_ record: inout Record, _ body: (inout Value) -> Void) ->
    Void

  let key: String
  let read: @Sendable (JSON, inout Record) throws(FieldError) -> Void
  /// Returns the value as JSON; the record is not changed.
  let write: @Sendable (inout Record) -> JSON?

  /// Takes the value from the defaults, which are not changed, where the record lacks it.
  let inherit: @Sendable (_ record: inout Record, _ defaults: inout Record) -> Void

  /// Creates a key that may be missing.
  ///
  /// - Parameter merge: Combines the two values if the record and its defaults both have one; by
  ///   default the record's own value counts.
  init<Value>(
    _ key: String, _ access: @escaping Access<Value?>, _ codec: Codec<Value>,
    merge: @escaping @Sendable (_ own: Value, _ default: Value) -> Value = { own, _ in own }
  ) {
    self.key = key
    read = { (value, record) throws(FieldError) in
      let new = try codec.read(value)
      access(&record) { $0 = new }
    }
    write = { record in
      var json: JSON?
      access(&record) { json = $0.map(codec.write) }
      return json
    }
    inherit = { record, defaults in
      access(&defaults) { theirs in
        guard let theirs else { return }
        access(&record) { own in own = own.map { merge($0, theirs) } ?? theirs }
      }
    }
  }

  /// Creates a key with a default value.
  init<Value: Equatable & Sendable>(
    _ key: String, _ access: @escaping Access<Value>, _ codec: Codec<Value>,
    default standard: Value
  ) {
    self.key = key
    read = { (value, record) throws(FieldError) in
      let new = try codec.read(value)
      access(&record) { $0 = new }
    }
    write = { record in
      var json: JSON?
      access(&record) { json = $0 == standard ? nil : codec.write($0) }
      return json
    }
    inherit = { record, defaults in
      access(&defaults) { theirs in
        access(&record) { own in if own == standard { own = theirs } }
      }
    }
  }
}

extension FieldRecord {
  /// Reads a record; throws the first fault in the order of the file.
  init(reading object: JSONObject) throws(FieldError) {
    self.init()
    let takesExtensions = carried != nil
    // Assigned at the end: a record would be copied for each member.
    var extensions = JSONObject()
    for (key, value) in object.members {
      if let field = Self.fields.first(where: { $0.key == key }) {
        do {
          try field.read(value, &self)
        } catch {
          throw error.inside(key: key)
        }
      } else if takesExtensions, key.utf8.starts(with: "x-".utf8) {
        extensions[key] = value
      } else {
        throw .unknownKey(key, among: Self.fields.map(\.key))
      }
    }
    if takesExtensions { carried = extensions }
  }

  /// The record as an object: only the keys that are set, in the order of the list.
  var written: JSONObject {
    var object = JSONObject()
    var record = self
    for field in Self.fields {
      if let value = field.write(&record) { object.append(field.key, value) }
    }
    for (key, value) in carried?.members ?? [] { object[key] = value }
    return object
  }
}

extension JSON {
  /// Parses the bytes of a file and returns the object at a path in them.
  static func object(
    parsing bytes: [UInt8], at path: [JSONPathStep] = [], as notation: Notation = .json
  ) throws(JobFileError) -> JSONObject {
    guard bytes.count <= Job.sizeLimit else {
      throw JobFileError("the file has more than \(Job.sizeLimit) bytes, which is the limit")
    }
    var value: JSON
    do {
      value = try notation.value(parsing: bytes)
    } catch {
      throw JobFileError(error)
    }
    for (number, step) in path.enumerated() {
      let inner: JSON? =
        switch step {
        case .key(let key): value[key]
        case .index(let index):
          value.arrayValue.flatMap { $0.indices.contains(index) ? $0[index] : nil }
        }
      guard let inner else {
        let error = FieldError.sentence("the file has no such value")
        throw JobFileError(error, below: Array(path[..<number]), in: bytes, as: notation)
      }
      value = inner
    }
    guard let object = value.objectValue else {
      var error = FieldError.mustBe("an object", not: value)
      for step in path.reversed() {
        error =
          switch step {
          case .key(let key): error.inside(key: key)
          case .index(let index): error.inside(index: index)
          }
      }
      throw JobFileError(error, below: [], in: bytes, as: notation)
    }
    return object
  }
}
