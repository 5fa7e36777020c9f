import CLibrary

/// The names in a directory, one after the other in one buffer.
///
/// 100,000 names as texts are 100,000 allocations; a list that shows 50 of them needs only 50.
package struct NameTable: Sendable {
  /// Each name ends with NUL, so that C takes it where it is.
  @usableFromInline private(set) var bytes: [UInt8] = []
  /// The offset of each name, and of the next one to be added.
  @usableFromInline private(set) var starts: [Int] = [0]

  package init(_ names: some Sequence<String> = []) {
    for name in names { append(name) }
  }

  /// Lists a directory, opened afresh, and keeps the names for which `isWanted` is true.
  package init(
    listing path: String, where isWanted: (UnsafeBufferPointer<UInt8>) -> Bool
  ) throws(Errno) {
    // A name of a run takes about 40 bytes.
    bytes.reserveCapacity(4096)
    try System.forEachName(in: path) { if isWanted($0) { append($0) } }
  }

  package var count: Int { starts.count - 1 }

  mutating func append(_ name: UnsafeBufferPointer<UInt8>) {
    bytes.append(contentsOf: name)
    bytes.append(0)
    starts.append(bytes.count)
  }

  package mutating func append(_ name: String) {
    bytes += RawText.bytes(name)
    bytes.append(0)
    starts.append(bytes.count)
  }

  /// The wanted names that are in the table.
  package func contained(of wanted: Set<String>) -> Set<String> {
    Set(positions(of: wanted).map { self[$0] })
  }

  /// The positions of the wanted names.
  package func positions(of wanted: Set<String>) -> [Int] {
    if wanted.isEmpty { return [] }
    // As a rule a few among many are wanted: nearly all others are ruled out without making a text.
    let hashes = Set(wanted.map { Self.hash($0) })
    return withNames { names in
      names.indices.filter { position in
        hashes.contains(Self.hash(names[position]))
          && wanted.contains(RawText.text(names[position]))
      }
    }
  }

  /// The names that another table does not have.
  package func subtracting(_ other: NameTable) -> [String] {
    if self == other { return [] }
    return other.withNames { others in
      // The hash has 64 bits: two names with the same hash do not happen.
      let known = Set(others.indices.lazy.map { Self.hash(others[$0]) })
      return withNames { names in
        names.indices.filter { !known.contains(Self.hash(names[$0])) }
          .map { RawText.text(names[$0]) }
      }
    }
  }

  /// FNV-1a.
  @inline(__always)
  private static func hash(_ name: some Sequence<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for unit in name { hash = (hash ^ UInt64(unit)) &* 0x0100_0000_01B3 }
    return hash
  }

  private static func hash(_ name: String) -> UInt64 {
    // Only bytes that are not UTF-8 have other units in a text, and those begin with F4.
    if !name.utf8.contains(0xF4) { return hash(name.utf8) }
    return hash(RawText.bytes(name))
  }

  /// The name as text; see ``RawText``.
  package subscript(position: Int) -> String {
    withNames { RawText.text($0[position]) }
  }

  /// Every name as text.
  package var texts: [String] {
    withNames { names in names.indices.map { RawText.text(names[$0]) } }
  }

  /// The names where they are in memory.
  package struct Names: @unchecked Sendable {
    // Read only, and valid during the call that lends it: threads may share it.
    @usableFromInline let bytes: UnsafeBufferPointer<UInt8>
    @usableFromInline let starts: UnsafeBufferPointer<Int>

    @inlinable init(bytes: UnsafeBufferPointer<UInt8>, starts: UnsafeBufferPointer<Int>) {
      self.bytes = bytes
      self.starts = starts
    }

    @inlinable package var indices: Range<Int> { 0..<(starts.count - 1) }

    /// The bytes of a name; a NUL follows them.
    @inlinable @inline(__always)
    package subscript(position: Int) -> UnsafeBufferPointer<UInt8> {
      UnsafeBufferPointer(rebasing: bytes[starts[position]..<(starts[position + 1] - 1)])
    }
  }

  /// Lends the names to `body`.
  @inlinable @inline(__always)
  package func withNames<Result>(_ body: (Names) throws -> Result) rethrows -> Result {
    try bytes.withUnsafeBufferPointer { bytes in
      try starts.withUnsafeBufferPointer { starts in
        try body(Names(bytes: bytes, starts: starts))
      }
    }
  }
}

