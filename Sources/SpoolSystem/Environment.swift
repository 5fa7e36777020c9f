import CLibrary

extension System {
  /// The value of an environment variable. Returns nil if it is not set. `getenv`.
  package static func variable(_ name: String) -> String? {
    var value: UnsafeMutablePointer<CChar>?
    // Not handed out by the closure: the type of an optional pointer would be built at run time.
    name.withRawCString { value = getenv($0) }
    guard let value else { return nil }
    return String(rawCString: value)
  }

  /// The path of this program; on Linux the kernel's own link, which stays right if a newer version replaces
  /// the file.
  package static var thisProgram: String {
    #if os(Linux)
      return "/proc/self/exe"
    #else
      var size = UInt32(4096)
      var buffer = [CChar](repeating: 0, count: Int(size))
      guard _NSGetExecutablePath(&buffer, &size) == 0 else { return "spool" }
      return String(rawCString: buffer)
    #endif
  }

  /// The names of all environment variables of this process, in their order. `environ`.
  package static var variableNames: [String] {
    var names: [String] = []
    var place = 0
    while let variable = environ[place] {
      place += 1
      let text = String(rawCString: variable)
      if let sign = text.utf8.firstIndex(of: UInt8(ascii: "=")), sign > text.startIndex {
        names.append(String(text[..<sign]))
      }
    }
    return names
  }

  /// The number of this process's session: that of the shell of a terminal. `getsid`.
  package static var session: Int32 { getsid(0) }

  /// The most bytes that exec takes in one word, and in all words and variables together. `getrlimit`,
  /// `sysconf`.
  ///
  /// Linux takes 32 pages per word, and a quarter of the stack's limit in all, from 128 KiB to 6 MiB. macOS takes
  /// `ARG_MAX`.
  package static var execLimits: (word: Int, total: Int) {
    #if os(Linux)
      var limit = rlimit()
      #if canImport(Glibc)
        let isKnown = getrlimit(__rlimit_resource_t(RLIMIT_STACK.rawValue), &limit) == 0
      #else
        let isKnown = getrlimit(Int32(RLIMIT_STACK), &limit) == 0
      #endif
      // The largest number of its type means no limit.
      let stack = isKnown ? Int(clamping: limit.rlim_cur) : 8 << 20
      let pages = Int(clamping: sysconf(Int32(_SC_PAGESIZE)))
      return (
        32 * (pages > 0 ? pages : 4096) - 1, Swift.min(Swift.max(stack / 4, 128 << 10), 6 << 20)
      )
    #else
      let known = sysconf(_SC_ARG_MAX)
      let total = known > 0 ? known : 256 << 10
      return (total, total)
    #endif
  }
}
