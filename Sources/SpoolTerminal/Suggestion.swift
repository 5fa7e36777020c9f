import SpoolSystem

/// The word of a table that was meant: a word that is near for its length, otherwise a word that begins like the
/// typed word. Returns nil if there is none.
func wordMeant(by typed: String, among words: [String]) -> String? {
  // A single letter is one error away from every short word, and begins too many words.
  guard typed.utf8.count >= 2 else { return nil }
  let near = Suggestion.nearest(to: typed, among: words) { typed, word in
    typed == 2 ? 0 : max(1, max(typed, word) / 3)
  }
  return near ?? words.first { $0.utf8.starts(with: typed.utf8) }
}
