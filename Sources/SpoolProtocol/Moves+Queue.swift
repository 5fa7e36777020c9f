// The step of a whole queue.

extension Queue {
  /// queue rename, queue delete: the directory of the whole queue → another name. Returns false if it is gone.
  ///
  /// Nothing of the queue is under way then, and no other process moves its directory. After a lost reply the
  /// target is the directory that was there before.
  package func relocate(to target: String) throws(SpoolError) -> Bool {
    let own = try informationIfThere(path)
    do throws(Errno) {
      try System.rename(path, target)
      return true
    } catch {
      guard error == .notFound else { throw SpoolError("rename the queue to", target, error) }
    }
    do throws(Errno) {
      let there = try System.information(target)
      return there.inode == own?.inode && there.device == own?.device
    } catch {
      if error == .notFound { return false }
      throw SpoolError("look at", target, error)
    }
  }
}
