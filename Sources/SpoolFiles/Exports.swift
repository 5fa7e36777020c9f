// Whoever reads and writes values of this floor meets the floor below it in their declarations.
@_exported public import SpoolSystem
