// The delay of changes, the clock, and the free space.
extension Diagnosis {
  static func watching(_ facts: DoctorFacts) -> [Line] {
    guard let delay = facts.listingDelay else { return [] }
    let seen = "a file made here is listed after \(duration(delay))"
    if delay < 2 { return [Line(.ok, "seeing", seen)] }
    return [
      Line(
        .warning, "seeing", seen + "; agents see new runs and requests that late",
        mend: "look at the load of the server, and at the attribute cache of the mount")
    ]
  }

  static func clock(_ facts: DoctorFacts) -> [Line] {
    guard let offset = facts.clockOffset else { return [] }
    let text =
      abs(offset) < 1
      ? "it agrees with this host's"
      : "it is \(duration(abs(offset))) \(offset > 0 ? "ahead of" : "behind") this host's"
    let subject = facts.isShared ? "server's clock" : "clock"
    if abs(offset) < 60 { return [Line(.ok, subject, text)] }
    return [
      Line(
        .warning, subject,
        text + "; claims and leases do not mind, but times that people and make compare are wrong",
        mend: "let both follow the same time server (chronyc tracking)")
    ]
  }

  static func space(_ facts: DoctorFacts) -> [Line] {
    guard let space = facts.space else { return [] }
    let mend = "free space, or let spool prune remove runs that are over"
    var lines: [Line] = []
    let free = "\(bytes(space.free)) of \(bytes(space.total)) are free"
    switch space.free {
    case ..<(1 << 20):
      lines.append(Line(.fault, "space", free + ": nothing can be queued", mend: mend))
    case ..<(256 << 20): lines.append(Line(.warning, "space", free, mend: mend))
    default: lines.append(Line(.ok, "space", free))
    }
    // 0 of 0 on file systems that create inodes when they are needed.
    if space.totalFiles > 0 {
      let free = "\(space.freeFiles) of \(space.totalFiles) files can still be made"
      switch space.freeFiles {
      case ..<16: lines.append(Line(.fault, "inodes", free + ": nothing can be queued", mend: mend))
      case ..<10_000: lines.append(Line(.warning, "inodes", free, mend: mend))
      default: lines.append(Line(.ok, "inodes", free))
      }
    }
    return lines
  }
}
