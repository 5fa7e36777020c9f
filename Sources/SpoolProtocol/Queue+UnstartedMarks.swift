extension Queue {
  /// `unstarted.json`: a start that failed before its command began.
  package static var unstartedFile: String { "unstarted.json" }

  /// The failed starts of a run's file; nil if there were none.
  ///
  /// - Parameters:
  ///   - run: Its whole name.
  ///   - inode: The job file's; nil means the file that the last mark is of.
  package func unstartedStarts(
    of run: String, inode: UInt64? = nil
  ) throws(SpoolError) -> UnstartedStarts? {
    var inode = inode
    var starts: UnstartedStarts?
    for number in try attemptNumbers(of: run).reversed() {
      guard let files = try attemptDirectory(run, number).names(),
        files.contains(Self.unstartedFile),
        // An attempt that ended has started after all, or was ended by the process that marked it.
        !files.contains(Self.endFile), let (mark, time) = readUnstarted(run, number)
      else { continue }
      if inode == nil { inode = mark.inode }
      guard mark.inode == inode else { continue }
      if starts == nil { starts = UnstartedStarts(last: mark, at: time) }
      starts?.times += mark.times
      if mark.counts { starts?.counted += 1 }
    }
    return starts
  }

  /// The failed starts for which a waiting run must wait longer; nil if there are none.
  ///
  /// A run whose starts never failed costs no look at the disk: marking a start touches the job file, so that
  /// its time is no longer the one in its name.
  package func unstartedPause(
    of name: QueueFileName, _ seen: FileInformation
  ) throws(SpoolError) -> UnstartedStarts? {
    guard name.isFull, name.stamp != seen.modified.stamp else { return nil }
    // A request to stop it is obeyed by the next claim, and at once.
    // Where a file or a link has its place, the next claim gives it another name.
    let folder = FreshDirectory(runPath(name.base), absentIf: \.isNoDirectory)
    guard let names = try folder.names(), !names.contains(Self.killFile),
      let starts = try unstartedStarts(of: name.base, inode: seen.inode), let now = try now()
    else { return nil }
    // Negative if the clock was set back: then the time that passed is not known.
    let passed = now.seconds(since: starts.at)
    return passed >= 0 && now < starts.until ? starts : nil
  }

  /// The mark in an attempt's folder, and when it was made, by the file server's clock; nil if there is none
  /// that can be read.
  func readUnstarted(_ run: String, _ number: Int) -> (mark: UnstartedMark, at: Timestamp)? {
    guard let file = try? read(runPath(run, "\(number)/" + Self.unstartedFile)),
      let mark = UnstartedMark(file.bytes)
    else { return nil }
    return (mark, file.information.modified)
  }
}
