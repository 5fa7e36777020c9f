// Reads documents from standard input, and prints each as JSON on a line of its own, or `!` and why it cannot be
// read. Before each document stands a line with the number of its bytes.

import SpoolFiles
import SpoolSystem

let input = try Descriptor(0).readAll(limit: 1 << 30)
var output: [UInt8] = []
var offset = 0
while let newline = input[offset...].firstIndex(of: UInt8(ascii: "\n")) {
  guard let count = Int(String(decoding: input[offset..<newline], as: UTF8.self)) else { break }
  offset = min(newline + 1 + count, input.count)
  do throws(JSONSyntaxError) {
    output += try JSON(parsingYAML: Array(input[(newline + 1)..<offset])).bytes()
  } catch {
    output += Array("!\(error)".utf8)
  }
  output.append(UInt8(ascii: "\n"))
  if output.count > 1 << 20 {
    try Descriptor(1).write(output)
    output = []
  }
}
try Descriptor(1).write(output)
