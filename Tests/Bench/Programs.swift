import SpoolQueue

/// The C program that spool is measured against, compiled: the same system calls and nothing else.
///
/// It is compiled when the benchmark starts, so that both sides of every ratio come from the same
/// machine, the same minute and the same file system.
struct Floor {
  /// Linked statically where that works: the cheapest process there is.
  let path: String
  let isStatic: Bool
  /// Linked as `cc` does by itself, if `path` is the static one.
  let dynamicPath: String?
  let compiler: String

  init(compiledIn scratch: BenchDirectory, by processes: Processes) throws {
    guard let compiler = findProgram("cc") ?? findProgram("clang") else {
      throw CommandFailure("no C compiler (cc or clang): the floor cannot be measured")
    }
    self.compiler = compiler
    let source = "\(BenchDirectory.package)/Tests/Bench/Floor/floor.c"
    let dynamic = "\(scratch.path)/floor-dynamic"
    let whole = "\(scratch.path)/floor"
    let errors = Processes.Output(standardError: "\(scratch.path)/compiler-errors")
    let searchPath = [("PATH", Machine.variable("PATH") ?? "/usr/bin:/bin")]
    let command = [compiler, "-O2", source, "-o"]
    do {
      try processes.run(command + [dynamic], output: errors, extra: searchPath)
    } catch let failure as CommandFailure {
      throw CommandFailure("\(compiler) \(failure)")
    }
    do {
      try processes.run(command + [whole, "-static"], output: errors, extra: searchPath)
      (path, isStatic, dynamicPath) = (whole, true, dynamic)
    } catch is CommandFailure {
      // No static C library here.
      (path, isStatic, dynamicPath) = (dynamic, false, nil)
    }
  }
}

/// The spool binary that is measured.
struct SpoolBinary {
  let path: String
  let isStatic: Bool
  /// Whether a source file is younger than the binary.
  let isOutdated: Bool

  /// Takes the binary that was named, else the static release build, else builds that.
  init(named: String?, by processes: Processes, scratch: BenchDirectory, report: Report) throws {
    let root = BenchDirectory.package
    if let named {
      guard System.isExecutable(named) else {
        throw CommandFailure("\(named) is no program that could be run")
      }
      path = Queue.absolute(named)
    } else {
      path = "\(root)/.build-static/release/spool"
      if !System.isExecutable(path) {
        report.progress("building a static release of spool")
        try Self.build(in: root, by: processes, scratch: scratch)
      }
    }
    isStatic = try Self.isStaticProgram(path)
    let built = try? System.informationFollowing(path).modified
    isOutdated =
      named == nil && built.map { Self.hasSource(in: "\(root)/Sources", after: $0) } ?? false
  }

  private static func build(in root: String, by processes: Processes, scratch: BenchDirectory)
    throws
  {
    guard let swift = findProgram("swift") else { throw CommandFailure("no swift in PATH") }
    var command = [
      swift, "build", "--package-path", root, "-c", "release", "--product", "spool",
      "--scratch-path", "\(root)/.build-static",
    ]
    #if os(Linux)
      command += ["--toolset", "\(root)/Sources/spool/Static/toolset.json"]
    #endif
    // The build talks to its standard output; its first error line is what a person needs.
    let log = scratch.freshPath("build")
    let output = Processes.Output(standardOutput: log, standardError: "\(log)-errors")
    let home = [
      ("PATH", Machine.variable("PATH") ?? ""), ("HOME", Machine.variable("HOME") ?? "/"),
    ]
    do {
      try processes.run(command, output: output, extra: home, seconds: 1_800)
    } catch let failure as CommandFailure {
      let lines = (try? Files.text(log).split(separator: "\n")) ?? []
      let error = lines.first { $0.contains("error:") }
      throw CommandFailure("swift build \(failure)" + (error.map { ": \($0)" } ?? ""))
    }
  }

  private static func hasSource(in path: String, after built: Timestamp) -> Bool {
    guard let information = try? System.information(path) else { return false }
    guard information.isDirectory else { return information.modified > built }
    return ((try? Files.names(in: path)) ?? []).contains { name in
      hasSource(in: "\(path)/\(name)", after: built)
    }
  }

  /// Whether a program needs no dynamic loader: an ELF file without a PT_INTERP segment.
  static func isStaticProgram(_ path: String) throws -> Bool {
    let bytes = try Files.read(path, limit: 4_096)
    guard bytes.count > 64, bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]), bytes[4] == 2,
      bytes[5] == 1
    else { return false }
    func number(at offset: Int, bytes width: Int) -> Int {
      (0..<width).reduce(0) { sum, index in
        offset + index < bytes.count ? sum | Int(bytes[offset + index]) << (8 * index) : sum
      }
    }
    let table = number(at: 32, bytes: 8)
    let entrySize = number(at: 54, bytes: 2)
    let entries = number(at: 56, bytes: 2)
    let interpreter = 3
    return (0..<entries).allSatisfy { number(at: table + $0 * entrySize, bytes: 4) != interpreter }
  }
}

/// A program by its name in PATH, nil where it is not installed.
func findProgram(_ name: String) -> String? {
  for folder in (Machine.variable("PATH") ?? "/usr/bin:/bin").split(separator: ":") {
    let path = "\(folder)/\(name)"
    if folder.hasPrefix("/") && System.isExecutable(path) { return path }
  }
  return nil
}
