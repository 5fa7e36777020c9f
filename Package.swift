// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

// Every floor that a target sees is named, those behind another one, too: an incremental build compiles a target
// anew only for changes of what is named here.
let floors: [Target.Dependency] = ["SpoolSystem", "SpoolFiles", "SpoolProtocol", "SpoolQueue"]

let package = Package(
  name: "spool",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "SpoolQueue", targets: ["SpoolQueue"]),
    .executable(name: "spool", targets: ["spool"]),
  ],
  targets: [
    // The floors, from the ground up. Arrows point down only:
    //
    //     spool -> SpoolAgent ---------------> SpoolProtocol -> SpoolFiles -> SpoolSystem -> CLibrary, CSpoolStart
    //     spool -> SpoolQueue (the library) -> SpoolProtocol
    //     spool -> SpoolTerminal --------------------------------------> SpoolSystem
    .target(name: "CSpoolStart"),
    .target(name: "CLibrary", swiftSettings: settings),
    .target(
      name: "SpoolSystem", dependencies: ["CLibrary", "CSpoolStart"], swiftSettings: settings),
    .target(name: "SpoolFiles", dependencies: ["SpoolSystem"], swiftSettings: settings),
    .target(
      name: "SpoolProtocol", dependencies: ["SpoolSystem", "SpoolFiles"], swiftSettings: settings),
    .target(
      name: "SpoolQueue", dependencies: ["SpoolSystem", "SpoolFiles", "SpoolProtocol"],
      swiftSettings: settings),
    .target(
      name: "SpoolAgent",
      dependencies: ["SpoolSystem", "SpoolFiles", "SpoolProtocol"],
      swiftSettings: settings),
    .target(name: "SpoolTerminal", dependencies: ["SpoolSystem"], swiftSettings: settings),
    .executableTarget(
      name: "spool", dependencies: floors + ["SpoolAgent", "SpoolTerminal"], exclude: ["Static"],
      swiftSettings: settings),
    .executableTarget(
      name: "spool-bench", dependencies: floors + ["CLibrary", "SpoolAgent", "SpoolTerminal"],
      path: "Tests/Bench", exclude: ["Floor"], swiftSettings: settings),

    // Prints YAML as JSON, for the comparison with another reader.
    .executableTarget(
      name: "spool-yaml", dependencies: ["SpoolSystem", "SpoolFiles"], path: "Tests/YAML/Reader",
      swiftSettings: settings),

    .target(
      name: "SpoolTesting", dependencies: floors + ["CLibrary", "SpoolTerminal"],
      path: "Tests/SpoolTesting", swiftSettings: settings),
    .testTarget(
      name: "SpoolQueueTests", dependencies: floors + ["SpoolTesting"],
      swiftSettings: settings),
    .testTarget(
      name: "SpoolAgentTests", dependencies: floors + ["SpoolAgent", "SpoolTesting"],
      swiftSettings: settings),
    .testTarget(
      name: "SpoolTerminalTests", dependencies: floors + ["SpoolTerminal", "SpoolTesting"],
      swiftSettings: settings),
    .testTarget(
      name: "CommandLineTests",
      dependencies: floors + ["spool", "SpoolTerminal", "SpoolTesting"],
      swiftSettings: settings),
    .testTarget(
      name: "EndToEndTests", dependencies: floors + ["CLibrary", "spool", "SpoolTesting"],
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
