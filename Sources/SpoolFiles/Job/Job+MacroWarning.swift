extension Job {
  /// The macros inside longer words of the command and of the launcher that are not replaced, each once
  /// and in order: a shell variable may have the same name.
  var macrosInsideWords: [String] {
    var names: [String] = []
    var seen: Set<String> = []
    func add(_ words: [String], _ isMacro: (String) -> Bool) {
      for word in words where MacroName.whole(of: word).map({ !isMacro($0) }) ?? true {
        // A whole word that is a macro was replaced; all other words are searched.
        for name in MacroName.all(in: word) where isMacro(name) && seen.insert(name).inserted {
          names.append(name)
        }
      }
    }
    add(launcher ?? []) { Self.macrosOfWords.contains($0) }
    if !isLiteral {
      add(program ?? []) { name in
        Self.macrosOfWords.contains(name) || Self.macrosOfArguments.contains(name)
          || sweep != nil && Self.isMacroOfSweeps(name)
      }
    }
    return names
  }

  package var hasMacrosInsideWords: Bool { !macrosInsideWords.isEmpty }

  /// A warning about macros that look replaced and are not; nil if there are none.
  ///
  /// A sentence without its full stop: `${run} inside a longer word is left as it is; write ${spool.run}`.
  package var macroWarning: String? {
    let names = macrosInsideWords
    if names.isEmpty { return nil }
    let shown = names.map { "${\($0)}" }
    var text = shown.joined(separator: ", ")
    text +=
      names.count == 1
      ? " inside a longer word is left as it is" : " inside longer words are left as they are"
    let others = names.filter { Self.macrosOfWords.contains($0) }.map { "${spool.\($0)}" }
    if !others.isEmpty { text += "; write " + others.joined(separator: ", ") }
    let rest = names.filter { !Self.macrosOfWords.contains($0) }.map { "${\($0)}" }
    if !rest.isEmpty {
      text +=
        "; " + rest.joined(separator: ", ")
        + (rest.count == 1 ? " is" : " are") + " replaced only as a word of "
        + (rest.count == 1 ? "its own" : "their own")
    }
    return text
  }

  /// The macros that have another name, such as `${spool.run}`, for use in longer words.
  private static let macrosOfWords: Set<String> = ["run", "queue"]

  private static let macrosOfArguments: Set<String> = ["args", "args_no_hyphens", "args_json"]

  private static func isMacroOfSweeps(_ name: String) -> Bool {
    [
      "args_no_equals", "args_no_boolean_flags", "args_json_file", "args_append_hydra",
      "args_override_hydra", "env", "interpreter", "program",
    ].contains(name) || MacroName.rest(of: name, after: "envvar:") != nil
  }
}
