import SpoolAgent
import SpoolQueue
import SpoolTerminal

Terminal.keepStandardDescriptors()
Terminal.ignoreSignalsOfWrites()
let words = Terminal.arguments
if words.first == Command.runnerWord {
  Terminal.exit(Command.runRunner())
}
if words.first == Command.hookWord {
  Terminal.exit(Command.runHook(words.dropFirst()))
}
Terminal.exit(Command.spool(for: words).main(words) { error, arguments in arguments.tell(error) })
