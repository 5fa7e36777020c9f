// `import SpoolQueue` is the one import of the library's users: its declarations have types of the floors below.
@_exported public import SpoolProtocol
