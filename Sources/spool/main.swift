import SpoolAgent
import SpoolQueue
import SpoolTerminal

Terminal.keepStandardDescriptors()
// This comes before the arguments are asked for: Swift reads them from /proc, and without it aborts or finds none.
guard Terminal.hasOwnFacts else {
  errorLine(
    "spool: /proc is not there, and without it no program of Swift can read its own words: mount it"
      + " (mount -t proc proc /proc)")
  Terminal.exit(ExitStatus.system)
}
Terminal.ignoreSignalsOfWrites()
let words = Terminal.arguments
if words.first == Command.runnerWord {
  Terminal.exit(Command.runRunner())
}
if words.first == Command.hookWord {
  Terminal.exit(Command.runHook(words.dropFirst()))
}
Terminal.exit(Command.spool(for: words).main(words) { error, arguments in arguments.tell(error) })
