/// The floor program, compiled.
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
    let source = "\(scratch.path)/floor.c"
    let dynamic = "\(scratch.path)/floor-dynamic"
    let whole = "\(scratch.path)/floor"
    try Files.create(source, text: FloorProgram.source)
    let errors = Processes.Output(standardError: "\(scratch.path)/compiler-errors")
    let searchPath = [("PATH", Host.variable("PATH") ?? "/usr/bin:/bin")]
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
    let root = Self.packageRoot()
    if let named {
      guard Files.isExecutable(named) else {
        throw CommandFailure("\(named) is no program that could be run")
      }
      path = named.hasPrefix("/") ? named : "\(Host.workingDirectory ?? ".")/\(named)"
    } else if let root {
      path = "\(root)/.build-static/release/spool"
      if !Files.isExecutable(path) {
        report.progress("building a static release of spool")
        try Self.build(in: root, by: processes, scratch: scratch)
      }
    } else {
      throw CommandFailure("no package around here to build spool from; give --spool PATH")
    }
    isStatic = try Self.isStaticProgram(path)
    let built = Files.modificationTime(path) ?? 0
    isOutdated = named == nil && root.map { Self.newestSource("\($0)/Sources") > built } ?? false
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
      command += ["-Xswiftc", "-static-executable"]
    #endif
    // The build talks to its standard output; its first error line is what a person needs.
    let log = scratch.freshPath("build")
    let output = Processes.Output(standardOutput: log, standardError: "\(log)-errors")
    let home = [("PATH", Host.variable("PATH") ?? ""), ("HOME", Host.variable("HOME") ?? "/")]
    do {
      try processes.run(command, output: output, extra: home, seconds: 1_800)
    } catch let failure as CommandFailure {
      let lines = (try? Files.text(log).split(separator: "\n")) ?? []
      let error = lines.first { $0.contains("error:") }
      throw CommandFailure("swift build \(failure)" + (error.map { ": \($0)" } ?? ""))
    }
  }

  /// The nearest directory with a Package.swift, upwards from here or from this program.
  private static func packageRoot() -> String? {
    let program = CommandLine.arguments[0]
    for start in [Host.workingDirectory, program.hasPrefix("/") ? program : nil] {
      var path = start ?? ""
      while !path.isEmpty {
        if Files.exists("\(path)/Package.swift") { return path }
        path = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
      }
    }
    return nil
  }

  private static func newestSource(_ path: String) -> Int {
    guard let names = try? Files.names(in: path) else { return Files.modificationTime(path) ?? 0 }
    return names.map { newestSource("\(path)/\($0)") }.max() ?? 0
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
  for folder in (Host.variable("PATH") ?? "/usr/bin:/bin").split(separator: ":") {
    let path = "\(folder)/\(name)"
    if folder.hasPrefix("/") && Files.isExecutable(path) { return path }
  }
  return nil
}
