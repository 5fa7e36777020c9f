// The declarations of this module have types of the module below it: users import both as one.
@_exported public import SpoolSystem
