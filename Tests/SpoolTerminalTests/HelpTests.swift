import Testing

@testable import SpoolTerminal

@Suite struct HelpTests {
  private func page(_ names: String..., width: Int = 80) throws -> String {
    var path = CommandPath(root: sample)
    for name in names { path = try path.descending(to: name) }
    return Help(path).text(width: width)
  }

  @Test func root() throws {
    let expected = """
      OVERVIEW: Run experiments in a row.

      A laboratory takes orders and works them off, one after the other, until there
      is nothing left.

        orders/    what waits

      Nothing is lost.

      USAGE: lab SUBCOMMAND

      OPTIONS:
        --version   Show the version.
        -h, --help  Show this help.

      RUN SUBCOMMANDS:
        launch      Order a run.
        list        List runs.
        show        Show one run.
        move        Give runs another place.

      ADMINISTRATION SUBCOMMANDS:
        queue       Make and look at queues.
        sweep       Order a run for each point of a grid.
        job         Make a recipe.

      SUBCOMMANDS:
        help        Show how a command is used.

      EXAMPLES:
        lab launch -q night make -j4
            Orders a build for the night.
        lab list --json | head -1
            Shows the first run as JSON.

        See 'lab help SUBCOMMAND' for detailed help.

      """
    #expect(try page() == expected)
  }

  @Test func commandWithTheRest() throws {
    let expected = """
      OVERVIEW: Order a run.

      USAGE: lab launch [--queue QUEUE] [--follow] [--wait] [--env K=V]...
               [--name NAME] [--root DIR] [--] [COMMAND ...]

      ARGUMENTS:
        COMMAND            The command and all its arguments.

      OPTIONS:
        -q, --queue QUEUE  The queue to use.
        -f, --follow       Show the output as it comes.
        -w, --wait         Wait for its end.
        --env K=V          A variable for the run. (may be repeated)
        --name NAME        What to call it, where the command's name is not enough to
                           go by.
        --root DIR         Where the laboratory is.
        -h, --help         Show this help.

      """
    #expect(try page("launch") == expected)
  }

  @Test func commandWithManyOptions() throws {
    let expected = """
      OVERVIEW: List runs.

      USAGE: lab list [OPTIONS] [RUN ...]

      ARGUMENTS:
        RUN                The runs to list.

      OPTIONS:
        -q, --queue QUEUE  The queue to use.
        -j, --json         Print one JSON object a line.
        --sort KEY         What to sort by. (values: name, created, state)
        --limit N          How many to show.
        --all              List ended ones too.
        --root DIR         Where the laboratory is.
        -h, --help         Show this help.

      SELECTION OPTIONS:
        --state STATE      Only those in this state. (may be repeated)
        --author WHO       Only those of this author.
        --since TIME       Only those created after this time.
        --tag TAG          Only those with this tag. (may be repeated)

      """
    #expect(try page("list") == expected)
  }

  @Test func commandWithOperandsAndSubcommands() throws {
    let expected = """
      OVERVIEW: Order a run for each point of a grid.

      USAGE: lab sweep [--dry-run] [--root DIR] SWEEP.json
             lab sweep SUBCOMMAND

      ARGUMENTS:
        SWEEP.json  What to try.

      OPTIONS:
        --dry-run   Only say what would be ordered.
        --root DIR  Where the laboratory is.
        -h, --help  Show this help.

      SUBCOMMANDS:
        list        List the sweeps.

        See 'lab help sweep SUBCOMMAND' for detailed help.

      """
    #expect(try page("sweep") == expected)
  }

  @Test func commandThatHoldsOthers() throws {
    let expected = """
      OVERVIEW: Make and look at queues.

      USAGE: lab queue SUBCOMMAND

      OPTIONS:
        -h, --help  Show this help.

      SUBCOMMANDS:
        create      Make a queue.
        list        List the queues.

        See 'lab help queue SUBCOMMAND' for detailed help.

      """
    #expect(try page("queue") == expected)
  }

  @Test func requiredOption() throws {
    let expected = """
      OVERVIEW: Give runs another place.

      USAGE: lab move --priority PP [--root DIR] RUN ...

      ARGUMENTS:
        RUN                The runs to move.

      OPTIONS:
        -p, --priority PP  From 00, first, to 99, last. (required)
        --root DIR         Where the laboratory is.
        -h, --help         Show this help.

      """
    #expect(try page("move") == expected)
  }

  @Test func narrowTerminal() throws {
    let expected = """
      OVERVIEW: Order a run.

      USAGE: lab launch [--queue QUEUE]
               [--follow] [--wait]
               [--env K=V]... [--name NAME]
               [--root DIR] [--] [COMMAND ...]

      ARGUMENTS:
        COMMAND    The command and all its
                   arguments.

      OPTIONS:
        -q, --queue QUEUE
                   The queue to use.
        -f, --follow
                   Show the output as it
                   comes.
        -w, --wait
                   Wait for its end.
        --env K=V  A variable for the run.
                   (may be repeated)
        --name NAME
                   What to call it, where the
                   command's name is not
                   enough to go by.
        --root DIR
                   Where the laboratory is.
        -h, --help
                   Show this help.

      """
    #expect(try page("launch", width: 40) == expected)
  }
}
