// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

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
    //     spool -> SpoolAgent ---------------> SpoolProtocol -> SpoolFiles -> SpoolSystem -> CLibrary
    //     spool -> SpoolQueue (the library) -> SpoolProtocol
    //     spool -> SpoolTerminal --------------------------------------> SpoolSystem
    .target(name: "CSpoolStart"),
    .target(name: "CLibrary", swiftSettings: settings),
    .target(
      name: "SpoolSystem", dependencies: ["CLibrary", "CSpoolStart"], swiftSettings: settings),
    .target(name: "SpoolFiles", dependencies: ["SpoolSystem"], swiftSettings: settings),
    .target(name: "SpoolProtocol", dependencies: ["SpoolFiles"], swiftSettings: settings),
    .target(name: "SpoolQueue", dependencies: ["SpoolProtocol"], swiftSettings: settings),
    .target(
      name: "SpoolAgent", dependencies: ["SpoolProtocol", "CLibrary", "CSpoolStart"],
      swiftSettings: settings),
    .target(
      name: "SpoolTerminal", dependencies: ["SpoolSystem", "CLibrary"], swiftSettings: settings),
    .executableTarget(
      name: "spool", dependencies: ["SpoolAgent", "SpoolQueue", "SpoolTerminal"],
      swiftSettings: settings),
    .executableTarget(
      name: "spool-bench", dependencies: ["SpoolAgent", "SpoolQueue", "SpoolTerminal"],
      path: "Tests/Bench", exclude: ["Floor"], swiftSettings: settings),

    .target(
      name: "SpoolTesting", dependencies: ["SpoolQueue", "SpoolTerminal"],
      path: "Tests/SpoolTesting",
      swiftSettings: settings),
    .testTarget(
      name: "SpoolQueueTests", dependencies: ["SpoolQueue", "SpoolTesting"],
      swiftSettings: settings),
    .testTarget(
      name: "SpoolAgentTests", dependencies: ["SpoolAgent", "SpoolQueue", "SpoolTesting"],
      swiftSettings: settings),
    .testTarget(
      name: "SpoolTerminalTests", dependencies: ["SpoolSystem", "SpoolTerminal", "SpoolTesting"],
      swiftSettings: settings),
    .testTarget(
      name: "CommandLineTests",
      dependencies: ["spool", "SpoolQueue", "SpoolTerminal", "SpoolTesting"],
      swiftSettings: settings),
    .testTarget(
      name: "EndToEndTests", dependencies: ["spool", "SpoolQueue", "SpoolTesting"],
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
