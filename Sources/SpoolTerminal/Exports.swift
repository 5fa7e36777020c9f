// Callers use the terminal itself, which the module below has.
@_exported public import SpoolSystem
