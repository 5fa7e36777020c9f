import SpoolQueue
import Testing

@Suite("Whole gpus and shares of one") struct GPUAmountTests {
  @Test(
    "A number in a job file, as it is written again",
    arguments: [
      ("0", "0"), ("2", "2"), ("1.0", "1"), ("0.5", "0.5"), ("0.125", "0.125"), ("0.875", "0.875"),
      ("5e-1", "0.5"), ("0.2500", "0.25"), ("2e0", "2"),
    ])
  func read(text: String, written: String) throws {
    let job = try Job(parsing: Array(#"{"command": ["true"], "gpus": \#(text)}"#.utf8))
    #expect(job.json["gpus"] == .number(written))
    // An older spool leaves a file with a share in the queue.
    #expect(job.json["format"] == (job.gpus?.isShare == true ? .number(2) : nil))
    #expect(try Job(parsing: job.json.bytes()) == job)
  }

  @Test(
    "Anything else is refused",
    arguments: [
      "-1", "-0.5", "0.3", "1.5", "2.125", "0.0625", "0.9375", "1e30", "1e999", "-1e999", "1e-300",
      "\"0.5\"", "[0.5]",
    ])
  func refused(text: String) {
    let error = #expect(throws: JobFileError.self) {
      try Job(parsing: Array(#"{"command": ["true"], "gpus": \#(text)}"#.utf8))
    }
    #expect(error?.description.contains(#""gpus" must be a whole number of 0 or more, or"#) == true)
  }

  @Test("The values beside one that is not allowed are named") func beside() {
    func named(_ number: Double) -> Substring {
      GPUAmount.expected(beside: number).split(separator: "(").last?.dropLast() ?? ""
    }
    #expect(named(0.3) == "0.25 or 0.375")
    #expect(named(0.05) == "0.125")
    #expect(named(0.95) == "0.875 or 1")
    #expect(named(2.5) == "2 or 3")
    for number in [-1, Double.infinity, -Double.infinity, .nan, 1e300] {
      #expect(GPUAmount.expected(beside: number).hasSuffix("in eighths: 0.125, 0.25 … 0.875"))
    }
  }

  @Test("Literals") func literals() {
    var job = Job()
    job.gpus = 2
    #expect(job.gpus?.text == "2")
    job.gpus = 0.5
    #expect(job.gpus?.text == "0.5")
  }

  @Test("A share comes from the gpu with the least room for it, and a whole gpu stays whole")
  func room() {
    let room = GPURoom(eighths: [8, 3, 5, 8, 0, 1])
    #expect(room.whole == 2 && room.parts == [1, 3, 5] && room.eighths == 25)
    #expect(room.taking(0.25) == GPURoom(eighths: [8, 8, 1, 1, 5]))
    #expect(room.taking(0.625) == GPURoom(eighths: [8, 8, 1, 3]))
    #expect(room.taking(0.75) == GPURoom(eighths: [8, 2, 1, 3, 5]))
    #expect(room.taking(2) == GPURoom(eighths: [1, 3, 5]))
    #expect(room.fits(2) && !room.fits(3) && room.fits(0.875))
    #expect(!GPURoom(eighths: [3]).fits(0.5) && !GPURoom(eighths: [3]).fits(1))
    #expect(
      GPURoom(whole: 0).fits(0) && GPURoom(whole: -3).fits(0) && !GPURoom(whole: -3).fits(0.5))
    // What does not fit may start only once shared gpus have come free.
    #expect(room.keeping(3) == GPURoom(whole: 0))
    #expect(GPURoom(eighths: [3]).keeping(0.5) == GPURoom(whole: 0))
    #expect(room.keeping(0) == room)
  }
}
