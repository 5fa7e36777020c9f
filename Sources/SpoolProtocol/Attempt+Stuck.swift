extension Attempt {
  /// Leaves a sentence in the attempt's folder that says why the run does not end, for `list`, `why` and
  /// `show`. What cannot be written is not: it changes nothing of the run.
  package func noteStuck(_ sentence: String) {
    let aside = folder + "/" + Queue.asideName("stuck")
    do throws(Errno) {
      try System.create(aside, permissions: queue.shape.files).write(sentence.rawBytes)
    } catch {
      try? queue.removeIfThere(aside)
      return
    }
    do throws(SpoolError) {
      try queue.publishFile(aside, as: folder + "/" + Queue.stuckFile)
    } catch {
      try? queue.removeIfThere(aside)
    }
  }

  /// Removes the sentence: the run ends.
  package func clearStuck() { try? queue.removeIfThere(folder + "/" + Queue.stuckFile) }
}

extension Queue {
  /// `stuck` in `runs/RUN/N/`: why the run does not end although it should, in one sentence.
  package static var stuckFile: String { "stuck" }

  private static var stuckLimit: Int { 1024 }

  /// Why the attempt does not end; nil: nobody said so.
  func readStuck(_ run: String, _ number: Int) -> String? {
    guard let file = try? System.open(runPath(run, "\(number)/" + Self.stuckFile), .reading),
      (try? file.information())?.isRegular == true,
      let bytes = try? file.readAll(limit: Self.stuckLimit), !bytes.isEmpty
    else { return nil }
    return String(raw: bytes.prefix(Self.stuckLimit))
  }
}
