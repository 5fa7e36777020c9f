// Finds the queues in the directory.
extension DoctorProbe {
  /// Examines the directory if it is a queue, otherwise the queues below it, as in a root or in an entity.
  mutating func lookAtQueues() {
    if let queue = try? Queue(at: facts.path) {
      facts.queues = [Self.facts(of: queue)]
      return
    }
    var queues: [Queue] = []
    for name in ((try? System.list(facts.path)) ?? []).sorted() where RunName.isValid(name) {
      if name != "jobs", let queue = try? Queue(at: facts.path + "/" + name), queue.hasLayout {
        queues.append(queue)
      }
    }
    queues += Spool(root: facts.path, entity: Account.current.name).queues()
    facts.queues = queues.map { Self.facts(of: $0) }
  }

  private static func facts(of queue: Queue) -> DoctorFacts.QueueFacts {
    var facts = DoctorFacts.QueueFacts(reference: queue.reference, path: queue.path)
    if let own = directory(queue.path) { facts.directories = [own] }
    for folder in Queue.Folder.allCases {
      if let directory = directory(queue.path(folder)) {
        facts.directories.append(directory)
      } else if (try? System.information(queue.path(folder))) == nil {
        facts.missing.append(folder.rawValue)
      }
    }
    do throws(SpoolError) {
      facts.isForGroup = try !queue.readSettings().allowGroups.isEmpty
    } catch {
      facts.settingsError = error.message
      // According to the permissions of its directories.
      facts.isForGroup = queue.shape.directories & 0o2070 == 0o2070
    }
    do throws(SpoolError) {
      let agents = try queue.agents()
      let living = try queue.liveAgents()
      facts.liveAgents = living.count
      facts.gpusElsewhere = living.flatMap { agent in
        agent.gpusElsewhere.map { "\(agent.holder.host): \($0)" }
      }
      facts.deadAgents = agents.count - facts.liveAgents
      let counts = try queue.counts()
      facts.waiting = counts.queued - counts.held
      for finding in try queue.check() {
        if Queue.Folder(rawValue: finding.path) != nil {
          facts.folderFaults[finding.path] = finding.message
          continue
        }
        switch finding.kind {
        case .mendable: facts.mendable += 1
        case .fault: facts.unsound.append("\(finding.path): \(finding.message)")
        case .remark: facts.remarks.append("\(finding.path): \(finding.message)")
        }
      }
    } catch {
      facts.error = error.message
    }
    return facts
  }
}
