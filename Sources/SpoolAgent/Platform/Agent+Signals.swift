import CLibrary
import SpoolProtocol

extension AgentOptions {
  /// This program: on Linux by the kernel's own link, which stays right when the file is replaced by
  /// a newer version.
  package static var thisProgram: String {
    #if os(Linux)
      return "/proc/self/exe"
    #else
      var size = UInt32(4096)
      var buffer = [CChar](repeating: 0, count: Int(size))
      guard _NSGetExecutablePath(&buffer, &size) == 0 else { return "spool" }
      return String(
        decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    #endif
  }
}
