import SpoolQueue
import SpoolTesting
import Testing

@testable import SpoolAgent

@Suite("The locks of whole gpus and of shares") struct GPULocksTests {
  private static func user(_ run: String) -> GPUUser {
    GPUUser(owner: "ann", queue: "lab/night", run: run)
  }

  @Test("Shares beside one another, up to the whole; no whole gpu beside a share") func shares()
    throws
  {
    try withTemporaryDirectory { locks in
      func take(_ names: [String], _ eighths: Int, _ run: String) throws -> GPULocks {
        try GPULocks(names, eighths: eighths, for: Self.user(run), in: locks)
      }
      #expect(GPULock.freeEighths(of: ["GPU-a", "0"], in: locks) == 8)
      var half = try take(["GPU-a", "0"], 4, "half")
      #expect(GPULock.freeEighths(of: ["GPU-a", "0"], in: locks) == 4)
      // An agent that knows numbers alone.
      #expect(GPULock.freeEighths(of: ["0"], in: locks) == 4)
      #expect(throws: SpoolError.self) { _ = try take(["0"], 8, "whole") }
      #expect(throws: SpoolError.self) { _ = try take(["GPU-a"], 8, "whole") }
      // One of 0.1.0 takes this lock, and looks at it so.
      if let old = try GPULock("0", in: locks) {
        Issue.record("a whole gpu beside a share")
        _ = consume old
      }
      var rest = try take(["0"], 3, "rest")
      #expect(GPULock.freeEighths(of: ["GPU-a", "0"], in: locks) == 1)
      let error = #expect(throws: SpoolError.self) { _ = try take(["GPU-a", "0"], 2, "more") }
      #expect(
        error?.message
          == "gpu GPU-a is in use by half of lab/night, by ann (0.5); rest of lab/night, by ann (0.375)"
      )
      #expect(
        GPULock.users(of: ["GPU-a", "0"], butOf: ["lab/night"], in: locks) == "")
      // Those that failed have given back what they had.
      var last = try take(["GPU-a", "0"], 1, "last")
      #expect(GPULock.freeEighths(of: ["0"], in: locks) == 0)
      half.release()
      #expect(GPULock.freeEighths(of: ["0"], in: locks) == 4)
      rest.release()
      last.release()
      #expect(GPULock.freeEighths(of: ["GPU-a", "0"], in: locks) == 8)
    }
  }

  @Test("A whole gpu leaves no share") func whole() throws {
    try withTemporaryDirectory { locks in
      var whole = try GPULocks(["GPU-a", "0"], for: Self.user("whole"), in: locks)
      #expect(GPULock.freeEighths(of: ["0"], in: locks) == 0)
      #expect(throws: SpoolError.self) {
        _ = try GPULocks(["0"], eighths: 1, for: Self.user("share"), in: locks)
      }
      #expect(GPULock.users(of: ["0", "GPU-a"], in: locks) == "whole of lab/night, by ann")
      whole.release()
      var share = try GPULocks(["0"], eighths: 7, for: Self.user("share"), in: locks)
      share.release()
      #expect(GPULock.freeEighths(of: ["0"], in: locks) == 8)
    }
  }
}
