// Users of the library import only SpoolQueue: its declarations have types of the modules below.
@_exported public import SpoolProtocol
