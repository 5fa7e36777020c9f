extension Attempt {
  /// Leaves a sentence in the attempt's folder that says why the run does not end, for `list`, `why` and `show`. A
  /// failure to write it is ignored, because it changes nothing about the run.
  package func noteStuck(_ sentence: String) {
    let aside = Aside("stuck", in: folder)
    guard (try? aside.write(sentence.rawBytes, permissions: queue.shape.files)) != nil,
      (try? queue.publishFile(aside.path, as: folder + "/" + Queue.stuckFile)) != nil
    else { return }
    aside.release()
  }

  /// Removes the sentence, because the run ends.
  package func clearStuck() { try? queue.removeIfThere(folder + "/" + Queue.stuckFile) }
}

extension Queue {
  /// `stuck` in `runs/RUN/N/`: why the run does not end although it should, in one sentence.
  package static var stuckFile: String { "stuck" }

  private static var stuckLimit: Int { 1024 }

  /// Reads why the attempt does not end. Returns nil if it has no such sentence.
  func readStuck(_ run: String, _ number: Int) -> String? {
    guard let file = try? System.open(runPath(run, "\(number)/" + Self.stuckFile), .reading),
      (try? file.information())?.isRegular == true,
      let bytes = try? file.readAll(limit: Self.stuckLimit), !bytes.isEmpty
    else { return nil }
    return String(raw: bytes.prefix(Self.stuckLimit))
  }
}
