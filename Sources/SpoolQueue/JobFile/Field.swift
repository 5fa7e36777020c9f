/// A value that is written as a JSON object with a closed list of keys.
protocol FieldRecord: Sendable {
  init()

  /// Every key, in the order it is written.
  static var fields: [Field<Self>] { get }

  /// The members whose keys begin with `x-`; nil where there is no place for such.
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
  let key: String
  let read: @Sendable (JSON, inout Record) throws(FieldError) -> Void
  let write: @Sendable (Record) -> JSON?

  /// Takes the value over from a record whose values count less.
  let inherit: @Sendable (_ record: inout Record, _ defaults: Record) -> Void

  /// A key that may be missing.
  ///
  /// - Parameter merge: Makes one of two values where the record and its defaults both have one;
  ///   the record's own counts if nothing else is said.
  init<Value>(
    _ key: String, _ path: any WritableKeyPath<Record, Value?> & Sendable, _ codec: Codec<Value>,
    merge: @escaping @Sendable (_ own: Value, _ default: Value) -> Value = { own, _ in own }
  ) {
    self.key = key
    read = { (value, record) throws(FieldError) in record[keyPath: path] = try codec.read(value) }
    write = { record in record[keyPath: path].map(codec.write) }
    inherit = { record, defaults in
      guard let theirs = defaults[keyPath: path] else { return }
      record[keyPath: path] = record[keyPath: path].map { merge($0, theirs) } ?? theirs
    }
  }

  /// A key with a value that counts when it is missing.
  init<Value: Equatable & Sendable>(
    _ key: String, _ path: any WritableKeyPath<Record, Value> & Sendable, _ codec: Codec<Value>,
    default standard: Value
  ) {
    self.key = key
    read = { (value, record) throws(FieldError) in record[keyPath: path] = try codec.read(value) }
    write = { record in
      record[keyPath: path] == standard ? nil : codec.write(record[keyPath: path])
    }
    inherit = { record, defaults in
      if record[keyPath: path] == standard { record[keyPath: path] = defaults[keyPath: path] }
    }
  }
}

extension FieldRecord {
  /// Reads a record; the first member that is wrong, in the order of the file, is the error.
  init(reading object: JSONObject) throws(FieldError) {
    self.init()
    for (key, value) in object.members {
      if let field = Self.fields.first(where: { $0.key == key }) {
        do {
          try field.read(value, &self)
        } catch {
          throw error.inside(key: key)
        }
      } else if key.utf8.starts(with: "x-".utf8), carried != nil {
        carried?[key] = value
      } else {
        throw .unknownKey(key, among: Self.fields.map(\.key))
      }
    }
  }

  /// The record as an object: only the keys that are set, in the order of the list.
  var written: JSONObject {
    var members: [(String, JSON)] = []
    for field in Self.fields {
      if let value = field.write(self) { members.append((field.key, value)) }
    }
    for (key, value) in carried?.members ?? [] { members.append((key, value)) }
    return JSONObject(members)
  }
}

extension JSON {
  /// Reads a file's bytes, and goes to the object at a path in them.
  static func object(
    parsing bytes: [UInt8], at path: [JSONPathStep]
  ) throws(JobFileError) -> JSONObject {
    guard bytes.count <= Job.sizeLimit else {
      throw JobFileError("the file has \(bytes.count) bytes; at most \(Job.sizeLimit) are allowed")
    }
    var value: JSON
    do {
      value = try JSON(parsing: bytes)
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
        throw JobFileError(error, below: Array(path[..<number]), in: bytes)
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
      throw JobFileError(error, below: [], in: bytes)
    }
    return object
  }
}
