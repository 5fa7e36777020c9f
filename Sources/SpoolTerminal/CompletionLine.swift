/// A line that is being typed, cut at the cursor: the words before it, and the unfinished last word.
///
/// bash passes the line itself, since its own words are cut at `=` and `:` too.
package struct CompletionLine: Equatable {
  /// The words of the last simple command, without quotes. The word at the cursor is last; it is empty if no word
  /// is begun.
  package private(set) var words: [String] = []

  /// The number of characters of the last word before the part that bash replaces. That part begins after the last
  /// separator of bash in the word.
  package private(set) var kept = 0

  /// - Parameter breaks: The characters that separate words for bash: `$COMP_WORDBREAKS`.
  package init(_ line: String, breaks: String) {
    var word = ""
    var hasWord = false
    var quote: Character?
    var isEscaped = false
    for character in line {
      var isPlain = false
      if isEscaped {
        isEscaped = false
      } else if quote == nil && character == "\\" || quote == "\"" && character == "\\" {
        isEscaped = true
        hasWord = true
        continue
      } else if let open = quote {
        if character == open {
          quote = nil
          continue
        }
      } else if character == "'" || character == "\"" {
        quote = character
        hasWord = true
        continue
      } else if character == " " || character == "\t" {
        if hasWord { words.append(word) }
        (word, hasWord, kept) = ("", false, 0)
        continue
      } else if ";|&()\n".contains(character) {
        (words, word, hasWord, kept) = ([], "", false, 0)
        continue
      } else {
        isPlain = true
      }
      word.append(character)
      hasWord = true
      if isPlain, breaks.contains(character) { kept = word.count }
    }
    words.append(word)
  }
}
