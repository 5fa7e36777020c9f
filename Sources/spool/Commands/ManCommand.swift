import SpoolTerminal

extension Command {
  static let man = Command(
    name: "man",
    abstract: "Print the manual page, made from the same table as the help.",
    examples: [
      Example("spool man | man -l -", "Shows it."),
      Example(
        "spool man >~/.local/share/man/man1/spool.1", "Installs it, so that man spool shows it."),
    ]
  ) { arguments in
    let page = ManualPage(arguments.root, date: Command.spoolDate, chapters: manualChapters)
    try Output.standard.write(page.text)
    return ExitStatus.done
  }

  static let manualChapters = [
    ManualPage.Chapter(
      "EXIT STATUS",
      [
        ("0", "It is done."),
        (
          "1",
          "The answer is no: a run did not finish, a run was over already, a check"
            + " found something."
        ),
        ("2", "Wrong usage, or a wrong file or value."),
        ("3", "There is no such run, queue, job or file."),
        ("4", "Refused: a permission is missing, or a file is not trusted."),
        (
          "5", "The system failed: a full disk or one that is read-only, an unreachable server."
        ),
        (
          "124",
          "Of launch --wait, launch --follow and wait RUN, which exit as the command does: a time limit"
            + " has passed."
        ),
        ("125", "Of these: spool failed, or the run was killed before it ran."),
        ("126, 127", "Of these: the command cannot be executed; it is not found."),
        ("128 + N", "Of these: signal N ended the command."),
      ]),
    ManualPage.Chapter(
      "ENVIRONMENT",
      [
        ("SPOOL_ROOT, SPOOL_ENTITY, SPOOL_QUEUE", "What --root, -e and -q say when not given."),
        ("NO_COLOR", "No colour, whatever the terminal can do."),
        ("VISUAL, EDITOR", "What edits a job file or a configuration; vi when not given."),
      ]),
    ManualPage.Chapter(
      "FILES",
      [
        ("~/.spool", "The root, where nothing else is said."),
        (
          "$XDG_CONFIG_HOME/spool/config.json",
          "The configuration, as spool init writes it; ~/.config when not set. Its env_keep names"
            + " variables that launch records: [\"WANDB_*\"]."
        ),
        ("ROOT/ENTITY/QUEUE", "A queue: queued, starting, running and done are directories in it."),
        ("ROOT/ENTITY/jobs", "The named jobs of an entity."),
      ]),
  ]
}
