import SpoolTesting
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

@Suite struct SeenRecordsTests {
  @Test("Names of done/ are taken from an earlier listing once no change can have been missed")
  func seen() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      var listing = try RunListing(queue)
      #expect(!listing.hasSameRecords)
      for number in 1...2 {
        let attempt = try queue.startRun(by: agent)
        try attempt.finish(.finished(), sync: false)
        listing = try RunListing(queue, after: listing.seen)
        #expect(!listing.hasSameRecords)
        #expect(listing.records.count == number)
        eventually("the records are certain") {
          guard let next = try? RunListing(queue, after: listing.seen) else { return false }
          listing = next
          return next.hasSameRecords && next.records.count == number
        }
        #expect(listing.newestRecords(limit: 9).count == number)
      }
      // Of another queue nothing is taken that it does not have.
      #expect(try RunListing(queue).records.count == 2)
    }
  }
}
