import SpoolQueue
import Testing

@testable import SpoolSystem

@Suite("Memory that a process gives back") struct OwnMemoryTests {
  @Test("It is what comes from files again, and the stack that is not in use") func areas() {
    let maps = """
      00400000-00ec6000 r-xp 00000000 fe:00 77   /usr/bin/spool
      00ec7000-00f0b000 r--p 00ac6000 fe:00 77   /usr/bin/spool
      00f0b000-01083000 rw-p 00b0a000 fe:00 77   /usr/bin/spool
      01083000-010d4000 rw-p 00000000 00:00 0
      2cfb9000-2cffb000 rw-p 00000000 00:00 0    [heap]
      7f0000000000-7f0000002000 r-xp 00000000 00:00 0    [vdso]
      7ffd00000000-7ffd00080000 rw-p 00000000 00:00 0    [stack]
      nonsense
      """
    let stack: UInt = 0x7ffd_0004_1234
    let found = OwnMemory.areas(in: Array(maps.utf8), stackAt: stack)
    #expect(found.count == 2 && found[0] == 0x40_0000..<0xec_6000)
    #expect(found[1].lowerBound == 0x7ffd_0000_0000 && found[1].upperBound < stack)
    #expect(found[1].upperBound > 0x7ffd_0002_0000)
    // A thread whose stack is elsewhere.
    #expect(OwnMemory.areas(in: Array(maps.utf8), stackAt: 0x1000).count == 1)
    #expect(OwnMemory.areas(in: [], stackAt: stack).isEmpty)
  }

  @Test("The process goes on as before") func goesOn() throws {
    let text = #"{"a": [1, 2, {"b": "c"}]}"#
    let before = try JSON(parsing: Array(text.utf8), dialect: .strict)
    for _ in 1...3 {
      let count = OwnMemory.giveBack()
      #if os(Linux)
        #expect(count > 0)
      #else
        #expect(count == 0)
      #endif
      #expect(try JSON(parsing: Array(text.utf8), dialect: .strict) == before)
    }
  }
}