extension NameTable: Equatable {
  /// Whether both have the same names in the same order.
  package static func == (left: NameTable, right: NameTable) -> Bool { left.bytes == right.bytes }
}

extension NameTable {
  /// The modification time of each file, in nanoseconds since 1970 by the file server's clock; nil for a file
  /// that is gone. `fstatat`, on every core.
  ///
  /// - Parameter positions: Those that are asked for; nil for all.
  package func modificationTimes(
    of positions: [Int]? = nil, in directory: Int32
  ) -> [Int64?] {
    withNames { names in
      Parallel.map(positions?.count ?? count) { index in
        Self.modificationTime(of: names[positions?[index] ?? index], in: directory)
      }
    }
  }

  private static func modificationTime(
    of name: UnsafeBufferPointer<UInt8>, in directory: Int32
  ) -> Int64? {
    guard let path = name.cString else { return nil }
    var buffer = stat()
    do throws(Errno) {
      _ = try call(.look) { fstatat(directory, path, &buffer, AT_SYMLINK_NOFOLLOW) }
    } catch {
      // A file that refuses counts as old: the reader that follows reports the error.
      return error == .notFound ? nil : .min
    }
    #if canImport(Darwin)
      let time = buffer.st_mtimespec
    #else
      let time = buffer.st_mtim
    #endif
    return Timestamp(time.tv_sec, time.tv_nsec).nanoseconds
  }
}

/// Reads small files of one directory, one after the other into the same memory.
package struct RecordReader: ~Copyable {
  private let directory: Int32
  private var buffer: UnsafeMutableRawBufferPointer

  /// - Parameter directory: A descriptor, which must outlive the reader.
  package init(in directory: Int32) {
    self.directory = directory
    buffer = .allocate(byteCount: 1 << 16, alignment: 8)
  }

  deinit { buffer.deallocate() }

  /// The bytes of a file, valid until the next call. `openat`, `read`.
  package mutating func contents(
    of name: UnsafeBufferPointer<UInt8>
  ) throws(Errno) -> UnsafeRawBufferPointer {
    let file = try open(name)
    var count = 0
    var isLarge = false
    while true {
      let room = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
      let taken = try call(.read) { read(file.number, room.baseAddress, room.count) }
      count += taken
      // A read of a regular file is short only at its end.
      if taken < room.count { return UnsafeRawBufferPointer(rebasing: buffer[..<count]) }
      // Asked once, and only for a file that is not small. A file with holes may have any size.
      if !isLarge, try file.information().size > ReadLimit.record { throw .tooLarge }
      isLarge = true
      if buffer.count > ReadLimit.record { throw .tooLarge }
      grow()
    }
  }

  private func open(_ name: UnsafeBufferPointer<UInt8>) throws(Errno) -> Descriptor {
    guard let path = name.cString else { throw .notFound }
    return Descriptor(
      try call(.open) { openat(directory, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW) })
  }

  private mutating func grow() {
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: buffer.count * 4, alignment: 8)
    larger.copyMemory(from: UnsafeRawBufferPointer(buffer))
    buffer.deallocate()
    buffer = larger
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// The C string of a name in a ``NameTable``, which ends with NUL.
  var cString: UnsafePointer<CChar>? {
    baseAddress.map { UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self) }
  }
}

extension UnsafeRawBufferPointer {
  /// Whether one of the bytes is `byte`. `memchr`.
  package func has(_ byte: UInt8) -> Bool {
    guard let baseAddress else { return false }
    return memchr(baseAddress, Int32(byte), count) != nil
  }
}
