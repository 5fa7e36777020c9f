extension JobCatalog {
  /// Removes a named job with all its versions and aliases, or one version of it.
  ///
  /// The latest version goes only with the job: the next version would get its number.
  ///
  /// - Parameter evenIfWanted: Also if waiting runs name it; they end as crashed when they are started.
  /// - Throws: ``SpoolError``; of kind `no` if waiting runs name it, an alias stands for the version, or it is the
  ///   latest one.
  /// - Returns: The removed parts, in words.
  package func delete(
    _ reference: JobReference, isWhole: Bool, evenIfWanted: Bool
  ) throws(SpoolError) -> String {
    if let other = reference.entity, other != entity {
      return try JobCatalog(resolved: root, entity: other).delete(
        reference, isWhole: isWhole, evenIfWanted: evenIfWanted)
    }
    let name = reference.name
    guard let listing = try listing(of: name) else {
      _ = try resolve(JobReference(name: name))
      throw SpoolError(.notFound, "\(entity): there is no job \(name)")
    }
    let number = isWhole ? nil : try resolve(reference).number
    if let number {
      if number == listing.latest {
        throw SpoolError(
          .no,
          "\(name):v\(number) is the latest version and stays: the next one would get its number"
            + " (\(command("job delete \(name)")) removes the whole job)")
      }
      if let alias = listing.aliases(of: number).first {
        throw SpoolError(
          .no,
          "\(name):\(alias) stands for v\(number) (\(command("job unalias \(name):\(alias)")) ends that)"
        )
      }
    }
    if !evenIfWanted, let wanted = try waiting(for: name, number, latest: listing.latest) {
      throw SpoolError(.no, "\(wanted) (--force removes it all the same)")
    }
    if let number {
      guard try removeFile(name, Self.versionFile(number)) else {
        throw SpoolError(.notFound, "\(name):v\(number) is gone already")
      }
      try syncFolder(path(name))
      return "\(entity)/\(name):v\(number)"
    }
    let aside = ".deleted." + name + Aside.name("")
    guard try dismissJob(name, as: aside) else {
      throw SpoolError(.notFound, "\(entity): job \(name) is gone already")
    }
    try syncFolder(path)
    // Those that an interrupted call left go as well. No link in them is followed.
    for file in (try? System.list(path)) ?? [] where file.hasPrefix(".deleted.") {
      do throws(Errno) {
        try System.removeTree(path(file))
      } catch {
        if file == aside { throw SpoolError("remove everything in it", path(file), error) }
      }
    }
    let versions = counted(listing.versions.count, "version")
    return "\(entity)/\(name), \(versions), \(counted(listing.aliases.count, "alias", "aliases"))"
  }

  /// Removes an alias. Returns the version for which it stood; nil if it stood for none.
  ///
  /// - Throws: ``SpoolError`` of kind `notFound` if there is no such alias.
  package func unalias(_ reference: JobReference) throws(SpoolError) -> Int? {
    if let other = reference.entity, other != entity {
      return try JobCatalog(resolved: root, entity: other).unalias(reference)
    }
    guard case .alias(let alias) = reference.selection else {
      throw SpoolError(
        .badInput, "\(reference): name the alias, as in \(reference.name):prod")
    }
    let known = try listing(of: reference.name)?.aliases ?? []
    guard let found = known.first(where: { $0.name == alias }) else {
      let version = try resolve(reference)
      throw SpoolError(.notFound, "\(version.reference): there is no alias \(alias)")
    }
    guard try removeFile(reference.name, alias) else {
      throw SpoolError(.notFound, "\(reference): is gone already")
    }
    try syncFolder(path(reference.name))
    return found.version
  }

  /// Tells which waiting run of the root's queues needs the job, or that version of it. Returns nil if none does.
  private func waiting(
    for name: String, _ number: Int?, latest: Int?
  ) throws(SpoolError) -> String? {
    for queue in Spool(root: root, entity: entity).queues() {
      for file in try queue.list(.queued) where QueueFileName(file) != nil {
        // A file that is gone by now, or cannot be read, needs nothing that can be known.
        guard let bytes = try? queue.read(queue.path(.queued, file)).bytes,
          let job = try? Job(parsing: bytes), let text = job.job,
          let reference = JobReference(text), reference.name == name,
          (reference.entity ?? queue.entity) == entity
        else { continue }
        let isMeant =
          switch reference.selection {
          case .version(let asked): number == nil || asked == number
          case .latest: number == nil || number == latest
          case .alias: number == nil
          }
        if isMeant {
          let run = QueueFileName(file)?.run ?? file
          return "\(run) waits in \(queue.reference) and needs \(text)"
        }
      }
    }
    return nil
  }

  private func syncFolder(_ path: String) throws(SpoolError) {
    try naming("sync", path, doing: System.syncDirectory(path))
  }
}
