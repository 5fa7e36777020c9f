/// The script that a shell loads to complete the command line of a program.
///
/// The scripts contain nothing of the table: they ask the program itself, `PROGRAM _complete`. It answers with one
/// candidate on each line, a tab and its meaning. A line that begins with a colon asks the shell for its own names:
/// `:files`, `:directories` or `:programs`. The text after its tab precedes such a name in the same word.
package enum CompletionScript: String, CaseIterable {
  case bash, zsh, fish

  package func text(for program: String) -> String {
    let script =
      switch self {
      case .bash: Self.bashText
      case .zsh: Self.zshText
      case .fish: Self.fishText
      }
    return script.split(separator: "PROGRAM", omittingEmptySubsequences: false)
      .joined(separator: program)
  }

  private static let bashText = #"""
    # bash completion for PROGRAM: source <(PROGRAM completions bash)
    _PROGRAM() {
      local candidate rest current=${COMP_WORDS[COMP_CWORD]} program=PROGRAM
      type -P PROGRAM >/dev/null || program=$1
      COMPREPLY=()
      while IFS=$'\t' read -r candidate rest; do
        case $candidate in
          :files) compopt -o default 2>/dev/null ;;
          :directories) compopt -o dirnames 2>/dev/null ;;
          :programs)
            compopt -o default 2>/dev/null
            while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done \
              < <(compgen -c -- "$current")
            ;;
          *)
            COMPREPLY+=("$candidate")
            case $candidate in *[/=:]) compopt -o nospace 2>/dev/null ;; esac
            ;;
        esac
      done < <("$program" _complete bash -- "$COMP_WORDBREAKS" "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
    }
    complete -F _PROGRAM PROGRAM

    """#

  private static let zshText = #"""
    #compdef PROGRAM
    # zsh completion for PROGRAM: as _PROGRAM in a directory of $fpath, or source <(PROGRAM completions zsh)
    _PROGRAM() {
      local line candidate rest
      local -a answer ended shownEnded open shownOpen
      integer width=0
      answer=("${(@f)$(PROGRAM _complete zsh -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
      for line in "$answer[@]"; do
        candidate=${line%%$'\t'*}
        (( $#candidate > width )) && width=$#candidate
      done
      for line in "$answer[@]"; do
        candidate=${line%%$'\t'*} rest=${line#*$'\t'}
        case $candidate in
          '') ;;
          :files) compset -p $#rest; _files ;;
          :directories) compset -p $#rest; _files -/ ;;
          :programs) _command_names -e; _files ;;
          *)
            [[ -n $rest ]] && rest="${(r:width:)candidate}  -- $rest" || rest=$candidate
            if [[ $candidate == *[/=:] ]]; then
              open+=("$candidate") shownOpen+=("$rest")
            else
              ended+=("$candidate") shownEnded+=("$rest")
            fi
            ;;
        esac
      done
      (( $#ended )) && compadd -l -d shownEnded -- "$ended[@]"
      (( $#open )) && compadd -l -S '' -d shownOpen -- "$open[@]"
      return 0
    }
    if [[ $funcstack[1] == _PROGRAM ]]; then
      _PROGRAM "$@"
    elif (( $+functions[compdef] )); then
      compdef _PROGRAM PROGRAM
    fi

    """#

  private static let fishText = #"""
    # fish completion for PROGRAM: PROGRAM completions fish >~/.config/fish/completions/PROGRAM.fish
    function __PROGRAM_complete
        set -l words (commandline -opc)
        set -l current (commandline -ct)
        for line in (PROGRAM _complete fish -- $words[2..] "$current" 2>/dev/null)
            set -l parts (string split -m 1 \t -- $line)
            set -l typed (string sub -s (math 1 + (string length -- "$parts[2]")) -- "$current")
            switch $parts[1]
                case :files
                    for path in (__fish_complete_path "$typed")
                        echo -- $parts[2]$path
                    end
                case :directories
                    for path in (__fish_complete_directories "$typed")
                        echo -- $parts[2]$path
                    end
                case :programs
                    complete -C "$current"
                case '*'
                    echo -- $line
            end
        end
    end
    complete -c PROGRAM -f -a '(__PROGRAM_complete)'

    """#
}
