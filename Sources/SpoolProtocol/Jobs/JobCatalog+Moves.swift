// Every step that changes a catalogue. Each step is one exclusive creation, one exclusive link or one rename. No
// other code of spool makes, links or renames anything below `ENTITY/jobs`.
//
// On NFS a call may have succeeded and still report ENOENT or EEXIST: the server's reply was lost and the client
// asked again. The comment of each step says how the step notices that.

extension JobCatalog {
  /// The beginning of the hidden names under which versions and aliases are written.
  static let asidePrefix = ".new."

  /// create: `mkdir jobs`, `mkdir jobs/JOB`. If the directory exists, whoever made it, the goal is reached.
  func makeDirectory(_ path: String, permissions: UInt32) throws(SpoolError) {
    do throws(Errno) {
      try System.makeDirectory(path, permissions: permissions)
    } catch {
      if error != .exists { throw SpoolError("make the directory", path, error) }
    }
  }

  /// create: `ENTITY/.jobs…` → `ENTITY/jobs`, with its group. Returns false if another process made it first.
  ///
  /// Only its maker moves this source. The rename replaces an existing directory if that is empty: nothing was put
  /// there yet, and a process that is about to put something there will find this one.
  func publishDirectory(_ aside: String) throws(SpoolError) -> Bool {
    do throws(Errno) {
      try System.rename(aside, path)
      return true
    } catch {
      if error == .exists || error == .notEmpty { return false }
      let name = String(aside.dropFirst(entityPath.utf8.count + 1))
      if error == .notFound, let names = try? System.list(entityPath), !names.contains(name) {
        return true
      }
      throw SpoolError("publish the directory as", path, error)
    }
  }

  /// create: links `jobs/JOB/.new…` to `jobs/JOB/vN.json`. Returns false if another version has that number.
  ///
  /// From here on the version exists, and no step ever replaces it. A lost reply reports EEXIST for a link of ours:
  /// then the file of that name is the very file that `file` is open on. (The number of its names does not tell
  /// this: a process that sweeps may have removed the hidden name already.)
  func publishVersion(
    _ aside: String, _ file: borrowing Descriptor, as target: String
  ) throws(SpoolError) -> Bool {
    do throws(Errno) {
      try System.link(aside, target)
      return true
    } catch {
      if error == .exists {
        let mine = try? file.information()
        let theirs = try? System.information(target)
        return mine != nil && mine?.inode == theirs?.inode && mine?.device == theirs?.device
      }
      throw SpoolError("publish the version as", target, error)
    }
  }

  /// delete: `jobs/JOB` → `jobs/.deleted…`, to be removed. Returns false if it is gone.
  ///
  /// The target's name belongs to this call alone, so after a lost reply its presence means that the rename was done.
  func dismissJob(_ name: String, as aside: String) throws(SpoolError) -> Bool {
    do throws(Errno) {
      try System.rename(path(name), path(aside))
      return true
    } catch {
      if error == .notFound { return (try? System.list(path))?.contains(aside) == true }
      throw SpoolError("move away", path(name), error)
    }
  }

  /// delete, unalias: removes a version or an alias. Returns false if it is gone.
  func removeFile(_ name: String, _ file: String) throws(SpoolError) -> Bool {
    do throws(Errno) {
      try System.unlink(path(name, file))
      return true
    } catch {
      if error == .notFound { return false }
      throw SpoolError("remove", path(name, file), error)
    }
  }

  /// alias: `jobs/JOB/.new…` → `jobs/JOB/ALIAS`, which replaces what the alias was before.
  ///
  /// Only its maker moves this source, so its absence means that the rename was done.
  func publishAlias(_ aside: String, in folder: String, as alias: String) throws(SpoolError) {
    do throws(Errno) {
      try System.rename(folder + "/" + aside, folder + "/" + alias)
    } catch {
      if error == .notFound, let names = try? System.list(folder), !names.contains(aside) { return }
      throw SpoolError("publish the alias as", folder + "/" + alias, error)
    }
  }
}
