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
    // Arrows point one way only: spool -> SpoolAgent -> SpoolQueue; SpoolTerminal knows no queue.
    .target(name: "CSpoolStart"),
    .target(name: "SpoolQueue", swiftSettings: settings),
    .target(
      name: "SpoolAgent", dependencies: ["SpoolQueue", "CSpoolStart"], swiftSettings: settings),
    .target(name: "SpoolTerminal", dependencies: ["SpoolQueue"], swiftSettings: settings),
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
      name: "SpoolTerminalTests", dependencies: ["SpoolQueue", "SpoolTerminal", "SpoolTesting"],
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
