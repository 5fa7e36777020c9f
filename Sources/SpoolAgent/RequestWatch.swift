import SpoolProtocol

/// Tells when something appears in the folder of the run: a request to stop.
///
/// The kernel's word of that comes to the agent, which has one watch for all of its runs and passes
/// the word on. Where it has none, or is gone, the owner of this looks every so often.
final class RequestWatch {
  private let link: AgentLink

  /// Watches nothing yet.
  init(_ link: AgentLink) { self.link = link }

  /// Readable when the agent said something, a change among others; nil: it is gone.
  var descriptor: Int32? { link.descriptor }

  /// Whether a change will be told.
  var isTold: Bool { link.isWatched }

  /// Asks for the watch of a folder that goes on for longer.
  func start() { link.tell(.settled) }

  /// Takes what was told. Whatever it was, its owner looks: a watch may have begun after the last look,
  /// or be over.
  func clear() { link.read() }
}
