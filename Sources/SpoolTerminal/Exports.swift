// Callers use the terminal itself, which the floor below has.
@_exported public import SpoolSystem
