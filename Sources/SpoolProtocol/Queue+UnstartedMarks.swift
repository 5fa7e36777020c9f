extension Queue {
  /// `unstarted.json`: the mark of a start that failed before its command began.
  package static var unstartedFile: String { "unstarted.json" }

  /// The failed starts of a run's file. Returns nil if there were none.
  ///
  /// - Parameters:
  ///   - run: The run's whole name.
  ///   - inode: The inode of the job file; nil means the file to which the last mark belongs.
  package func unstartedStarts(
    of run: String, inode: UInt64? = nil
  ) throws(SpoolError) -> UnstartedStarts? {
    var inode = inode
    var starts: UnstartedStarts?
    for number in try attemptNumbers(of: run).reversed() {
      guard let files = try attemptDirectory(run, number).names(),
        files.contains(Self.unstartedFile),
        // An attempt that ended has started after all, or the process that marked it has ended it.
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

  /// The failed starts because of which a waiting run must wait longer. Returns nil if there are none.
  ///
  /// If a run's starts never failed, this costs no look at the disk: a mark touches the job file, so that its time
  /// is no longer the time in its name.
  package func unstartedPause(
    of name: QueueFileName, _ seen: FileInformation
  ) throws(SpoolError) -> UnstartedStarts? {
    guard name.isFull, name.stamp != seen.modified.stamp else { return nil }
    // The next claim obeys a request to stop the run, and at once. If a file or a link has the folder's place, the
    // next claim gives the run another name.
    let folder = FreshDirectory(runPath(name.base), absentIf: \.isNoDirectory)
    guard let names = try folder.names(), !names.contains(Self.killFile),
      let starts = try unstartedStarts(of: name.base, inode: seen.inode), let now = try now()
    else { return nil }
    // A negative value means that the clock was set back: then it is not known how much time has passed.
    let passed = now.seconds(since: starts.at)
    return passed >= 0 && now < starts.until ? starts : nil
  }

  /// The mark in an attempt's folder, and when it was made, by the file server's clock. Returns nil if there is no
  /// mark that can be read.
  func readUnstarted(_ run: String, _ number: Int) -> (mark: UnstartedMark, at: Timestamp)? {
    guard let file = try? read(runPath(run, "\(number)/" + Self.unstartedFile)),
      let mark = UnstartedMark(file.bytes)
    else { return nil }
    return (mark, file.information.modified)
  }
}
