package import Dispatch
import SpoolQueue

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#else
  #error("Unsupported platform")
#endif

extension Agent {
  /// Leaves when this process is told to: TERM, INT or HUP. Keep what it returns.
  ///
  /// INT and HUP stay ignored where they were: under `nohup` it outlives its terminal, and ^C does not
  /// end what a script has put into the background.
  package func stopOnSignals() -> [any DispatchSourceSignal] {
    // A runner that died leaves a socket nobody reads.
    signal(SIGPIPE, SIG_IGN)
    let heard = [SIGTERM, SIGINT, SIGHUP].filter { $0 == SIGTERM || !System.ignores($0) }
    return heard.map { number in
      // Dispatch sees a signal only where the default action does not end the process first.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [weak self] in self?.stop() }
      source.resume()
      return source
    }
  }
}

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
