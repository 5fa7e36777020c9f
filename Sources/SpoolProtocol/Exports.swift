// Whoever uses this floor meets the two below it in its declarations.
@_exported public import SpoolFiles
