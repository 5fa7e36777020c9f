import CLibrary

/// The memory of this process.
package enum OwnMemory {
  /// Gives back what is not needed while this process waits: the stack that is not in use, and the pages of its
  /// programs, which come from their files again when they are executed. `madvise`.
  ///
  /// The next thing that is done costs some 0.1 ms more.
  ///
  /// - Returns: How many areas the kernel has taken back.
  @discardableResult
  package static func giveBack() -> Int {
    #if os(Linux)
      guard let maps = try? System.openFollowing("/proc/self/maps").readAll() else { return 0 }
      var here: UInt8 = 0
      let stack = withUnsafeMutablePointer(to: &here) { UInt(bitPattern: $0) }
      return areas(in: maps, stackAt: stack).count { area in
        let start = UnsafeMutableRawPointer(bitPattern: area.lowerBound)
        return madvise(start, area.count, Int32(MADV_DONTNEED)) == 0
      }
    #else
      return 0
    #endif
  }

  /// The areas that can be given back: what is mapped from a file to be executed, which no process is expected to
  /// have written, and the part of this thread's stack that lies well below its end.
  ///
  /// - Parameters:
  ///   - maps: The bytes of `/proc/self/maps`.
  ///   - stack: An address near the end of the stack.
  static func areas(in maps: [UInt8], stackAt stack: UInt) -> [Range<UInt>] {
    maps.split(separator: UInt8(ascii: "\n")).compactMap { line in
      // 00400000-00ec6000 r-xp 00000000 fe:00 1234   /usr/bin/spool
      // The path may contain blanks, and ends in "(deleted)" after an upgrade.
      let fields = String(raw: line).parts(at: " ")
      guard fields.count >= 6 else { return nil }
      let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
      guard ends.count == 2, ends[0] < ends[1] else { return nil }
      if fields[1] == "r-xp", fields[5].utf8.first == UInt8(ascii: "/") {
        return ends[0]..<ends[1]
      }
      guard fields[5] == "[stack]", (ends[0]..<ends[1]).contains(stack) else { return nil }
      // In whole pages, of whatever machine.
      let end = (stack &- keptStack) / pageSize * pageSize
      return ends[0] < end && end < stack ? ends[0]..<end : nil
    }
  }

  /// Bytes of the stack that stay below that address: the functions that are at work have their values there.
  private static let keptStack: UInt = 8192

  private static let pageSize = UInt(getpagesize())
}
